package dev.ringwire.device;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The frames of one direction that a fault injector holds. Chance is drawn as frames come in, from one seed. */
final class FaultyQueue {
    /** Nobody passes the last frame of all: it comes after that time, in nanoseconds. */
    private static final long LONGEST_HOLD = 10_000_000;

    private static final int MOST_PASS = 3;

    /** A frame that is held. */
    static final class Held {
        final Slot slot = new Slot();
        private long taken;
        private long due;
        /** How many later frames must pass before; 0 once that is so, or if it waits for the time alone. */
        private int toPass;
        /** When it comes without having been passed. */
        private long patience;
    }

    private final Faults faults;
    private final int capacity;
    private final SplittableRandom random;
    private final List<Held> held = new ArrayList<>();
    private final List<Held> free = new ArrayList<>();
    private long seen;
    private long lost;
    private long duplicated;
    private long reordered;
    private long corrupted;
    private long truncated;
    private long overflowed;

    FaultyQueue(Faults faults, int capacity, long seed) {
        this.faults = faults;
        this.capacity = capacity;
        this.random = new SplittableRandom(seed);
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    private @Nullable Held room() {
        if (held.size() >= capacity) {
            overflowed++;
            return null;
        }
        return free.isEmpty() ? new Held() : free.remove(free.size() - 1);
    }

    /** Takes a frame in, unless it is lost. */
    void put(Frame frame, long now) {
        seen++;
        if (happens(faults.loss())) {
            lost++;
            return;
        }
        Held one = room();
        if (one != null) {
            one.slot.take(frame);
            spoil(one, now);
        }
    }

    private void spoil(Held one, long now) {
        Slot slot = one.slot;
        if (slot.length > FrameLimit.ETHERNET_HEADER && happens(faults.truncation())) {
            slot.length = FrameLimit.ETHERNET_HEADER + random.nextInt(slot.length - FrameLimit.ETHERNET_HEADER);
            truncated++;
            slot.distrust();
        }
        if (slot.length > 0 && happens(faults.corruption())) {
            int bit = random.nextInt(8 * slot.length);
            int at = bit >> 3;
            Bits.put8(slot.bytes(), at, slot.bytes().get(at) ^ 1 << (bit & 7));
            corrupted++;
            slot.distrust();
        }
        boolean twice = happens(faults.duplication());
        hold(one, now);
        if (twice) {
            Held second = room();
            if (second != null) {
                duplicated++;
                second.slot.take(slot);
                hold(second, now);
            }
        }
    }

    private void hold(Held one, long now) {
        long jitter = faults.jitterNanos() == 0 ? 0 : random.nextLong(faults.jitterNanos() + 1);
        one.taken = now;
        one.due = now + faults.delayNanos() + jitter;
        one.toPass = 0;
        one.patience = one.due;
        if (happens(faults.reordering())) {
            reordered++;
            one.toPass = 1 + random.nextInt(MOST_PASS);
            one.patience = one.due + LONGEST_HOLD;
        }
        // Behind all that are due no later: without jitter in the order they came.
        int at = held.size();
        while (at > 0 && held.get(at - 1).due > one.due) {
            at--;
        }
        held.add(at, one);
    }

    /** When the next frame comes out, if none comes in before; {@link Long#MAX_VALUE} if there is none. */
    long due() {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < held.size(); i++) {
            Held one = held.get(i);
            earliest = Math.min(earliest, one.toPass == 0 ? one.due : one.patience);
        }
        return earliest;
    }

    /** Takes out the next frame that is due; it stays whole until {@link #done}. Null if there is none. */
    @Nullable
    Held take(long now, boolean all) {
        for (int i = 0; i < held.size(); i++) {
            Held one = held.get(i);
            if (all || now >= one.patience || one.toPass == 0 && now >= one.due) {
                held.remove(i);
                for (int j = 0; j < i; j++) {
                    Held passed = held.get(j);
                    passed.toPass = Math.max(passed.toPass - 1, 0);
                }
                one.slot.postpone(Math.max(now - one.taken, 0));
                return one;
            }
        }
        return null;
    }

    /** The frame is not needed any more; its room is. */
    void done(Held taken) {
        free.add(taken);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    FaultStatistics statistics() {
        return new FaultStatistics(seen, lost, duplicated, reordered, corrupted, truncated, overflowed);
    }
}
