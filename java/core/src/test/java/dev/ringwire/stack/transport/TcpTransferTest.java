package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two stacks over a wire that loses what the test says. */
class TcpTransferTest {
    /** Sends an array and collects what comes back; closes when all is sent. */
    static final class Mover implements TcpApplication {
        final byte[] data;
        final ByteBuffer toSend;
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        boolean made;
        boolean ended;
        boolean closed;
        IOException error;

        Mover(byte[] data) {
            this.data = data;
            toSend = ByteBuffer.wrap(data);
        }

        @Override
        public void connectionMade(TcpSession session) {
            made = true;
            writable(session);
        }

        @Override
        public void received(TcpSession session, ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                got.write(bytes.get());
            }
        }

        @Override
        public void writable(TcpSession session) {
            try {
                session.trySend(toSend);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            if (!toSend.hasRemaining()) {
                session.shutdownOutput();
            }
        }

        @Override
        public void inputClosed(TcpSession session) {
            ended = true;
            if (!toSend.hasRemaining()) {
                session.close();
            }
        }

        @Override
        public void closed(TcpSession session, IOException why) {
            closed = true;
            error = why;
        }
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static void exchange(LossyWire net, TcpOptions options, int toServer, int toClient, long millis)
            throws IOException {
        Mover client = new Mover(random(toServer, 3));
        Mover server = new Mover(random(toClient, 4));
        net.b.tcp().listen(TcpEndpoint.any(80), options, s -> server);
        TcpSession session = net.a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, options, client);
        boolean done = net.run(millis, () -> client.closed && server.closed);
        assertTrue(
                done,
                () -> session + " " + net.b.tcp().sessions() + " got " + client.got.size() + " of " + toClient + " and "
                        + server.got.size() + " of " + toServer + ", unacknowledged " + session.unacknowledged());
        assertNull(client.error);
        assertNull(server.error);
        assertArrayEquals(client.data, server.got.toByteArray());
        assertArrayEquals(server.data, client.got.toByteArray());
    }

