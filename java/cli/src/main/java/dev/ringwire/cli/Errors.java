package dev.ringwire.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Errors as one line for people, and as exit status. */
final class Errors {
    private Errors() {}

    /** Wrong arguments: 2. */
    static int usage(Console console, ParameterException e) {
        CommandLine line = e.getCommandLine();
        console.err().println("ringwire: " + lowerFirst(e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, console.errWriter());
        console.err().println("see: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** A command that failed: 1, or 0 if only nobody wants to see more of it. */
    static int failure(Console console, Exception e, boolean debug) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutputException.ReaderGone) {
                return ExitCode.OK;
            }
        }
        print(console, e, debug);
        return ExitCode.SOFTWARE;
    }

    static void print(Console console, Throwable e, boolean debug) {
        console.err().println("ringwire: " + message(e));
        if (debug) {
            e.printStackTrace(console.err());
        }
    }

    /** What went wrong, without the name of a Java class where the text alone says it. */
    static String message(Throwable e) {
        if (e instanceof FileSystemException file && file.getFile() != null) {
            if (file.getReason() != null) {
                return file.getFile() + ": " + file.getReason();
            }
            if (file instanceof NoSuchFileException) {
                return "no such file: " + file.getFile();
            }
            if (file instanceof AccessDeniedException) {
                return "permission denied: " + file.getFile();
            }
        }
        if (e instanceof UncheckedIOException unchecked) {
            return message(unchecked.getCause());
        }
        boolean foreseen = e instanceof IOException
                || e instanceof IllegalStateException
                || e instanceof IllegalArgumentException
                || e instanceof UnsupportedOperationException;
        if (foreseen && e.getMessage() != null) {
            return e.getMessage();
        }
        return foreseen ? e.getClass().getSimpleName() : "internal error: " + e + "; --debug shows where";
    }

    private static String lowerFirst(String message) {
        // Picocli begins with a capital letter.
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
