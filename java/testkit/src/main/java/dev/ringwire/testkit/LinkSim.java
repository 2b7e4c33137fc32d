package dev.ringwire.testkit;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.Device;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NanoClock;
import dev.ringwire.stack.NetStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Links in simulated time: joins devices by wires that delay, queue, lose, duplicate, reorder and corrupt frames, and
 * runs the stacks on them. Time goes from one thing that happens to the next, so hours pass in seconds; one seed gives
 * the same run to the byte. No thread and no clock is used, and nothing is allocated per frame once as many have been
 * under way.
 *
 * <pre>{@code
 * LinkSim sim = new LinkSim(42);
 * SimDevice client = sim.device("client", LinkType.ETHERNET);
 * SimDevice server = sim.device("server", LinkType.ETHERNET);
 * sim.connect(client, server, Wire.PERFECT.withRate(100_000_000).withDelay(Duration.ofMillis(10)).withLoss(0.01));
 * sim.attach(NetStack.builder(client).address("192.0.2.1/24").random(sim.random()).build());
 * ...
 * sim.run(Duration.ofHours(1));
 * }</pre>
 */
public final class LinkSim implements NanoClock {
    private static final int USUAL_MTU = 1500;
    private static final long FIRST_ADDRESS = 0x0200_0000_0001L;
    private static final int BUDGET = 256;

    /** So much may happen without time going on; more is a loop. */
    private static final int MOST_AT_ONCE = 4_000_000;

    private record Attached(NetStack stack, SimDevice device) {}

    private final SplittableRandom random;
    private final EventQueue events = new EventQueue();
    private final List<SimDevice> devices = new ArrayList<>();
    private final List<FrameHandler> taps = new ArrayList<>();
    private final List<Attached> stacks = new ArrayList<>();
    private final ArrayDeque<Transit> free = new ArrayDeque<>();
    private long now;
    private boolean running;
    private int atOnce;

