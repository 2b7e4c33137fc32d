package dev.ringwire.testkit;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.FaultStatistics;
import dev.ringwire.device.Faults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One direction of a link at work: from somebody who sends to one receiver. Chance is drawn as frames are sent. */
final class Lane {
    /** Nobody passes the last frame of all: it comes after that time, in nanoseconds. */
    private static final long LONGEST_HOLD = 10_000_000;

    private static final int MOST_PASS = 3;
    private static final int ETHERNET_HEADER = 14;

    /** Frames on their way, in either state; one more is dropped. */
    private static final int MOST_UNDER_WAY = 1 << 16;

    /** Where frames arrive. The receiver gives them back by {@link LinkSim#free}. */
    interface Receiver {
        void arrive(Transit frame);
    }

    private final LinkSim sim;
    private final Receiver receiver;
    private final SplittableRandom random;
    private final List<Transit> held = new ArrayList<>();

    /** When each frame of the queue has left, oldest first, in a ring. */
    private long[] leaves = new long[16];

    private int first;
    private int queued;
    private long free;
    private int underWay;

    private Wire wire;

    private long seen;
    private long lost;
    private long duplicated;
    private long reordered;
    private long corrupted;
    private long truncated;
    private long overflowed;

    Lane(LinkSim sim, Wire wire, SplittableRandom random, Receiver receiver) {
        this.sim = sim;
        this.wire = wire;
        this.random = random;
        this.receiver = receiver;
    }

    void wire(Wire other) {
        wire = other;
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    void send(ByteBuffer bytes, int offset, int length) {
        seen++;
        long left = leave(length);
        if (left < 0 || underWay == MOST_UNDER_WAY) {
            overflowed++;
            return;
        }
        Faults faults = wire.faults();
        if (happens(faults.loss())) {
            lost++;
            return;
        }
        Transit frame = sim.take(this, bytes, offset, length);
        spoil(frame, faults);
        boolean twice = happens(faults.duplication());
        launch(frame, left, faults);
        if (twice && underWay < MOST_UNDER_WAY) {
            duplicated++;
            launch(sim.take(this, frame.bytes(), 0, frame.length), left, faults);
        }
    }

    /** When a frame that is sent now is wholly on the wire; -1 if it finds no room to wait. */
    private long leave(int length) {
        long now = sim.now();
        while (queued > 0 && leaves[first] <= now) {
            first = first + 1 & leaves.length - 1;
            queued--;
        }
        if (wire.bitsPerSecond() == 0) {
            return Math.max(now, free);
        }
        if (queued >= wire.queue()) {
            return -1;
        }
        if (queued == leaves.length) {
            grow();
        }
        free = Math.max(now, free) + wire.transmission(length);
        leaves[first + queued++ & leaves.length - 1] = free;
        return free;
    }

    private void grow() {
        long[] more = new long[2 * leaves.length];
        for (int i = 0; i < queued; i++) {
            more[i] = leaves[first + i & leaves.length - 1];
        }
        leaves = more;
        first = 0;
    }

    private void spoil(Transit frame, Faults faults) {
        if (frame.length > ETHERNET_HEADER && happens(faults.truncation())) {
            frame.length = ETHERNET_HEADER + random.nextInt(frame.length - ETHERNET_HEADER);
            truncated++;
        }
        if (frame.length > 0 && happens(faults.corruption())) {
            int bit = random.nextInt(8 * frame.length);
            int at = bit >> 3;
            Bits.put8(frame.bytes(), at, frame.bytes().get(at) ^ 1 << (bit & 7));
            corrupted++;
        }
    }

    private void launch(Transit frame, long left, Faults faults) {
        long jitter = faults.jitterNanos() == 0 ? 0 : random.nextLong(faults.jitterNanos() + 1);
        long due = left + faults.delayNanos() + jitter;
        underWay++;
        if (happens(faults.reordering())) {
            reordered++;
            frame.toPass = 1 + random.nextInt(MOST_PASS);
            sim.events().add(frame, due + LONGEST_HOLD);
            held.add(frame);
            return;
        }
        sim.events().add(frame, due);
        for (int i = 0; i < held.size(); i++) {
            Transit passed = held.get(i);
            if (--passed.toPass == 0) {
                held.remove(i--);
                sim.events().move(passed, Math.min(passed.due, due));
            }
        }
    }

    void arrive(Transit frame) {
        underWay--;
        if (frame.toPass > 0) {
            held.remove(frame);
        }
        receiver.arrive(frame);
    }

    FaultStatistics statistics() {
        return new FaultStatistics(seen, lost, duplicated, reordered, corrupted, truncated, overflowed);
    }
}
