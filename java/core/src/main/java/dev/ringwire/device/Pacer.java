package dev.ringwire.device;

import dev.ringwire.frame.Frame;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A run at a {@link Pace}. For each frame in turn: {@link #schedule} it, wait until it is due, send it. One thread uses
 * it; nothing is allocated per frame.
 *
 * <pre>{@code
 * Pacer pacer = Pace.packetsPerSecond(10_000).start();
 * for (...) {
 *     pacer.schedule(length);
 *     if (pacer.nanosUntilDue() > 0) {
 *         sender.flush();
 *         pacer.awaitDue();
 *     }
 *     sender.send(bytes, 0, length);
 * }
 * }</pre>
 */
public final class Pacer {
    /** The operating system wakes a thread so much too late; the rest is spent looking at the clock. */
    private static final long SPIN = 60_000;

    /** Far away, and no sum with it overflows. */
    private static final long LONGEST_GAP = Long.MAX_VALUE / 4;

    private final Pace.Kind kind;
    private final double rate;
    private final long catchUp;
    private final LongSupplier clock;

    private boolean started;
    private long due;
    private double fraction;

    /** What the frame scheduled last adds before the next one, for an even rate. */
    private double cost;

    private boolean timeKnown;
    private long latestTime;

    Pacer(Pace.Kind kind, double rate, long catchUp, LongSupplier clock) {
        this.kind = kind;
        this.rate = rate;
        this.catchUp = catchUp;
        this.clock = clock;
    }

    /** Reckons when a frame is due that follows the one before. */
    public void schedule(Frame frame) {
        boolean timed = kind == Pace.Kind.ORIGINAL && frame.hasTimestamp();
        schedule(frame.length(), timed, timed ? frame.timestampNanos() : 0);
    }

    /** Reckons when a frame of so many bytes is due, at a pace that does not go by timestamps. */
    public void schedule(int length) {
        schedule(length, false, 0);
    }

    private void schedule(int length, boolean timed, long time) {
        if (kind == Pace.Kind.UNLIMITED) {
            return;
        }
        long now = clock.getAsLong();
        if (!started) {
            started = true;
            due = now;
        } else {
            advance(kind == Pace.Kind.ORIGINAL ? gapBefore(timed, time) : cost, now);
        }
        if (timed && (!timeKnown || time > latestTime)) {
            timeKnown = true;
            latestTime = time;
        }
        cost = kind == Pace.Kind.BITS ? length * 8e9 / rate : 1e9 / rate;
        if (now - due > catchUp) {
            due = now - catchUp;
            fraction = 0;
        }
    }

    private double gapBefore(boolean timed, long time) {
        if (!timed || !timeKnown || time <= latestTime) {
            return 0;
        }
        long gap = time - latestTime;
        // Overflows where the timestamps are nonsense.
        return (gap < 0 ? Double.MAX_VALUE : (double) gap) / rate;
    }

    /** Keeps what is less than a nanosecond, which a million frames a second would soon feel. */
    private void advance(double gap, long now) {
        double exact = fraction + gap;
        long whole = (long) Math.min(exact, (double) LONGEST_GAP);
        fraction = Math.min(exact - whole, 1);
        due += Math.min(whole, LONGEST_GAP - Math.max(due - now, 0));
    }

    /** Lets the timestamps start anew: the next frame is due with the one before. */
    public void restartTimestamps() {
        timeKnown = false;
    }

    /** Nanoseconds until the frame scheduled last is due; 0 or less if it is. */
    public long nanosUntilDue() {
        return kind == Pace.Kind.UNLIMITED ? 0 : due - clock.getAsLong();
    }

    /**
     * Waits until the frame scheduled last is due: asleep while it is long, looking at the clock for the last 60 µs.
     *
     * @throws InterruptedIOException if the thread is interrupted; its interrupt status stays set
     */
    public void awaitDue() throws InterruptedIOException {
        while (!await(Long.MAX_VALUE)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for a frame to be due");
            }
        }
    }

    /** Waits so long or until it is due, or until the thread is unparked or interrupted; whether it is due. */
    boolean await(long mostNanos) {
        long wait = Math.min(nanosUntilDue(), mostNanos);
        if (wait > SPIN) {
            LockSupport.parkNanos(this, wait - SPIN);
        } else {
            long end = clock.getAsLong() + wait;
            while (clock.getAsLong() - end < 0 && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        }
        return nanosUntilDue() <= 0;
    }
}
