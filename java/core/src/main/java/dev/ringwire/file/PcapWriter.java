package dev.ringwire.file;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * Writes pcap 2.4 (draft-ietf-opsawg-pcap): one link type, 16-byte record headers. Interface and direction of a frame
 * are not kept; {@link PcapngWriter} does.
 * <p>A frame without a time is written with that of 1970-01-01T00:00Z.
 */
public final class PcapWriter extends CaptureWriter {
    private static final long NANOS = 1_000_000_000L;
    private static final long LAST_SECOND = 0xffff_ffffL;

    private final LinkType linkType;
    private final int unit;

    private PcapWriter(WritableByteChannel channel, String name, LinkType linkType, WriterOptions options)
            throws IOException {
        super(channel, name, options);
        this.linkType = linkType;
        this.unit = options.resolution().unit;
        reserve(PcapReader.FILE_HEADER);
        put32(unit == 1 ? PcapReader.NANOS : PcapReader.MICROS);
        put16(2);
        put16(4);
        put32(0);
        put32(0);
        put32(options.snapLength());
        put32(linkType.value());
    }

    /** Creates or replaces a file with {@link WriterOptions#DEFAULT}. */
    public static PcapWriter create(Path path, LinkType linkType) throws IOException {
        return create(path, linkType, WriterOptions.DEFAULT);
    }

    /** Creates or replaces a file. */
    public static PcapWriter create(Path path, LinkType linkType, WriterOptions options) throws IOException {
        return create(openFile(path), path.toString(), linkType, options);
    }

    /**
     * Writes to a channel in blocking mode, such as a pipe; {@link #close()} closes it.
     *
     * @param name for messages
     */
    public static PcapWriter create(WritableByteChannel channel, String name, LinkType linkType, WriterOptions options)
            throws IOException {
        return new PcapWriter(channel, name, linkType, options);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if the frame's link type is not the file's, or its time is before 1970 or after
     *     2106-02-07T06:28:15Z, which pcap cannot hold
     */
    @Override
    public void write(Frame frame, ByteBuffer bytes, int offset, int length, int originalLength) throws IOException {
        LinkType type = frame.linkType();
        if (type.value() != linkType.value()) {
            throw new IOException(name + ": a pcap file holds one link type, this one " + linkType + ", not " + type
                    + ": use pcapng");
        }
        long nanos = frame.timestampNanos();
        long seconds = nanos / NANOS;
        if (nanos < 0 || seconds > LAST_SECOND) {
            throw new IOException(name + ": a pcap file cannot hold the time " + frame.timestamp());
        }
        int captured = Math.min(length, options.snapLength());
        reserve(PcapReader.RECORD_HEADER);
        put32((int) seconds);
        put32((int) (nanos - seconds * NANOS) / unit);
        put32(captured);
        put32(originalLength);
        putFrame(bytes, offset, captured);
    }
}
