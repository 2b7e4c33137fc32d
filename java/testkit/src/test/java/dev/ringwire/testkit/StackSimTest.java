package dev.ringwire.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Faults;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.network.PingReply;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.stack.transport.UdpSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Real stacks in simulated time. */
class StackSimTest {
    private static final int BYTES = 200_000;

    /** What one run showed. */
    private record Run(String frames, List<String> pings, int datagrams, ByteBuffer stream, long now) {}

    /** Sends what it is given and collects what comes. */
    private static final class Mover implements TcpApplication {
        private final ByteBuffer toSend;
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private boolean closed;

        Mover(byte[] bytes) {
            toSend = ByteBuffer.wrap(bytes);
        }

        @Override
        public void connectionMade(TcpSession session) {
            writable(session);
        }

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            got.writeBytes(bytes);
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
        public void closed(TcpSession session, IOException error) {
            closed = true;
        }
    }

    private static byte[] stream() {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(5).nextBytes(bytes);
        return bytes;
    }

    private static NetStack stack(LinkSim sim, SimDevice device, int host) {
        NetStack stack = NetStack.builder(device)
                .address("192.0.2." + host + "/24")
                .address("2001:db8::" + host + "/64")
                .macAddress(device.hardwareAddress().orElseThrow())
                .random(sim.random())
                .build();
        sim.attach(stack);
        return stack;
    }

    private static Run run(long seed) throws IOException {
        LinkSim sim = new LinkSim(seed);
        SimDevice left = sim.device("left", LinkType.ETHERNET);
        SimDevice right = sim.device("right", LinkType.ETHERNET);
        sim.connect(
                left,
                right,
                Wire.PERFECT
                        .withRate(10_000_000)
                        .withQueue(50)
                        .withFaults(Faults.NONE
                                .withLoss(0.02)
                                .withDuplication(0.01)
                                .withReordering(0.02)
                                .withCorruption(0.01)
                                .withDelay(Duration.ofMillis(5), Duration.ofMillis(1))));
        MessageDigest digest = sha256();
        ByteBuffer time = ByteBuffer.allocate(Long.BYTES);
        sim.tap(frame -> {
            Bits.put64(time, 0, frame.timestampNanos());
            digest.update(time.array());
            digest.update((frame.interfaceName() + frame.direction()).getBytes(StandardCharsets.UTF_8));
            digest.update(frame.bytes());
        });
        NetStack client = stack(sim, left, 1);
        NetStack server = stack(sim, right, 2);

        List<String> pings = new ArrayList<>();
        Mover taker = new Mover(new byte[0]);
        Mover giver = new Mover(stream());
        int[] datagrams = new int[1];
        server.execute(() -> serve(server, taker));
        client.execute(() -> ask(client, giver, pings, datagrams));
        assertTrue(sim.run(Duration.ofHours(1), () -> giver.closed && taker.closed), "the stream did not end");
        sim.run(Duration.ofHours(1));
        return new Run(
                HexFormat.of().formatHex(digest.digest()),
                pings,
                datagrams[0],
                ByteBuffer.wrap(taker.got.toByteArray()),
                sim.now());
    }

    private static void serve(NetStack server, Mover taker) {
        try {
            server.tcp().listen(TcpEndpoint.any(80), TcpOptions.DEFAULT, session -> taker);
            UdpSession echo = server.udp().bind(7);
            echo.application((session, datagram) -> reply(session, datagram));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void reply(UdpSession session, Datagram datagram) {
        try {
            session.reply(datagram, datagram.bytes(), datagram.offset(), datagram.length());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void ask(NetStack client, Mover giver, List<String> pings, int[] datagrams) {
        try {
            client.tcp().connect(new InetSocketAddress("192.0.2.2", 80), giver);
            UdpSession udp = client.udp().bind(0);
            udp.application((session, datagram) -> datagrams[0]++);
            for (int i = 0; i < 50; i++) {
                udp.send(ByteBuffer.allocate(1000 + 20 * i), new InetSocketAddress("2001:db8::2", 7));
                client.icmp()
                        .ping(
                                InetAddress.getByName(i % 2 == 0 ? "192.0.2.2" : "2001:db8::2"),
                                new byte[56],
                                Duration.ofSeconds(2),
                                answer -> pings.add(answer.outcome() + " " + answer.nanos()));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneSeedIsOneRunToTheByte() throws IOException {
        Run once = run(11);
        assertEquals(ByteBuffer.wrap(stream()), once.stream);
        assertEquals(50, once.pings.size());
        assertTrue(
                once.pings.stream().anyMatch(p -> p.startsWith(PingReply.Outcome.REPLIED.toString())),
                once.pings::toString);
        assertTrue(once.datagrams > 0, () -> once.datagrams + " datagrams came back");
        Run again = run(11);
        assertEquals(once.frames, again.frames);
        assertEquals(once.pings, again.pings);
        assertEquals(once.now, again.now);
        assertNotEquals(once.frames, run(12).frames);
    }
}
