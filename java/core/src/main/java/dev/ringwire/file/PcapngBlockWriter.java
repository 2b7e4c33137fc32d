package dev.ringwire.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Lays out the blocks of pcapng 1.0 (draft-ietf-opsawg-pcapng) and their options; which blocks a file gets is {@link
 * PcapngWriter}'s to say.
 */
abstract class PcapngBlockWriter extends CaptureWriter {
    /** Walks the options being written. */
    final PcapngOptions walk = new PcapngOptions(ByteBuffer.allocate(0), true, 0, 0);

    PcapngBlockWriter(WritableByteChannel channel, String name, WriterOptions options) {
        super(channel, name, options);
    }

    /** The header of a section; what follows is in its byte order. */
    final void putSection(CaptureSection section) throws IOException {
        big = section.order() == ByteOrder.BIG_ENDIAN;
        int length = 28 + sizeOf(section.options());
        reserve(24);
        put32(PcapngReader.SECTION_HEADER);
        put32(length);
        put32(PcapngReader.BYTE_ORDER_MAGIC);
        put16(1);
        put16(0);
        // The section's length is not known beforehand.
        put32(-1);
        put32(-1);
        end(section.options(), PcapngOptions.Block.SECTION, length);
    }

    /** Describes an interface; what it says of its times is said in an option too. */
    final void putInterface(CaptureInterface captured) throws IOException {
        BlockOptions said = captured.options();
        if (captured.resolution() != 6 && said.value(CaptureInterface.IF_TSRESOL) == null) {
            said = said.with(CaptureInterface.IF_TSRESOL, new byte[] {(byte) captured.resolution()});
        }
        if (captured.offsetSeconds() != 0 && said.value(CaptureInterface.IF_TSOFFSET) == null) {
            said = said.with64(CaptureInterface.IF_TSOFFSET, captured.offsetSeconds());
        }
        int length = 20 + sizeOf(said);
        reserve(16);
        put32(PcapngReader.INTERFACE);
        put32(length);
        put16(captured.linkType().value());
        put16(0);
        put32(captured.snapLength());
        end(said, PcapngOptions.Block.INTERFACE, length);
    }

    /** A block that stands in a section and begins nothing. */
    final void put(CaptureBlock block) throws IOException {
        if (block instanceof NameResolution names) {
            putNames(names);
        } else if (block instanceof InterfaceStatistics statistics) {
            putStatistics(statistics);
        } else if (block instanceof DecryptionSecrets secrets) {
            putSecrets(secrets);
        } else if (block instanceof OtherBlock other) {
            putOther(other);
        }
    }

    /** Whether {@link #put} can bring it into this section's byte order. */
    final boolean holds(OtherBlock block) {
        return block.custom() || block.order() == (big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private void putNames(NameResolution block) throws IOException {
        int records = sizeOf(block.records());
        int length = 12 + Math.max(records, 4) + sizeOf(block.options());
        reserve(12);
        put32(PcapngReader.NAME_RESOLUTION);
        put32(length);
        if (records == 0) {
            put32(0);
        } else {
            putOptions(block.records(), PcapngOptions.Block.OTHER);
        }
        end(block.options(), PcapngOptions.Block.OTHER, length);
    }

    private void putStatistics(InterfaceStatistics block) throws IOException {
        int length = 24 + sizeOf(block.options());
        reserve(20);
        put32(PcapngReader.STATISTICS);
        put32(length);
        put32(block.interfaceId());
        put32((int) (block.timestampUnits() >>> 32));
        put32((int) block.timestampUnits());
        end(block.options(), PcapngOptions.Block.STATISTICS, length);
    }

    private void putSecrets(DecryptionSecrets block) throws IOException {
        byte[] data = block.data();
        int length = 20 + (data.length + 3 & ~3) + sizeOf(block.options());
        reserve(16);
        put32(PcapngReader.SECRETS);
        put32(length);
        put32(block.secretsType());
        put32(data.length);
        putBytes(ByteBuffer.wrap(data), 0, data.length);
        end(block.options(), PcapngOptions.Block.OTHER, length);
    }

    private void putOther(OtherBlock block) throws IOException {
        if (!holds(block)) {
            throw new IOException(name + ": a block of type " + block.type() + " and of " + block.order()
                    + " bytes cannot stand in a section of another byte order");
        }
        ByteBuffer body = ByteBuffer.wrap(block.body());
        int number = block.custom() ? 4 : 0;
        reserve(12);
        put32(block.type());
        put32(12 + body.capacity());
        if (number != 0) {
            put32(body.order(block.order()).getInt(0));
        }
        putBytes(body, number, body.capacity() - number);
        reserve(4);
        put32(12 + body.capacity());
    }

    /** Bytes of these options in a block, with their end; 0 for none. */
    private int sizeOf(BlockOptions said) {
        said.walk(walk);
        return keptSize(false, false);
    }

    // The options and the end of a block.
    private void end(BlockOptions said, PcapngOptions.Block kind, int length) throws IOException {
        putOptions(said, kind);
        reserve(4);
        put32(length);
    }

    private void putOptions(BlockOptions said, PcapngOptions.Block kind) throws IOException {
        if (!said.isEmpty()) {
            said.walk(walk);
            putOptions(kind, false, false);
        }
    }

    // Bytes of what is kept of the options walked, with their end; 0 for none.
    final int keptSize(boolean copied, boolean otherBytes) {
        int size = 0;
        while (walk.next()) {
            if (kept(copied, otherBytes)) {
                size += 4 + (walk.length + 3 & ~3);
            }
        }
        return size == 0 ? 0 : size + 4;
    }

    private boolean kept(boolean copied, boolean otherBytes) {
        return switch (walk.code) {
            case PcapngOptions.CUSTOM_TEXT_NOT_COPIED, PcapngOptions.CUSTOM_BYTES_NOT_COPIED -> !copied;
            case BlockOptions.EPB_HASH -> !otherBytes;
            default -> true;
        };
    }

    final void putOptions(PcapngOptions.Block kind, boolean copied, boolean otherBytes) throws IOException {
        while (walk.next()) {
            if (!kept(copied, otherBytes)) {
                continue;
            }
            reserve(4);
            put16(walk.code);
            put16(walk.length);
            int at = walk.value;
            int end = at + walk.length;
            for (int width = walk.numberWidth(kind, at); width != 0; width = walk.numberWidth(kind, at)) {
                reserve(8);
                putNumber(walk, at, width);
                at += width;
            }
            putFrame(walk.buffer, at, end - at);
            reserve(4);
            putPadding(walk.length);
        }
        reserve(4);
        put32(0);
    }

    private void putNumber(PcapngOptions from, int at, int width) {
        if (width == 8) {
            int first = from.i32(at);
            int second = from.i32(at + 4);
            put32(from.big == big ? first : second);
            put32(from.big == big ? second : first);
        } else {
            put32(from.i32(at));
        }
    }

    // Padded to four bytes.
    final void putBytes(ByteBuffer bytes, int offset, int length) throws IOException {
        putFrame(bytes, offset, length);
        reserve(4);
        putPadding(length);
    }
}
