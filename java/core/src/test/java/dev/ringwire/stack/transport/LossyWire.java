package dev.ringwire.stack.transport;

import dev.ringwire.device.Device;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Two stacks, 192.0.2.1 and .2, and between them a wire with a delay that drops what the test says. Time is the test's. */
final class LossyWire implements AutoCloseable {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record OnTheWire(long due, byte[] bytes, Device to) {}

    final Loopback.Pair first;
    final Loopback.Pair second;
    final NetStack a;
    final NetStack b;
    long now = 1_000_000_000L;
    long delay = 5_000_000L;
    /** Nanoseconds that the wire is busy with one packet. */
    long each;

    private long busyUntil;
    int segments;

    /** Whether a segment from a to b, or from b to a, is lost. */
    Predicate<Segment> lossToB = s -> false;

    Predicate<Segment> lossToA = s -> false;

    /** How many later ones overtake a segment from a to b. */
    ToIntFunction<Segment> lateToB = s -> 0;

    private byte @Nullable [] late;
    private int overtaking;
    private final ArrayDeque<OnTheWire> wire = new ArrayDeque<>();

    LossyWire(int mtu) {
        first = Loopback.builder(LinkType.RAW).mtu(mtu).capacity(8192).pair();
        second = Loopback.builder(LinkType.RAW).mtu(mtu).capacity(8192).pair();
        a = stack(first.first(), "192.0.2.1/24", 1);
        b = stack(second.first(), "192.0.2.2/24", 2);
        step();
    }

    private static NetStack stack(Device device, String address, long seed) {
        return NetStack.builder(device)
                .address(address)
                .random(new SplittableRandom(seed))
                .build();
    }

    private void step() {
        try {
            while (!wire.isEmpty() && wire.peek().due() <= now) {
                OnTheWire w = wire.remove();
                w.to().send(java.nio.ByteBuffer.wrap(w.bytes()), 0, w.bytes().length);
            }
            a.poll(now, 10_000);
            b.poll(now, 10_000);
            carry(first.second(), second.second(), lossToB);
            carry(second.second(), first.second(), lossToA);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void carry(Device from, Device to, Predicate<Segment> loss) throws IOException {
        while (from.next(0)) {
            Frame frame = from.frame();
            segments++;
            if (!loss.test(Segment.of(frame))) {
                byte[] bytes = new byte[frame.length()];
                frame.buffer().get(frame.offset(), bytes);
                if (to == second.second() && late == null) {
                    overtaking = lateToB.applyAsInt(Segment.of(frame));
                    late = overtaking > 0 ? bytes : null;
                    if (late != null) {
                        continue;
                    }
                }
                put(bytes, to);
                if (to == second.second() && late != null && --overtaking == 0) {
                    put(late, to);
                    late = null;
                }
            }
        }
    }

    private void put(byte[] bytes, Device to) {
        busyUntil = Math.max(now, busyUntil) + each;
        wire.add(new OnTheWire(busyUntil + delay, bytes, to));
    }

    /** Goes on until that is so, or that much time has passed; whether it is. */
    boolean run(long millis, BooleanSupplier until) {
        long end = now + millis * TcpPeer.MILLI;
        step();
        while (!until.getAsBoolean()) {
            if (now >= end) {
                return false;
            }
            long next =
                    Math.min(a.context().timers().next(), b.context().timers().next());
            if (!wire.isEmpty()) {
                next = Math.min(next, wire.peek().due());
            }
            now = Math.max(now, Math.min(end, next));
            step();
        }
        return true;
    }

    void run(long millis) {
        run(millis, () -> false);
    }

    @Override
    public void close() {
        first.close();
        second.close();
        if (a.context().counters().applicationErrors + b.context().counters().applicationErrors != 0) {
            throw new AssertionError("an exception was thrown where none should be");
        }
    }
}
