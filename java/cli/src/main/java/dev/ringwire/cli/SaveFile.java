package dev.ringwire.cli;

import dev.ringwire.file.CaptureBlock;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.file.PcapWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * The file, or TCP peer, of {@code -w}. A pcap file states its link type at the start, so it begins with the first frame; one
 * without frames is an empty Ethernet file. A file of that name stays as it is until there is something to replace it:
 * a frame, or the knowledge that there are none. Every error is an {@link OutputException}.
 */
final class SaveFile implements FrameSink {
    /** Standard output. */
    static final String STDOUT = "-";

    private static final int CONNECT_MILLIS = 10_000;

    private final Console console;
    private final String name;
    private CaptureWriter writer;
    /** Where the writer writes to, if that is a pcapng file. */
    private NewFile file;

    private boolean complete;

    SaveFile(Console console, String name) {
        this.console = console;
        this.name = name;
    }

    /** Also what is no place to write to. */
    static void refuseEmpty(String name, Subcommand command) {
        if (name.isEmpty()) {
            throw command.usage("the file name of -w is empty");
        }
        if (DeviceUrl.is(name)) {
            try {
                peer(name);
            } catch (IllegalArgumentException e) {
                throw command.usage(e.getMessage());
            }
        }
    }

    /** Fails early where a file would be read and replaced at once. */
    static void refuseToReplace(String name, List<String> inputs, Subcommand command) throws IOException {
        if (replaces(name, inputs)) {
            throw command.usage("-w " + name + " would replace a file that is being read");
        }
    }

    /** Whether a file of that name is one of the inputs. */
    static boolean replaces(String name, List<String> inputs) throws IOException {
        Path path = Path.of(name);
        if (name.equals(STDOUT) || !Files.isRegularFile(path)) {
            return false;
        }
        for (String input : inputs) {
            Path read = Path.of(input.equals(Input.STDIN) ? "/proc/self/fd/0" : input);
            if (Files.exists(read) && Files.isSameFile(path, read)) {
                return true;
            }
        }
        return false;
    }

    private CaptureWriter writer(LinkType linkType) throws IOException {
        if (writer == null) {
            if (name.equals(STDOUT)) {
                writer = PcapngWriter.create(console.out(), "standard output", WriterOptions.DEFAULT);
            } else if (DeviceUrl.is(name)) {
                writer = PcapngWriter.create(connect(), name, WriterOptions.DEFAULT);
            } else if (isPcap()) {
                writer = create(() -> PcapWriter.create(Path.of(name), linkType));
            } else {
                file = new NewFile();
                writer = PcapngWriter.create(file, name, WriterOptions.DEFAULT);
            }
        }
        return writer;
    }

    /** Whether the file holds one link type and nothing but packets. */
    boolean isPcap() {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.equals(STDOUT) && !DeviceUrl.is(name) && (lower.endsWith(".pcap") || lower.endsWith(".cap"));
    }

    /** Copies what a file has besides its packets, as {@link CaptureWriter#copyFrom}; nothing in pcap. */
    void copyFrom(CaptureReader reader) throws IOException {
        if (!isPcap()) {
            attempt(() -> writer(null).copyFrom(reader));
        }
    }

    /** As {@link #copyFrom}, all in one section, as {@link CaptureWriter#mergeFrom}. */
    void mergeFrom(CaptureReader reader) throws IOException {
        if (!isPcap()) {
            attempt(() -> writer(null).mergeFrom(reader));
        }
    }

    /** Writes a block; nothing in pcap. */
    void write(CaptureBlock block) throws IOException {
        if (!isPcap() && writer(null) instanceof PcapngWriter pcapng) {
            attempt(() -> pcapng.write(block));
        }
    }

    /** Blocks that {@link #mergeFrom} could not bring into the one section. */
    long blocksNotKept() {
        return writer instanceof PcapngWriter pcapng ? pcapng.blocksNotKept() : 0;
    }

    /** A file that is created when the first byte is written, since blocks alone do not make it worth that. */
    private final class NewFile implements WritableByteChannel {
        private FileChannel channel;
        private boolean discarded;

        void open() throws IOException {
            if (channel == null) {
                channel = create(() -> FileChannel.open(
                        Path.of(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE));
            }
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (discarded) {
                int count = bytes.remaining();
                bytes.position(bytes.limit());
                return count;
            }
            try {
                open();
                return channel.write(bytes);
            } catch (IOException e) {
                // Also where a reader is what had it written.
                throw channel == null
                        ? failure(e)
                        : new OutputException(name + ": cannot be written: " + Errors.message(e), e);
            }
        }

        @Override
        public boolean isOpen() {
            return channel == null || channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private SocketChannel connect() throws IOException {
        InetSocketAddress address = peer(name).address(null, -1);
        SocketChannel channel = SocketChannel.open();
        console.interruption().closeIfHung(channel);
        try {
            channel.socket().connect(address, CONNECT_MILLIS);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    private static DeviceUrl peer(String name) {
        DeviceUrl url = DeviceUrl.parse(name);
        if (!url.scheme().equals("tcp")
                || url.host().isEmpty()
                || url.port() < 0
                || !url.query().isEmpty()) {
            throw new IllegalArgumentException("-w takes a file, - or tcp://host:port, not " + name);
        }
        return url;
    }

    private interface Creation<T> {
        T run() throws IOException;
    }

    private <T> T create(Creation<T> creation) throws IOException {
        try {
            return creation.run();
        } catch (NoSuchFileException e) {
            throw cannotBeCreated(Path.of(name), e);
        }
    }

    /** The file is what is to be created: that it is not there is no news. */
    static IOException cannotBeCreated(Path path, NoSuchFileException e) {
        Path parent = path.getParent();
        String why = parent != null && !Files.exists(parent)
                ? "the directory " + parent + " does not exist"
                : "its directory does not exist";
        return new IOException(path + ": cannot be created: " + why, e);
    }

    /**
     * Creates the file now; one that cannot be created says so before anything is read.
     *
     * @param linkType of the frames to come, or null if that is not known: a pcap file waits for it then
     */
    void begin(LinkType linkType) throws IOException {
        if (linkType != null || !isPcap()) {
            attempt(() -> ready(linkType));
        }
    }

    /** An input was read to its proper end: from now on the file is worth creating, even without frames. */
    void inputEnded() {
        complete = true;
    }

    private CaptureWriter ready(LinkType linkType) throws IOException {
        CaptureWriter ready = writer(linkType);
        if (file != null) {
            file.open();
        }
        return ready;
    }

    @Override
    public void write(Frame frame) throws IOException {
        try {
            ready(frame.linkType()).write(frame);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void flush() throws IOException {
        if (writer != null && (file == null || file.channel != null)) {
            attempt(writer::flush);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null && file.channel == null && !complete) {
            file.discarded = true;
        }
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
        if (already == null
                && (e instanceof ClosedChannelException || e.getCause() instanceof ClosedChannelException)) {
            return new OutputException(
                    "the peer of -w took nothing any more when the capture was to end; it lacks the " + "last packets",
                    e);
        }
        return already != null ? already : new OutputException(Errors.message(e), e);
    }
}
