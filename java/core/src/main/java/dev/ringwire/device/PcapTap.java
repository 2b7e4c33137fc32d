package dev.ringwire.device;

import dev.ringwire.file.CaptureWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes every frame that a device receives and sends to a capture file, so that what went wrong can be looked at and
 * replayed. In pcapng each packet says its direction (epb_flags); pcap cannot.
 *
 * <p>A frame is written when it was received, or before it is sent. What is buffered goes to the file when
 * {@link #next} has nothing to give, and on {@link #flush()}.
 */
public final class PcapTap extends DeviceWrapper {
    private final CaptureWriter writer;
    private final ReceivedFrame seen;
    private final SentFrame sent;
    // One thread may receive while another sends.
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Taps a device.
     *
     * @param writer closed with the tap
     */
    public PcapTap(Device inner, CaptureWriter writer) {
        super(inner);
        this.writer = Objects.requireNonNull(writer);
        this.seen = new ReceivedFrame(inner.name());
        this.sent = new SentFrame(inner, WallClock::nanos);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if the file cannot be written; the frame is there nevertheless
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (!inner.next(0)) {
            flushFile();
            if (inner.ended() || timeoutNanos <= 0 || !inner.next(timeoutNanos)) {
                return false;
            }
        }
        lock.lock();
        try {
            seen.show(inner.frame());
            writer.write(seen);
        } catch (IOException | IllegalStateException e) {
            if (closed) {
                return false;
            }
            throw e;
        } finally {
            seen.drop();
            lock.unlock();
        }
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if the file cannot be written; the frame is not sent then
     */
    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        record(bytes, offset, length);
        inner.send(bytes, offset, length);
    }

    /** As {@link #send(ByteBuffer, int, int)}; written is the frame as it was handed over, unfinished and uncut. */
    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        record(bytes, offset, length);
        inner.send(bytes, offset, length, offload);
    }

    private void record(ByteBuffer bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        lock.lock();
        try {
            sent.show(bytes, offset, length);
            writer.write(sent);
        } finally {
            sent.drop();
            lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        flushFile();
        inner.flush();
    }

    private void flushFile() throws IOException {
        lock.lock();
        try {
            writer.flush();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        lock.lock();
        try (inner) {
            writer.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "PcapTap[" + inner.name() + "]";
    }
}
