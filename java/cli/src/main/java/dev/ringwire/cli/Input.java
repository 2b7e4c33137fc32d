package dev.ringwire.cli;

import dev.ringwire.file.CaptureReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Opens what the user named as a file. */
final class Input {
    /** Standard input. */
    static final String STDIN = "-";

    private Input() {}

    /** An empty name is a variable of a script that was not set, not the current directory. */
    static void refuseEmpty(List<String> names, Subcommand command) {
        if (names.contains("")) {
            throw command.usage("the file name is empty");
        }
    }

    /**
     * A reader for a file, a pipe or standard input.
     *
     * @param beforeWait run before each read of a pipe, so that what was answered so far can be handed over while
     *     its writer takes its time
     */
    static CaptureReader open(Console console, String name, IoTask beforeWait) throws IOException {
        if (name.equals(STDIN)) {
            return CaptureReader.open(new Live(console.in(), beforeWait), "standard input");
        }
        Path path = Path.of(name);
        if (Files.isRegularFile(path)) {
            return CaptureReader.open(path);
        }
        if (Files.isDirectory(path)) {
            throw new FileSystemException(name, null, "is a directory");
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(name);
        }
        return CaptureReader.open(new Live(FileChannel.open(path, StandardOpenOption.READ), beforeWait), name);
    }

    private record Live(ReadableByteChannel channel, IoTask beforeWait) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer into) throws IOException {
            beforeWait.run();
            return channel.read(into);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
