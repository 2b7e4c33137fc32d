package dev.ringwire.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command has. */
@Command(sortOptions = false, abbreviateSynopsis = true)
abstract class Subcommand implements Callable<Integer> {
    /** Exit status where Ctrl-C came before the end. */
    static final int INTERRUPTED = 130;

    final Console console;

    /** Null where {@link PlainArguments} were enough. */
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 1000,
            description = "Shows this help.")
    boolean help;

    @Option(names = "--debug", order = 1001, description = "Shows stack traces of errors.")
    boolean debug;

    Subcommand(Console console) {
        this.console = console;
    }

    /** The error for arguments that make no sense together: exit status 2. */
    final ParameterException usage(String message) {
        CommandLine line = spec == null ? Main.commandLine(this) : spec.commandLine();
        return new ParameterException(line, message);
    }
}
