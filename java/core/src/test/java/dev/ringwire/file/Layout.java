package dev.ringwire.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files laid out by hand, field by field as the drafts draw them; nothing of the writers under test is used. */
final class Layout {
    private final ByteOrder order;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Layout(ByteOrder order) {
        this.order = order;
    }

    static Layout little() {
        return new Layout(ByteOrder.LITTLE_ENDIAN);
    }

    static Layout big() {
        return new Layout(ByteOrder.BIG_ENDIAN);
    }

    Layout u16(int... values) {
        for (int v : values) {
            out.writeBytes(
                    ByteBuffer.allocate(2).order(order).putShort((short) v).array());
        }
        return this;
    }

    Layout u32(long... values) {
        for (long v : values) {
            out.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) v).array());
        }
        return this;
    }

    Layout u64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
        return this;
    }

    Layout bytes(byte... values) {
        out.writeBytes(values);
        return this;
    }

    /** Bytes counting up from {@code first}. */
    Layout run(int first, int count) {
        for (int i = 0; i < count; i++) {
            out.write(first + i);
        }
        return this;
    }

    Layout pcapHeader(long magic, int major, int minor, long snapLength, long linkType) {
        return u32(magic).u16(major, minor).u32(0, 0, snapLength, linkType);
    }

    /** A block of any type around a body that is already padded. */
    Layout block(long type, Layout body) {
        byte[] inner = body.array();
        return u32(type, inner.length + 12).bytes(inner).u32(inner.length + 12);
    }

    Layout section() {
        return block(0x0a0d0d0aL, new Layout(order).u32(0x1a2b3c4d).u16(1, 0).u64(-1));
    }

    /** An interface block without options. */
    Layout iface(int linkType, long snapLength) {
        return block(1, new Layout(order).u16(linkType, 0).u32(snapLength));
    }

    /** An enhanced packet block; data counts up from 0. */
    Layout packet(long id, long units, int captured, long original) {
        Layout body = new Layout(order)
                .u32(id, units >>> 32, units, captured, original)
                .run(0, captured);
        return block(6, body.pad());
    }

    /** Zeros up to the next multiple of four bytes. */
    Layout pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return this;
    }

    int size() {
        return out.size();
    }

    byte[] array() {
        return out.toByteArray();
    }

    Path write(Path directory) throws java.io.IOException {
        return Files.write(Files.createTempFile(directory, "layout", ".bin"), array());
    }
}
