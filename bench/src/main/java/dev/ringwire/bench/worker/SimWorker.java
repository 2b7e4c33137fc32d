package dev.ringwire.bench.worker;

import dev.ringwire.device.Faults;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.transport.CongestionAlgorithm;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.testkit.LinkSim;
import dev.ringwire.testkit.SimDevice;
import dev.ringwire.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Two stacks in simulated time: goodput LOSS_PERCENT NEW_RENO|CUBIC SECONDS SEED; crowd CONNECTIONS ROUNDS, in which
 * connections take turns with one segment each, every one as often whatever their number.
 */
public final class SimWorker {
    private static final int PORT = 7001;
    private static final int RATE = 100_000_000;
    private static final int QUEUE = 100;
    private static final Duration DELAY = Duration.ofMillis(5);
    private static final int SEGMENT = 1000;

    /** How often each of a crowd sends, however many there are: alarms and acknowledgements are alike then. */
    private static final Duration TURN = Duration.ofMillis(10);

    private final LinkSim sim;
    private final NetStack client;
    private final NetStack server;
    private final EndlessSource source = new EndlessSource(64 * 1024);
    private long received;

    private SimWorker(Wire wire, long seed) {
        sim = new LinkSim(seed);
        SimDevice left = sim.device("left", LinkType.ETHERNET);
        SimDevice right = sim.device("right", LinkType.ETHERNET);
        sim.connect(left, right, wire);
        client = stack(left, 1);
        server = stack(right, 2);
    }

    private NetStack stack(SimDevice device, int host) {
        NetStack stack = NetStack.builder(device)
                .address("192.0.2." + host + "/24")
                .macAddress(device.hardwareAddress().orElseThrow())
                .random(sim.random())
                .build();
        sim.attach(stack);
        return stack;
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(words -> switch (words[0]) {
            case "goodput" -> goodput(words);
            case "crowd" -> crowd(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        });
    }

    private static String goodput(String[] words) {
        Faults faults = Faults.NONE.withLoss(Double.parseDouble(words[1]) / 100).withDelay(DELAY, Duration.ZERO);
        Wire wire = Wire.PERFECT.withRate(RATE).withQueue(QUEUE).withFaults(faults);
        SimWorker run = new SimWorker(wire, Long.parseLong(words[4]));
        run.listen();
        run.connect(CongestionAlgorithm.valueOf(words[2]));
        long cpu = Conversation.cpuNanos();
        int seconds = Integer.parseInt(words[3]);
        run.sim.run(Duration.ofSeconds(seconds));
        return "bits=" + run.received * 8 / seconds + " segments=" + run.segments() + " ns="
                + (Conversation.cpuNanos() - cpu);
    }

    private static String crowd(int connections, int rounds) {
        SimWorker run = new SimWorker(Wire.PERFECT, 1);
        run.listen();
        TcpSession[] sessions = new TcpSession[connections];
        for (int i = 0; i < connections; i++) {
            sessions[i] = run.connect(CongestionAlgorithm.CUBIC, run.new Sink());
            run.sim.run(Duration.ofMillis(1));
        }
        // The first bytes of a connection make its buffers.
        run.takeTurns(sessions, connections);
        long before = run.segments();
        long cpu = Conversation.cpuNanos();
        run.takeTurns(sessions, rounds);
        cpu = Conversation.cpuNanos() - cpu;
        long sent = (long) (connections + rounds) * SEGMENT;
        if (run.received != sent) {
            throw new IllegalStateException(run.received + " bytes came of " + sent);
        }
        return Conversation.packets(run.segments() - before, cpu);
    }

    private void takeTurns(TcpSession[] sessions, int rounds) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SEGMENT);
        Duration between = TURN.dividedBy(sessions.length);
        for (int i = 0; i < rounds; i++) {
            TcpSession session = sessions[i % sessions.length];
            client.execute(() -> send(session, bytes.clear()));
            sim.run(between);
        }
        sim.run(Duration.ofSeconds(1));
    }

    private static void send(TcpSession session, ByteBuffer bytes) {
        try {
            session.trySend(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long segments() {
        return client.tcp().counters().segmentsSent + server.tcp().counters().segmentsSent;
    }

    private void listen() {
        TcpApplication sink = new Sink();
        try {
            server.tcp().listen(TcpEndpoint.any(PORT), TcpOptions.DEFAULT, session -> sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TcpSession connect(CongestionAlgorithm algorithm) {
        return connect(algorithm, source);
    }

    private TcpSession connect(CongestionAlgorithm algorithm, TcpApplication application) {
        try {
            return client.tcp()
                    .connect(
                            TcpEndpoint.of(new InetSocketAddress("192.0.2.2", PORT)),
                            null,
                            TcpOptions.DEFAULT.congestionControl(algorithm).noDelay(true),
                            application);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts what comes. */
    private final class Sink implements TcpApplication {
        @Override
        public void received(TcpSession session, ByteBuffer data) {
            received += data.remaining();
            data.position(data.limit());
        }
    }
}
