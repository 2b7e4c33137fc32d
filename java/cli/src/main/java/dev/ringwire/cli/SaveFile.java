package dev.ringwire.cli;

import dev.ringwire.file.CaptureWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of {@code -w}. A pcap file states its link type at the start, so it begins with the first frame; one
 * without frames is an empty Ethernet file. A file of that name stays as it is until there is something to replace it:
 * a frame, or the knowledge that there are none. Every error is an {@link OutputException}.
 */
final class SaveFile implements FrameSink {
    /** Standard output. */
    static final String STDOUT = "-";

    private final Console console;
    private final String name;
    private CaptureWriter writer;
    private boolean complete;

    SaveFile(Console console, String name) {
        this.console = console;
        this.name = name;
    }

    static void refuseEmpty(String name, Subcommand command) {
        if (name.isEmpty()) {
            throw command.usage("the file name of -w is empty");
        }
    }

    /** Fails early where a file would be read and replaced at once. */
    static void refuseToReplace(String name, List<String> inputs, Subcommand command) throws IOException {
        Path path = Path.of(name);
        if (name.equals(STDOUT) || !Files.isRegularFile(path)) {
            return;
        }
        for (String input : inputs) {
            Path read = Path.of(input.equals(Input.STDIN) ? "/proc/self/fd/0" : input);
            if (Files.exists(read) && Files.isSameFile(path, read)) {
                throw command.usage("-w " + name + " would replace a file that is being read");
            }
        }
    }

    private CaptureWriter writer(LinkType linkType) throws IOException {
        if (writer == null) {
            writer = name.equals(STDOUT)
                    ? PcapngWriter.create(console.out(), "standard output", WriterOptions.DEFAULT)
                    : create(Path.of(name), linkType);
        }
        return writer;
    }

    private static CaptureWriter create(Path path, LinkType linkType) throws IOException {
        try {
            return CaptureWriter.create(path, linkType);
        } catch (NoSuchFileException e) {
            // The file is what is to be created: that it is not there is no news.
            Path parent = path.getParent();
            String why = parent != null && !Files.exists(parent)
                    ? "the directory " + parent + " does not exist"
                    : "its directory does not exist";
            throw new IOException(path + ": cannot be created: " + why, e);
        }
    }

    /** Creates the file now, for frames of this type; a file that cannot be created says so before anything is read. */
    void begin(LinkType linkType) throws IOException {
        attempt(() -> writer(linkType));
    }

    /** An input was read to its proper end: from now on the file is worth creating, even without frames. */
    void inputEnded() {
        complete = true;
    }

    @Override
    public void write(Frame frame) throws IOException {
        try {
            writer(frame.linkType()).write(frame);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void flush() throws IOException {
        if (writer != null) {
            attempt(writer::flush);
        }
    }

    @Override
    public void close() throws IOException {
        if (writer != null || complete) {
            attempt(() -> writer(LinkType.ETHERNET).close());
        }
    }

    private static void attempt(IoTask task) throws IOException {
        try {
            task.run();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static OutputException failure(IOException e) {
        OutputException already = OutputException.in(e);
        return already != null ? already : new OutputException(Errors.message(e), e);
    }
}
