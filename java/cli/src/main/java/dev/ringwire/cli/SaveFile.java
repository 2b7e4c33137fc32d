package dev.ringwire.cli;

import dev.ringwire.file.CaptureWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of {@code -w}. A pcap file states its link type at the start, so it begins with the first frame; one
 * without frames is an empty Ethernet file.
 */
final class SaveFile implements FrameSink {
    /** Standard output. */
    static final String STDOUT = "-";

    private final Console console;
    private final String name;
    private CaptureWriter writer;

    SaveFile(Console console, String name) {
        this.console = console;
        this.name = name;
    }

    /** Fails early where a file would be read and replaced at once. */
    static void refuseToReplace(String name, List<String> inputs, Subcommand command) throws IOException {
        Path path = Path.of(name);
        for (String input : inputs) {
            if (!name.equals(STDOUT)
                    && !input.equals(Input.STDIN)
                    && Files.exists(path)
                    && Files.exists(Path.of(input))
                    && Files.isRegularFile(path)
                    && Files.isSameFile(path, Path.of(input))) {
                throw command.usage("-w " + name + " would replace a file that is being read");
            }
        }
    }

    private CaptureWriter writer(LinkType linkType) throws IOException {
        if (writer == null) {
            writer = name.equals(STDOUT)
                    ? PcapngWriter.create(console.out(), "standard output", WriterOptions.DEFAULT)
                    : CaptureWriter.create(Path.of(name), linkType);
        }
        return writer;
    }

    /** Creates the file now, for frames of this type; a file that cannot be created says so before anything is read. */
    void begin(LinkType linkType) throws IOException {
        writer(linkType);
    }

    @Override
    public void write(Frame frame) throws IOException {
        try {
            writer(frame.linkType()).write(frame);
        } catch (IOException e) {
            throw new OutputException(Errors.message(e), e);
        }
    }

    @Override
    public void flush() throws IOException {
        if (writer != null) {
            writer.flush();
        }
    }

    @Override
    public void close() throws IOException {
        writer(LinkType.ETHERNET).close();
    }
}
