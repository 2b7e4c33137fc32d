package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The content of gzip data (RFC 1952), as its members follow each other; zeros behind the last one are padding. Holds no
 * more than one piece of what it reads, however far that expands.
 */
final class GzipChannel implements ReadableByteChannel {
    static final int MAGIC = 0x1f8b;

    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    /** The data is truncated or damaged, at this byte of the file. */
    static final class Damage extends IOException {
        private static final long serialVersionUID = 1L;

        final long offset;

        Damage(String message, long offset) {
            super(message);
            this.offset = offset;
        }
    }

    /** What is to come next. */
    private enum Part {
        HEADER,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CRC,
        DATA,
        TRAILER,
        BEHIND
    }

    private final Input packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private Part part = Part.HEADER;
    private int flags;
    /** Where the compressed data of this member starts. */
    private long data;

    private boolean open = true;

    GzipChannel(Input packed) {
        this.packed = packed;
    }

    /** Bytes of the file read so far. */
    long position() {
        return packed.offset();
    }

    long size() {
        return packed.size();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        try {
            while (true) {
                if (part == Part.DATA) {
                    int got = inflate(into);
                    if (got > 0) {
                        return got;
                    }
                } else if (!goOn()) {
                    return -1;
                }
            }
        } catch (Input.NotYet e) {
            return 0;
        }
    }

    private int inflate(ByteBuffer into) throws IOException {
        int from = into.position();
        long before = inflater.getBytesWritten();
        try {
            int got = inflater.inflate(into);
            if (got > 0) {
                crc.update(into.duplicate().flip().position(from));
                return got;
            }
        } catch (DataFormatException e) {
            int got = (int) (inflater.getBytesWritten() - before);
            if (got > 0) {
                // It fails at once when it is asked again.
                into.position(from + got);
                crc.update(into.duplicate().flip().position(from));
                return got;
            }
            throw new Damage("the gzip data is damaged: " + e.getMessage(), data + inflater.getBytesRead());
        }
        if (inflater.finished()) {
            part = Part.TRAILER;
            // What was handed over but not needed.
            packed.position -= inflater.getRemaining();
        } else if (inflater.needsDictionary()) {
            throw damage("the gzip data needs a dictionary");
        } else {
            need(1);
            inflater.setInput(packed.buffer.duplicate().limit(packed.limit).position(packed.position));
            packed.position = packed.limit;
        }
        return 0;
    }

    // One part of the frame around the data; false at the end.
    private boolean goOn() throws IOException {
        switch (part) {
            case HEADER -> readHeader();
            case EXTRA -> {
                if ((flags & EXTRA) != 0) {
                    need(2);
                    int length = Bits.u16Le(packed.buffer, packed.position);
                    need(2 + length);
                    packed.position += 2 + length;
                }
                part = Part.NAME;
            }
            case NAME -> {
                skipText(NAME);
                part = Part.COMMENT;
            }
            case COMMENT -> {
                skipText(COMMENT);
                part = Part.HEADER_CRC;
            }
            case HEADER_CRC -> {
                if ((flags & HEADER_CRC) != 0) {
                    need(2);
                    packed.position += 2;
                }
                data = packed.offset();
                inflater.reset();
                crc.reset();
                part = Part.DATA;
            }
            case TRAILER -> readTrailer();
            default -> {
                return atNextMember();
            }
        }
        return true;
    }

    private void readHeader() throws IOException {
        need(HEADER);
        ByteBuffer b = packed.buffer;
        int p = packed.position;
        flags = Bits.u8(b, p + 3);
        if (Bits.u16(b, p) != MAGIC || Bits.u8(b, p + 2) != DEFLATE || (flags & RESERVED) != 0) {
            throw damage("the gzip header is damaged");
        }
        packed.position = p + HEADER;
        part = Part.EXTRA;
    }

    private void skipText(int flag) throws IOException {
        // A name that arrives in part is gone on with: the bytes before are passed already.
        while ((flags & flag) != 0) {
            need(1);
            if (packed.buffer.get(packed.position++) == 0) {
                flags &= ~flag;
            }
        }
    }

    private void readTrailer() throws IOException {
        need(TRAILER);
        long sum = Bits.u32Le(packed.buffer, packed.position);
        long length = Bits.u32Le(packed.buffer, packed.position + 4);
        if (sum != crc.getValue() || length != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw damage("the gzip data is damaged: its check sum is wrong");
        }
        packed.position += TRAILER;
        part = Part.BEHIND;
    }

    private boolean atNextMember() throws IOException {
        while (packed.require(1) > 0) {
            int next = packed.buffer.get(packed.position);
            if (next == 0x1f) {
                part = Part.HEADER;
                return true;
            }
            if (next != 0) {
                throw damage("something else follows the gzip data");
            }
            packed.position++;
        }
        return false;
    }

    private void need(int count) throws IOException {
        if (packed.require(count) < count) {
            throw damage("the gzip data is truncated");
        }
    }

    private Damage damage(String why) {
        return new Damage(why, packed.offset());
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        packed.close();
    }
}
