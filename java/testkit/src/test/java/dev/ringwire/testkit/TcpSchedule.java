package dev.ringwire.testkit;

import dev.ringwire.device.Faults;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.transport.CongestionAlgorithm;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpListener;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;

/** One connection between two stacks over links as bad as a seed makes them, and what must be so at its end. */
final class TcpSchedule {
    private static final long MILLI = 1_000_000;
    private static final int PORT = 7000;
    private static final Duration LONGEST = Duration.ofHours(24);

    private final long seed;
    private final SplittableRandom random;
    private final LinkSim sim;
    private final StringBuilder story = new StringBuilder();

    private final boolean ipv6;
    private final boolean ethernet;
    private final boolean simultaneous;
    /** Whether the links are such that a connection may time out. */
    private boolean hopeless;

    private boolean corrupts;
    private final TcpSide left;
    private final TcpSide right;

    TcpSchedule(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        sim = new LinkSim(random.nextLong());
        ipv6 = random.nextBoolean();
        ethernet = random.nextInt(3) == 0;
        simultaneous = random.nextInt(8) == 0;
        corrupts = random.nextInt(3) == 0;
        SimDevice a = device("left");
        SimDevice b = device("right");
        sim.connect(a, b, Wire.PERFECT);
        a.outgoing(wire("->"));
        b.outgoing(wire("<-"));
        phases(a, b);
        NetStack first = stack(a, 1, b);
        NetStack second = stack(b, 2, a);
        boolean disorderly = random.nextInt(3) == 0;
        long pace = random.nextInt(4) == 0 ? 1000 : random.nextInt(20);
        left = side(first, 1, disorderly, pace);
        right = side(second, 2, disorderly, pace);
        left.other(right);
        right.other(left);
        say("\n left " + left + "\n right " + right);
    }

    private void say(String what) {
        story.append(what);
    }

    private SimDevice device(String name) {
        int least = ipv6 ? 1280 : 576;
        int mtu = switch (random.nextInt(4)) {
            case 0 -> least;
            case 1 -> random.nextInt(least, 9001);
            default -> 1500;
        };
        say(" " + name + " MTU " + mtu);
        return sim.device(name, ethernet ? LinkType.ETHERNET : LinkType.RAW, mtu);
    }

    /** A number from 1 on whose logarithm is even. */
    private int scale(int most) {
        return (int) Math.exp(random.nextDouble() * Math.log(most));
    }

