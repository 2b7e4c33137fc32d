package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A link that frames come from and go out on. One thread pulls and one thread sends, which may be the same;
 * {@link #wake()}, {@link #statistics()} and {@link #close()} may come from any.
 *
 * <p>What is sent is taken into a batch, which goes out when it is full and on {@link #flush()}; whoever sends
 * flushes before waiting.
 */
public interface Device extends FrameSource, FrameSink {
    /** What it is called, such as {@code eth0}. */
    String name();

    /** The most bytes of a packet behind the link header that it sends, {@link Integer#MAX_VALUE} for no limit. */
    int mtu();

    /** Its own address on the link; empty where there is none or it is not known. */
    Optional<MacAddress> hardwareAddress();

    /** Counts of what came in, since it was opened. */
    CaptureStatistics statistics() throws IOException;

    /**
     * Takes one frame of {@link #linkType()} to be sent; the bytes are read before this returns.
     *
     * @param bytes the memory, by absolute index
     * @throws IOException if it is longer than {@link #mtu()} allows or the link refuses it
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     */
    void send(ByteBuffer bytes, int offset, int length) throws IOException;

    /**
     * Whether it takes frames whose checksum is unfinished or that it is to cut into segments, by {@link #send(ByteBuffer,
     * int, int, Offload)}.
     */
    default boolean offloads() {
        return false;
    }

    /**
     * Takes one frame of {@link #linkType()} of which the device does the rest; the bytes are read before this returns.
     *
     * @param bytes the memory, by absolute index
     * @throws IOException as {@link #send(ByteBuffer, int, int)}; the segments must fit the MTU, and the frame 64 KiB
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalStateException if there is something to do and the device {@linkplain #offloads() does not}
     */
    default void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        if (!offload.isNone()) {
            throw new IllegalStateException(name() + " takes no offloads");
        }
        send(bytes, offset, length);
    }

    @Override
    default void write(Frame frame) throws IOException {
        send(frame.buffer(), frame.offset(), frame.length());
    }

    /** Sends what was taken so far. */
    @Override
    void flush() throws IOException;

    /**
     * Whether the system said, when it gave the present frame, that there is none behind it yet: asking again at once
     * would cost a system call and most likely find nothing. False where that is not known.
     */
    default boolean isDrained() {
        return false;
    }

    /** Makes the present or the next call of {@link #next(long)} that would wait return false at once. */
    void wake();
}
