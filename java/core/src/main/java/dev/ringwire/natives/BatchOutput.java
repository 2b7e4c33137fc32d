package dev.ringwire.natives;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Frames on their way out through one descriptor: a batch, and what happens when the kernel takes only a part of it.
 * One thread adds and flushes; the counts may be read from any.
 */
public final class BatchOutput {
    /** A wait ends so often to see whether somebody closed it or interrupted the thread. */
    private static final long LONGEST_WAIT = 10_000_000;

    private static final long SHORTEST_PAUSE = 20_000;
    private static final long LONGEST_PAUSE = 1_000_000;

    private final String name;
    private final Descriptors descriptors;
    private final boolean socket;
    private final boolean virtio;
    private final long timeoutNanos;
    private final Refusal refusal;
    private final FrameBatch batch;

    // Written by the one thread that sends.
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    /** Says in words what an error number means for this kind of descriptor. */
    public interface Refusal {
        /**
         * What went wrong.
         *
         * @param length of the frame that was not sent
         */
        String explain(int errno, int length);
    }

    /**
     * An empty batch.
     *
     * @param name for messages
     * @param socket whether the descriptor is a packet socket, else it is a TUN or TAP
     * @param virtio whether the kernel expects a struct virtio_net_hdr ahead of each frame
     * @param frames the most in a batch
     * @param bytes of memory for them; never less than for one frame of {@link FrameBatch#LONGEST}
     * @param timeoutNanos how long a full queue in the kernel is waited for
     */
    public BatchOutput(
            String name,
            Descriptors descriptors,
            boolean socket,
            boolean virtio,
            int frames,
            int bytes,
            long timeoutNanos,
            Refusal refusal) {
        this.name = name;
        this.descriptors = descriptors;
        this.socket = socket;
        this.virtio = virtio;
        this.timeoutNanos = timeoutNanos;
        this.refusal = refusal;
        this.batch = new FrameBatch(frames, bytes);
    }

    /** Frames taken and not yet sent. */
    public int pending() {
        return batch.count();
    }

    /** Frames sent. */
    public long frames() {
        return frames.get();
    }

    /** Bytes of those frames. */
    public long bytes() {
        return bytes.get();
    }

    /** How often the kernel's queue was full. */
    public long retries() {
        return retries.get();
    }

    /** The memory that {@link #add} copies to, in native byte order. */
    public ByteBuffer memory() {
        return batch.memory();
    }

    /**
     * Takes a frame of at most {@link FrameBatch#LONGEST} bytes, sending first what is there if it finds no room.
     *
     * @return where it was copied to in {@link #memory()}, with a virtio header of zeros ahead
     */
    public int add(ByteBuffer from, int offset, int length) throws IOException {
        if (!batch.fits(length)) {
            flush();
        }
        return batch.add(from, offset, length);
    }

    /** Sends once there is no room for another frame of a usual size. */
    public void flushIfFull() throws IOException {
        if (!batch.fits(0)) {
            flush();
        }
    }

    /**
     * Sends all. When that fails, the frames not sent stay, except the one that the kernel refuses for good.
     *
     * @throws IOException that tells how many went out and what to do
     */
    public void flush() throws IOException {
        if (batch.count() == 0) {
            return;
        }
        int of = batch.count();
        long waitingSince = 0;
        long pause = SHORTEST_PAUSE;
        while (batch.count() > 0) {
            int result = send();
            if (result > 0) {
                account(result);
                waitingSince = 0;
                pause = SHORTEST_PAUSE;
                continue;
            }
            if (result != -Errno.EAGAIN && result != -Errno.ENOBUFS && result != -Errno.EINTR) {
                throw failure(-result, of);
            }
            increase(retries, 1);
            long now = System.nanoTime();
            if (waitingSince == 0) {
                waitingSince = now;
            } else if (now - waitingSince >= timeoutNanos) {
                throw new IOException("the queue of " + name + " stayed full for " + timeoutNanos / 1_000_000 + " ms ("
                        + Errno.describe(result) + "); " + progress(of) + ": flush again, or send slower");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while sending on " + name + "; " + progress(of));
            }
            if (result == -Errno.ENOBUFS) {
                // A queue of the driver or the qdisc, which no poll tells of.
                LockSupport.parkNanos(this, pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            } else {
                awaitWritable();
            }
        }
    }

    /** Drops what was not sent. */
    public void discard() {
        batch.clear();
    }

    private int send() throws IOException {
        int fd = enter();
        try {
            return socket
                    ? Natives.batchSend(fd, batch.memory(), batch.first(), batch.count(), virtio)
                    : Natives.batchWrite(fd, batch.memory(), batch.first(), batch.count(), virtio);
        } finally {
            descriptors.leave();
        }
    }

    private void awaitWritable() throws IOException {
        int fd = enter();
        try {
            Natives.await(fd, true, -1, Math.min(timeoutNanos, LONGEST_WAIT));
        } finally {
            descriptors.leave();
        }
    }

    private int enter() throws IOException {
        int fd = descriptors.enter();
        if (fd == Descriptors.CLOSED) {
            throw new IOException(name + " is closed; " + batch.count() + " frames were not sent");
        }
        return fd;
    }

    private void account(int sent) {
        long length = 0;
        for (int i = 0; i < sent; i++) {
            length += batch.length();
            batch.remove(1);
        }
        increase(frames, sent);
        increase(bytes, length);
    }

    private static void increase(AtomicLong count, long by) {
        count.setRelease(count.getPlain() + by);
    }

    private IOException failure(int errno, int of) {
        int length = batch.length();
        boolean forGood = errno == Errno.EMSGSIZE || errno == Errno.EINVAL;
        if (forGood) {
            batch.remove(1);
        }
        String message = refusal.explain(errno, length) + " (" + Errno.describe(errno) + "); "
                + (forGood ? "dropped that frame; " : "") + progress(of);
        return new IOException(message);
    }

    private String progress(int of) {
        int left = batch.count();
        return (of - left) + " of " + of + " frames of the batch are done" + (left > 0 ? ", the others wait" : "");
    }
}
