package dev.ringwire.natives;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frames packed into one direct buffer, many for one native call; native/src/batch.h has the layout. */
public final class FrameBatch {
    /** The most bytes a frame can have that the kernel hands over or takes: 64 KiB and room for link headers. */
    public static final int LONGEST = 66 << 10;

    /** Bytes of the struct virtio_net_hdr, which end where the frame starts. */
    public static final int VIRTIO = 10;

    private static final int TIME = 0;
    private static final int LENGTH = 8;
    private static final int FRAME = 24;

    private final ByteBuffer memory;
    private final int limit;

    private int first;
    private int end;
    private int count;

    /** A batch of up to {@code frames} frames, and room for at least one of {@link #LONGEST}. */
    public FrameBatch(int frames, int bytes) {
        memory = ByteBuffer.allocateDirect(Math.max(bytes, FRAME + LONGEST)).order(ByteOrder.nativeOrder());
        limit = frames;
    }

    /** The frames' bytes, in native byte order. */
    public ByteBuffer memory() {
        return memory;
    }

    /** Frames not yet taken out. */
    public int count() {
        return count;
    }

    /** Offset of the first record, as native code wants it. */
    public int first() {
        return first;
    }

    /** Whether another frame of that length finds room. */
    public boolean fits(int length) {
        return count < limit && length <= memory.capacity() - FRAME - end;
    }

    /**
     * Copies a frame in behind the others, with a virtio header of zeros.
     *
     * @return where its bytes are in {@link #memory()}
     */
    public int add(ByteBuffer bytes, int offset, int length) {
        int record = end;
        memory.putInt(record + LENGTH, length);
        // The last two bytes of padding and the virtio header.
        memory.putInt(record + LENGTH + 4, 0);
        memory.putLong(record + FRAME - 8, 0);
        memory.put(record + FRAME, bytes, offset, length);
        end = after(record, length);
        count++;
        return record + FRAME;
    }

    /** What native code read from the start. */
    public void filled(int frames) {
        first = 0;
        count = frames;
    }

    /** Where the bytes of the first frame are in {@link #memory()}. */
    public int frame() {
        return first + FRAME;
    }

    /** Length of the first frame. */
    public int length() {
        return memory.getInt(first + LENGTH);
    }

    /** When the frame at that place was received. */
    public long time(int frame) {
        return memory.getLong(frame - FRAME + TIME);
    }

    /**
     * Writes the struct virtio_net_hdr ahead of a frame, in the machine's byte order as Linux wants it.
     *
     * @param memory in native byte order
     * @param frame where the frame's bytes start in it
     */
    public static void putVirtio(
            ByteBuffer memory,
            int frame,
            boolean needsChecksum,
            int gsoType,
            int headerLength,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        memory.put(frame - VIRTIO, (byte) (needsChecksum ? 1 : 0));
        memory.put(frame - VIRTIO + 1, (byte) gsoType);
        memory.putShort(frame - VIRTIO + 2, (short) headerLength);
        memory.putShort(frame - VIRTIO + 4, (short) gsoSize);
        memory.putShort(frame - VIRTIO + 6, (short) checksumStart);
        memory.putShort(frame - VIRTIO + 8, (short) checksumOffset);
    }

    /** Takes frames out at the front. */
    public void remove(int frames) {
        for (int i = 0; i < frames; i++) {
            first = after(first, length());
        }
        count -= frames;
        if (count == 0) {
            clear();
        }
    }

    /** Takes all out. */
    public void clear() {
        first = 0;
        end = 0;
        count = 0;
    }

    private static int after(int record, int length) {
        return record + FRAME + length + 7 & ~7;
    }
}