    /** Begins at time 0, which in captures is 1970. */
    public LinkSim(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A source of chance of its own, different at each call and the same in each run: for {@code builder.random}. */
    public SplittableRandom random() {
        return random.split();
    }

    /** A device with an MTU of 1500 bytes; on Ethernet it has the next of the addresses from 02:00:00:00:00:01 on. */
    public SimDevice device(String name, LinkType linkType) {
        return device(name, linkType, USUAL_MTU);
    }

    /**
     * A device to be connected.
     *
     * @param mtu most bytes behind the Ethernet header, or of the whole frame for other link types
     * @throws IllegalArgumentException if the MTU is not in 1..65535
     */
    public SimDevice device(String name, LinkType linkType, int mtu) {
        if (mtu < 1 || mtu > 65_535) {
            throw new IllegalArgumentException("MTU " + mtu + " is not in 1..65535");
        }
        MacAddress address = linkType.equals(LinkType.ETHERNET) ? new MacAddress(FIRST_ADDRESS + devices.size()) : null;
        SimDevice device = new SimDevice(this, name, linkType, mtu, address);
        devices.add(device);
        taps.forEach(device::tap);
        return device;
    }

    /**
     * Joins two devices by a cable, alike in both directions; {@link SimDevice#outgoing(Wire)} makes them differ.
     *
     * @throws IllegalArgumentException if they are of different link types
     * @throws IllegalStateException if one is connected already
     */
    public void connect(SimDevice a, SimDevice b, Wire wire) {
        checkSame(a, b);
        Lane there = lane(wire, b::arrive);
        Lane back = lane(wire, a::arrive);
        a.connect(there, back);
        b.connect(back, there);
    }

    /**
     * Joins devices by a switch in the middle, each by such a wire to and from it. It learns who is where by the source
     * addresses of Ethernet; other frames all devices get.
     *
     * @throws IllegalArgumentException if they are of different link types
     * @throws IllegalStateException if one is connected already
     */
    public void connect(Wire wire, SimDevice... all) {
        List<Lane> ports = new ArrayList<>();
        for (SimDevice device : all) {
            checkSame(all[0], device);
            ports.add(lane(wire, device::arrive));
        }
        Switch middle = new Switch(this, all[0].linkType().equals(LinkType.ETHERNET), ports);
        for (int i = 0; i < all.length; i++) {
            int port = i;
            all[i].connect(lane(wire, frame -> middle.arrive(port, frame)), ports.get(i));
        }
    }

    private static void checkSame(SimDevice a, SimDevice b) {
        if (!a.linkType().equals(b.linkType())) {
            throw new IllegalArgumentException(
                    a + " carries " + a.linkType() + " and " + b + " carries " + b.linkType());
        }
    }

    private Lane lane(Wire wire, Lane.Receiver receiver) {
        return new Lane(this, Objects.requireNonNull(wire), random.split(), receiver);
    }

    /** Shows every frame that any device sends or receives, now and later; see {@link SimDevice#tap}. */
    public void tap(FrameHandler watcher) {
        taps.add(watcher);
        devices.forEach(device -> device.tap(watcher));
    }

    /**
     * Runs a stack from now on.
     *
     * @throws IllegalArgumentException if its device is not one of this simulation; one that wraps such a device is
     *     attached by {@link #attach(NetStack, SimDevice)}
     */
    public void attach(NetStack stack) {
        Device device = stack.deviceLayer().device();
        if (!(device instanceof SimDevice simulated)) {
            throw new IllegalArgumentException("a stack over " + device + ": say which simulated device is below");
        }
        attach(stack, simulated);
    }

    /** Runs a stack from now on whose frames come by that device, perhaps through wrappers. */
    public void attach(NetStack stack, SimDevice device) {
        if (!devices.contains(device)) {
            throw new IllegalArgumentException(device + " is of another simulation");
        }
        stacks.add(new Attached(stack, device));
    }

    /** Runs a stack no longer: its host is switched off. */
    public void detach(NetStack stack) {
        stacks.removeIf(attached -> attached.stack == stack);
    }

    /** Nanoseconds since the simulation began. */
    public long now() {
        return now;
    }

    @Override
    public long nanos() {
        return now;
    }

    /** Does something after that time, from now. What it wants of a stack, it asks for by {@link NetStack#execute}. */
    public void after(Duration time, Runnable action) {
        Objects.requireNonNull(action);
        events.add(
                new Event() {
                    @Override
                    void happen() {
                        action.run();
                    }
                },
                Math.addExact(now, time.toNanos()));
    }

    /** Runs for that long. */
    public void run(Duration time) {
        run(time, () -> false);
    }

    /**
     * Runs until something is so, which is asked after all that happens.
     *
     * @param atMost gives up after that time
     * @return whether it is so
     * @throws IllegalStateException if the simulation runs already, or does not get past one moment
     * @throws UncheckedIOException if a device or a tap fails
     */
    public boolean run(Duration atMost, BooleanSupplier until) {
        return run(Math.addExact(now, atMost.toNanos()), until);
    }

    /** Waits for somebody outside of the simulation. */
    void await(long nanos, BooleanSupplier until) {
        boolean forEver = nanos == FrameSource.FOREVER;
        if (!run(forEver ? Long.MAX_VALUE - 1 : now + Math.min(nanos, Long.MAX_VALUE - 1 - now), until) && forEver) {
            throw new IllegalStateException("nothing is left to happen in the simulation: no frame will ever come");
        }
    }

    private boolean run(long end, BooleanSupplier until) {
        if (running) {
            throw new IllegalStateException("the simulation runs already: nothing within it can wait");
        }
        running = true;
        try {
            atOnce = 0;
            while (!until.getAsBoolean()) {
                long next = next();
                if (next > end) {
                    now = end == Long.MAX_VALUE - 1 ? now : end;
                    return false;
                }
                atOnce = next == now ? atOnce : 0;
                now = next;
                step();
            }
            return true;
        } finally {
            running = false;
        }
    }

    /** When there is something to do. */
    private long next() {
        long next = events.next();
        for (int i = 0; i < stacks.size(); i++) {
            Attached attached = stacks.get(i);
            next = attached.device.waiting() > 0 ? now : Math.min(next, attached.stack.deadline());
        }
        return Math.max(next, now);
    }

    private void step() {
        while (events.next() <= now) {
            countAtOnce();
            events.remove().happen();
        }
        for (int i = 0; i < stacks.size(); i++) {
            Attached attached = stacks.get(i);
            if (attached.device.waiting() > 0 || attached.stack.deadline() <= now) {
                countAtOnce();
                try {
                    attached.stack.poll(now, BUDGET);
                } catch (IOException e) {
                    throw new UncheckedIOException("the stack on " + attached.device.name() + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void countAtOnce() {
        if (++atOnce > MOST_AT_ONCE) {
            throw new IllegalStateException("the simulation does not get past " + now
                    + " ns: there is always more to do at once. Give the wires a delay or a rate.");
        }
    }

    EventQueue events() {
        return events;
    }

    /** A frame to be sent over a lane, in memory that is used again. */
    Transit take(Lane lane, ByteBuffer bytes, int offset, int length) {
        Transit frame = free.pollLast();
        if (frame == null) {
            frame = new Transit(lane);
        }
        frame.take(lane, bytes, offset, length);
        return frame;
    }

    /** The frame has been read. */
    void free(Transit frame) {
        free.addLast(frame);
    }
}
