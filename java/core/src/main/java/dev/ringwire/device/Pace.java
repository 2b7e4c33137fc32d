package dev.ringwire.device;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How fast frames shall go: as they come, with the gaps that their timestamps have, or at an even rate. Immutable;
 * {@link #start()} gives the running state.
 */
public final class Pace {
    /** What decides how long after the one before a frame is due. */
    enum Kind {
        UNLIMITED,
        ORIGINAL,
        FRAMES,
        BITS
    }

    private static final Duration USUAL_CATCH_UP = Duration.ofMillis(10);

    private final Kind kind;
    private final double rate;
    private final Duration catchUp;
    private final LongSupplier clock;

    private Pace(Kind kind, double rate, Duration catchUp, LongSupplier clock) {
        this.kind = kind;
        this.rate = rate;
        this.catchUp = catchUp;
        this.clock = clock;
    }

    private static Pace of(Kind kind, double rate) {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("pace " + rate + " is not a positive number");
        }
        return new Pace(kind, rate, USUAL_CATCH_UP, System::nanoTime);
    }

    /** As fast as possible. */
    public static Pace unlimited() {
        return of(Kind.UNLIMITED, 1);
    }

    /**
     * With the gaps between the timestamps of the frames. A frame older than one before it is due at once, and so is
     * one without a time; gaps count from the latest time seen.
     */
    public static Pace original() {
        return times(1);
    }

    /**
     * As {@link #original()}, so many times faster.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    public static Pace times(double factor) {
        return of(Kind.ORIGINAL, factor);
    }

    /**
     * So many frames a second, evenly.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    public static Pace packetsPerSecond(double rate) {
        return of(Kind.FRAMES, rate);
    }

    /**
     * So many bits a second of frames as they are in memory: preamble, checksum and gap of Ethernet, 24 bytes a frame,
     * do not count.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    public static Pace bitsPerSecond(double rate) {
        return of(Kind.BITS, rate);
    }

    /**
     * How far frames that are late may be made up for by going faster; what is beyond is lost, and the later frames are
     * all due later by that. 10 ms unless set: at a million frames a second, a stop of a second is followed by a burst
     * of ten thousand frames and no more.
     *
     * @throws IllegalArgumentException if negative
     */
    public Pace catchUp(Duration most) {
        if (most.isNegative()) {
            throw new IllegalArgumentException("catch up " + most);
        }
        return new Pace(kind, rate, most, clock);
    }

    /** Goes by another clock of nanoseconds than {@link System#nanoTime()}, for tests and simulations. */
    public Pace clock(LongSupplier nanoseconds) {
        return new Pace(kind, rate, catchUp, nanoseconds);
    }

    /** Whether {@link #unlimited()}. */
    public boolean isUnlimited() {
        return kind == Kind.UNLIMITED;
    }

    /** A run at this pace, whose first frame is due when it is scheduled. */
    public Pacer start() {
        return new Pacer(kind, rate, catchUp.toNanos(), clock);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case UNLIMITED -> "as fast as possible";
            case ORIGINAL -> rate == 1 ? "original speed" : rate + " times the original speed";
            case FRAMES -> rate + " packets/s";
            case BITS -> rate + " bit/s";
        };
    }
}