    @Test
    @DisplayName("T13 T14 T16 T23 data both ways, half close, TIME-WAIT on the side that closes first")
    void bothWays() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            exchange(net, TcpOptions.DEFAULT, 300_000, 2_000_000, 20_000);
            assertEquals(1, net.a.tcp().counters().timeWait + net.b.tcp().counters().timeWait);
            assertEquals(0, net.a.tcp().counters().retransmitted);
            assertEquals(0, net.a.tcp().memoryUsed());
            assertEquals(0, net.b.tcp().memoryUsed());
            net.run(61_000);
            assertEquals(0, net.a.tcp().counters().timeWait + net.b.tcp().counters().timeWait);
        }
    }

    @ParameterizedTest
    @DisplayName("T31 T37 T38 T39 T40 T41 T42 data survives losses")
    @CsvSource({
        "1, true, true, CUBIC", "5, true, true, CUBIC", "20, true, true, CUBIC", "1, false, false, NEW_RENO",
        "5, false, true, NEW_RENO", "20, true, false, NEW_RENO", "0, false, false, CUBIC", "10, false, false, CUBIC"
    })
    void losses(int percent, boolean sack, boolean timestamps, CongestionAlgorithm algorithm) throws IOException {
        for (int seed = 0; seed < 4; seed++) {
            try (LossyWire net = new LossyWire(1500)) {
                SplittableRandom dice = new SplittableRandom(seed);
                net.lossToB = s -> dice.nextInt(100) < percent;
                net.lossToA = s -> dice.nextInt(100) < percent;
                TcpOptions options = TcpOptions.DEFAULT
                        .selectiveAcknowledgments(sack)
                        .timestamps(timestamps)
                        .congestionControl(algorithm)
                        // Of twenty in a hundred lost both ways, time-outs in a row make minutes.
                        .userTimeout(86_400_000);
                exchange(net, options, 200_000, 200_000, 30_000_000);
            }
        }
    }

    @Test
    @DisplayName("T40 T41 one loss is repaired without a time-out")
    void fastRetransmit() throws IOException {
        for (boolean sack : new boolean[] {true, false}) {
            try (LossyWire net = new LossyWire(1500)) {
                int[] data = new int[1];
                net.lossToB = s -> s.payload.length > 0 && ++data[0] == 20;
                exchange(net, TcpOptions.DEFAULT.selectiveAcknowledgments(sack), 300_000, 0, 20_000);
                assertEquals(1, net.a.tcp().counters().fastRetransmits);
                assertEquals(0, net.a.tcp().counters().timeouts);
                assertEquals(1, net.a.tcp().counters().retransmitted);
            }
        }
    }

    @Test
    @DisplayName("T38 many losses in one window are repaired in a few round trips with SACK")
    void manyLosses() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            Set<Integer> seen = new HashSet<>();
            net.lossToB = s -> s.payload.length > 0
                    && seen.add(s.seq)
                    && seen.size() >= 100
                    && seen.size() < 120
                    && (seen.size() & 1) == 0;
            exchange(net, TcpOptions.DEFAULT, 500_000, 0, 20_000);
            assertEquals(10, net.a.tcp().counters().retransmitted);
            assertEquals(0, net.a.tcp().counters().timeouts);
        }
    }

    @Test
    @DisplayName("T38 a segment that is lost three times is repaired without a time-out with SACK")
    void lostAgain() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            int[] data = new int[1];
            int[] victim = new int[2];
            net.lossToB = s -> {
                if (s.payload.length > 0 && ++data[0] == 40) {
                    victim[0] = s.seq;
                }
                return data[0] >= 40 && s.payload.length > 0 && s.seq == victim[0] && ++victim[1] <= 3;
            };
            exchange(net, TcpOptions.DEFAULT, 500_000, 0, 20_000);
            assertEquals(3, net.a.tcp().counters().retransmitted);
            assertEquals(3, net.a.tcp().counters().fastRetransmits);
            assertEquals(0, net.a.tcp().counters().timeouts);
        }
    }

    @Test
    @DisplayName("T38 segments that are late again and again are not taken for lost again and again")
    void reordering() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            int[] data = new int[1];
            net.lateToB = s -> s.payload.length > 0 && ++data[0] % 5 == 0 && data[0] > 50 && data[0] < 700 ? 3 : 0;
            exchange(net, TcpOptions.DEFAULT, 2_000_000, 0, 20_000);
            assertTrue(net.b.tcp().counters().outOfOrder > 200, "not late");
            assertTrue(net.a.tcp().counters().fastRetransmits <= 3, net.a.tcp().counters().fastRetransmits + " times");
            assertEquals(0, net.a.tcp().counters().timeouts);
        }
    }

    @Test
    @DisplayName("T33 a reader that is slow holds the sender back and loses nothing")
    void slowReader() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            TcpListener listener = net.b.tcp().listen(TcpEndpoint.any(80), 5, TcpOptions.DEFAULT.receiveBuffer(20_000));
            Mover client = new Mover(random(500_000, 5));
            net.a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, TcpOptions.DEFAULT, client);
            net.run(100);
            TcpSession server = listener.tryAccept();
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            ByteBuffer some = ByteBuffer.allocate(3000);
            boolean end = false;
            for (int i = 0; i < 2000 && !end; i++) {
                net.run(20);
                assertTrue(server.available() <= 20_000);
                some.clear();
                end = server.tryReceive(some) < 0;
                got.write(some.array(), 0, some.position());
            }
            assertArrayEquals(client.data, got.toByteArray());
        }
    }

    @Test
    @DisplayName("T08 simultaneous open makes one connection")
    void simultaneousOpen() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            Mover a = new Mover(random(5000, 1));
            Mover b = new Mover(random(7000, 2));
            TcpEndpoint atA = TcpEndpoint.of("192.0.2.1", 1000);
            TcpEndpoint atB = TcpEndpoint.of("192.0.2.2", 2000);
            StringBuilder states = new StringBuilder();
            TcpSession first = net.a.tcp().create(atB, atA, TcpOptions.DEFAULT);
            first.addStateListener((s, from, to) -> states.append(to).append(' '));
            first.application(a);
            first.connect();
            net.b.tcp().connect(atA, atB, TcpOptions.DEFAULT, b);
            assertTrue(
                    net.run(10_000, () -> a.closed && b.closed),
                    () -> first + " " + net.b.tcp().sessions());
            assertTrue(states.toString().startsWith("SYN_SENT SYN_RECEIVED ESTABLISHED "), states.toString());
            assertArrayEquals(a.data, b.got.toByteArray());
            assertArrayEquals(b.data, a.got.toByteArray());
        }
    }

    @Test
    @DisplayName("T15 simultaneous close goes through CLOSING to TIME-WAIT on both sides")
    void simultaneousClose() throws IOException {
        try (LossyWire net = new LossyWire(1500)) {
            TcpListener listener = net.b.tcp().listen(TcpEndpoint.any(80), 5, TcpOptions.DEFAULT);
            TcpSession a = net.a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, TcpOptions.DEFAULT, null);
            net.run(100);
            TcpSession b = listener.tryAccept();
            StringBuilder states = new StringBuilder();
            a.addStateListener((s, from, to) -> states.append(to).append(' '));
            a.close();
            b.close();
            net.run(100);
            assertEquals("FIN_WAIT_1 CLOSING TIME_WAIT ", states.toString());
            assertEquals(TcpState.TIME_WAIT, b.state());
            net.run(60_100);
            assertEquals(TcpState.CLOSED, a.state());
            assertEquals(TcpState.CLOSED, b.state());
        }
    }
}