    private Wire wire(String name) {
        long rate = random.nextInt(3) == 0 ? 0 : 64_000L * scale(16_000);
        int delay = random.nextInt(3) == 0 ? 0 : scale(400);
        int queue = 4 + scale(300);
        double loss = random.nextBoolean() ? 0 : 0.15 * random.nextDouble() * random.nextDouble();
        Faults faults = Faults.NONE
                .withLoss(loss)
                .withDuplication(random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0)
                .withReordering(random.nextInt(3) == 0 ? 0.2 * random.nextDouble() : 0)
                .withCorruption(corrupts ? 0.05 * random.nextDouble() : 0)
                .withDelay(
                        Duration.ofNanos(delay * MILLI + 1000),
                        Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(1 + delay) : 0));
        Wire made = new Wire(rate, queue, faults);
        say("\n " + name + " " + made);
        return made;
    }

    /** How the links change. */
    private void phases(SimDevice a, SimDevice b) {
        long at = 0;
        for (int i = random.nextInt(4); i > 0; i--) {
            at += scale(20_000);
            say("\n after " + at + " ms:");
            Wire there = wire("->");
            Wire back = wire("<-");
            if (random.nextInt(3) == 0) {
                int outage = scale(30_000);
                // The neighbour may be asked in vain, and the shortest user timeout ends.
                hopeless |= outage > 1000;
                say("\n but nothing for " + outage + " ms");
                Wire dead = Wire.PERFECT.withLoss(1);
                set(at, a, dead);
                set(at, b, dead);
                at += outage;
            }
            set(at, a, there);
            set(at, b, back);
        }
    }

    private void set(long millis, SimDevice from, Wire wire) {
        sim.after(Duration.ofMillis(millis), () -> from.outgoing(wire));
    }

    private static String address(boolean v6, int host) {
        return v6 ? "2001:db8::" + host : "192.0.2." + host;
    }

    private NetStack stack(SimDevice device, int host, SimDevice peer) {
        NetStack.Builder builder = NetStack.builder(device)
                .address(address(false, host) + "/24")
                .address(address(true, host) + "/64")
                .random(sim.random());
        device.hardwareAddress().ifPresent(builder::macAddress);
        if (ethernet && (corrupts || random.nextBoolean())) {
            // ARP has no checksum: what a link corrupts it would believe.
            builder.neighbor(address(ipv6, 3 - host), peer.hardwareAddress().orElseThrow());
        }
        NetStack stack = builder.build();
        sim.attach(stack);
        return stack;
    }

    @SuppressWarnings("EnumOrdinal") // any of them
    private TcpSide side(NetStack stack, int name, boolean disorderly, long pace) {
        int bytes = random.nextInt(8) == 0 ? 0 : scale(random.nextInt(20) == 0 ? 1_000_000 : 200_000);
        TcpSide.End end =
                disorderly ? TcpSide.End.values()[random.nextInt(TcpSide.End.values().length)] : TcpSide.End.HALF_CLOSE;
        int userTimeout = disorderly && random.nextInt(4) == 0 ? 1000 * (1 + scale(30)) : 300_000;
        hopeless |= userTimeout < 300_000;
        TcpOptions options = TcpOptions.DEFAULT
                .selectiveAcknowledgments(random.nextInt(4) > 0)
                .timestamps(random.nextInt(4) > 0)
                .windowScaling(random.nextInt(4) > 0)
                .noDelay(random.nextBoolean())
                .sendBuffer(2048 + scale(500_000))
                .receiveBuffer(2048 + scale(500_000))
                .mss(random.nextInt(6) == 0 ? random.nextInt(64, 1400) : 0)
                .userTimeout(userTimeout)
                .congestionControl(CongestionAlgorithm.values()[random.nextInt(CongestionAlgorithm.values().length)])
                .keepAlive(true)
                .keepAliveIdle(60)
                .keepAliveInterval(30)
                .keepAliveCount(9);
        return new TcpSide(sim, stack, name, options, end, bytes, scale(50_000), pace, random.split());
    }

    private void open() {
        TcpEndpoint here = TcpEndpoint.of(address(ipv6, 1), PORT);
        TcpEndpoint there = TcpEndpoint.of(address(ipv6, 2), PORT);
        try {
            if (simultaneous) {
                left.stack.execute(() -> left.connect(here, there));
                right.stack.execute(() -> right.connect(there, here));
                return;
            }
            TcpListener listener = right.stack.tcp().listen(there, 1, right.options);
            listener.readiness(() -> {
                TcpSession session = listener.tryAccept();
                if (session != null) {
                    right.use(session);
                }
            });
            left.whenOver(listener::close);
            left.stack.execute(() -> left.connect(null, there));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs it to its end; an error says what is not as it should be. */
    void run() {
        sim.run(Duration.ofNanos(1));
        open();
        if (!sim.run(LONGEST, () -> left.isOver() && right.isOver())) {
            fail("is not over");
        }
        left.check(this);
        right.check(this);
        // Where one side is sure that the other has everything, it has.
        boolean orderly = left.end == TcpSide.End.HALF_CLOSE && right.end == TcpSide.End.HALF_CLOSE;
        // On a link that loses, each of three questions for the neighbour may be lost, or its answer.
        boolean unanswered = ethernet && (left.foundNobody() || right.foundNobody());
        if (orderly && !hopeless && !unanswered) {
            left.checkComplete(this);
            right.checkComplete(this);
        }
        sim.run(Duration.ofHours(3));
        left.checkClean(this);
        right.checkClean(this);
    }

    void fail(String what) {
        throw new AssertionError("seed " + seed + ", " + what + ", at " + sim.now() / MILLI + " ms:"
                + (ipv6 ? " IPv6" : " IPv4") + (ethernet ? " Ethernet" : "") + (simultaneous ? " simultaneous" : "")
                + (hopeless ? " hopeless" : "") + story + "\n left " + left.present() + "\n right " + right.present());
    }
}
