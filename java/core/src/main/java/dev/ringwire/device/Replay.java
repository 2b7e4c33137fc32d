package dev.ringwire.device;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Frames of another source, usually a capture file, as they were live: each arrives when its {@link Pace} says it is
 * due.
 *
 * <pre>{@code
 * try (Replay replay = Replay.of(CaptureReader.open(path), Pace.original());
 *         PacketSender sender = PacketSender.open("eth0")) {
 *     replay.to(sender);
 * }
 * }</pre>
 *
 * <p>One thread pulls; {@link #close()} may come from any and closes the source.
 */
public final class Replay implements FrameSource {
    /** Opens the source for another pass. */
    @FunctionalInterface
    public interface Opener {
        /** A source at its first frame. */
        FrameSource open() throws IOException;
    }

    private final @Nullable Opener opener;
    private final Pacer pacer;
    private final ReplayFrame frame;
    private final Object lock = new Object();

    private FrameSource source;
    private long passesLeft;
    private boolean restamp;
    private boolean pending;
    private long inPass;
    private long given;
    private boolean exhausted;
    private volatile boolean closed;
    private volatile @Nullable Thread waiter;

    private Replay(FrameSource source, @Nullable Opener opener, long passes, Pace pace) {
        this.source = source;
        this.opener = opener;
        this.passesLeft = passes - 1;
        this.pacer = pace.start();
        this.frame = new ReplayFrame(source.linkType());
    }

    /** Replays a source once; it is closed with the replay. */
    public static Replay of(FrameSource source, Pace pace) {
        return new Replay(source, null, 1, pace);
    }

    /**
     * Replays a source several times. The first frame of a pass is due with the last of the pass before, or one step
     * of an even rate later.
     *
     * @param passes {@link Long#MAX_VALUE} for no end; a pass without frames ends it too
     * @throws IllegalArgumentException if there is no pass
     * @throws IOException if the source cannot be opened
     */
    public static Replay loop(Opener opener, long passes, Pace pace) throws IOException {
        if (passes < 1) {
            throw new IllegalArgumentException(passes + " passes");
        }
        return new Replay(opener.open(), opener, passes, pace);
    }

    /**
     * Whether the frames get the time when they are given as their timestamp, in milliseconds of the system's clock;
     * unless set they keep that of the source.
     */
    public Replay restamp(boolean on) {
        restamp = on;
        return this;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame when it is due.
     *
     * @throws InterruptedIOException if the thread is interrupted where it would wait; its interrupt status stays set
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        frame.end();
        try {
            return goOn(timeoutNanos);
        } catch (IllegalStateException e) {
            // close() took the frame away meanwhile.
            if (closed) {
                return false;
            }
            throw e;
        }
    }

    private boolean goOn(long timeoutNanos) throws IOException {
        if (!pending && !pull(timeoutNanos)) {
            return false;
        }
        if (pacer.nanosUntilDue() > 0 && !await(timeoutNanos)) {
            return false;
        }
        pending = false;
        given++;
        frame.show(source.frame(), restamp);
        return true;
    }

    private boolean pull(long timeoutNanos) throws IOException {
        while (!ended()) {
            if (source.next(timeoutNanos)) {
                inPass++;
                pacer.schedule(source.frame());
                pending = true;
                return true;
            }
            if (!source.ended()) {
                return false;
            }
            nextPass();
        }
        return false;
    }

    private void nextPass() throws IOException {
        if (opener == null || passesLeft == 0 || inPass == 0) {
            exhausted = true;
            return;
        }
        passesLeft--;
        inPass = 0;
        pacer.restartTimestamps();
        source.close();
        FrameSource again = opener.open();
        synchronized (lock) {
            source = again;
            if (closed) {
                again.close();
            }
        }
    }

    private boolean await(long timeoutNanos) throws IOException {
        long start = System.nanoTime();
        long left = Math.max(timeoutNanos, 0);
        waiter = Thread.currentThread();
        try {
            while (left > 0 && !closed) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a frame to be due");
                }
                if (pacer.await(left)) {
                    return !closed;
                }
                left = timeoutNanos - Math.min(System.nanoTime() - start, timeoutNanos);
            }
            return false;
        } finally {
            waiter = null;
        }
    }

    /**
     * Sends all that is left, each frame when it is due, and flushes: in the end, and before each wait.
     *
     * @return how many frames
     */
    public long to(FrameSink sink) throws IOException {
        long before = given;
        while (next(0) || pause(sink)) {
            sink.write(frame);
        }
        sink.flush();
        return given - before;
    }

    private boolean pause(FrameSink sink) throws IOException {
        if (ended()) {
            return false;
        }
        sink.flush();
        return next();
    }

    @Override
    public boolean ended() {
        return exhausted || closed;
    }

    /** That of the source. */
    @Override
    public LinkType linkType() {
        return frame.linkType();
    }

    /** That of the source, in this pass. */
    @Override
    public long position() {
        synchronized (lock) {
            return source.position();
        }
    }

    /** That of the source. */
    @Override
    public long size() {
        synchronized (lock) {
            return source.size();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (lock) {
            closed = true;
            LockSupport.unpark(waiter);
            source.close();
        }
    }
}
