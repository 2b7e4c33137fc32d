package dev.ringwire.testing;

import dev.ringwire.device.Device;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.TimerQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Two stacks in one thread, joined by a wire of IP packets; time passes when a test says so. The first is 10.0.0.1 and
 * fd00::1, the second 10.0.0.2 and fd00::2.
 */
public final class TwoStacks implements AutoCloseable {
    private final Loopback.Pair wire;
    public final NetStack first;
    public final NetStack second;
    private long now = 1_000_000_000L;

    public TwoStacks() {
        this(b -> b);
    }

    /** With settings of the first of its own. */
    public TwoStacks(UnaryOperator<NetStack.Builder> settings) {
        this(1500, settings);
    }

    public TwoStacks(int mtu, UnaryOperator<NetStack.Builder> settings) {
        wire = Loopback.builder(LinkType.RAW).mtu(mtu).clock(() -> now).pair();
        first = settings.apply(builder(wire.first(), 1)).build();
        second = builder(wire.second(), 2).build();
        // So that both know the time.
        run();
    }

    private static NetStack.Builder builder(Device device, int host) {
        return NetStack.builder(device)
                .address("10.0.0." + host + "/24")
                .address("fd00::" + host + "/64")
                .random(new Random(host));
    }

    /** Lets both do all that is to be done now. */
    public void run() {
        try {
            boolean more = true;
            while (more) {
                long before = sent();
                long next = Math.min(first.poll(now, 64), second.poll(now, 64));
                more = next <= now || sent() != before;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long sent() {
        return first.context().counters().sent + second.context().counters().sent;
    }

    /** Lets that much time pass, alarm by alarm. */
    public void pass(long nanos) {
        long end = now + nanos;
        run();
        while (now < end) {
            long next = Math.min(
                    first.context().timers().next(), second.context().timers().next());
            now = next == TimerQueue.NEVER ? end : Math.min(end, Math.max(next, now + 1));
            run();
        }
    }

    public long now() {
        return now;
    }

    @Override
    public void close() {
        wire.close();
    }
}
