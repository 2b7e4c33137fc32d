package dev.ringwire.stack.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Hook;
import dev.ringwire.stack.Verdict;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.testing.TwoStacks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTest {
    private final TwoStacks stacks = new TwoStacks();
    private final UdpLayer here = stacks.first.udp();
    private final UdpLayer there = stacks.second.udp();
    private final Datagram datagram = new Datagram(65_535);

    @AfterEach
    void close() {
        stacks.close();
    }

    private static InetSocketAddress at(String address, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private String received(UdpSession session) throws IOException {
        return session.tryReceive(datagram) ? new String(datagram.toBytes(), US_ASCII) : null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.", "fd00::"})
    void t73TheReceiverKnowsWhoSent(String net) throws IOException {
        UdpSession server = there.bind(7);
        UdpSession client = here.bind(0);
        client.send(bytes("hello"), at(net + 2, 7));
        stacks.run();
        assertEquals("hello", received(server));
        assertEquals(at(net + 1, client.localPort()), datagram.source());
        assertEquals(at(net + 2, 7).getAddress(), datagram.destination());
        assertEquals(64, datagram.ttl());
        assertEquals(stacks.now(), datagram.timestampNanos());
        server.reply(datagram, ByteBuffer.wrap("you too".getBytes(US_ASCII)), 0, 7);
        stacks.run();
        assertEquals("you too", received(client));
        assertEquals(at(net + 2, 7), datagram.source());
        assertNull(received(client));
        assertEquals(1, client.counters().sent);
        assertEquals(5, client.counters().sentBytes);
        assertEquals(1, client.counters().received);
        assertEquals(7, client.counters().receivedBytes);
        assertEquals(1, here.counters().received);
    }

    @Test
    void anApplicationIsHandedWhatComesAndMayAnswer() throws IOException {
        UdpSession echo = there.bind(7);
        echo.application((session, d) -> {
            try {
                session.reply(d, d.bytes(), d.offset(), d.length());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        for (String text : List.of("one", "", "three")) {
            client.send(bytes(text));
            stacks.run();
            assertEquals(text, received(client));
        }
    }

    @Test
    void whatAnApplicationThrowsIsCounted() throws IOException {
        UdpSession bad = there.bind(7);
        bad.application((session, d) -> {
            throw new IllegalStateException("as meant by the test");
        });
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        client.send(bytes("a"));
        client.send(bytes("b"));
        stacks.run();
        assertEquals(2, stacks.second.context().counters().applicationErrors);
        assertEquals(2, bad.counters().received);
    }

    @Test
    void t74AConnectedSessionTakesOnlyWhatItsPeerSends() throws IOException {
        UdpSession server = there.bind(7).connect(at("10.0.0.1", 1000));
        UdpSession peer = here.bind(1000);
        UdpSession other = here.bind(1001);
        peer.send(bytes("peer"), at("10.0.0.2", 7));
        other.send(bytes("other"), at("10.0.0.2", 7));
        peer.send(bytes("over IPv6"), at("fd00::2", 7));
        stacks.run();
        assertEquals("peer", received(server));
        assertNull(received(server));
        assertEquals(2, there.counters().noPort);
        server.disconnect();
        other.send(bytes("other"), at("10.0.0.2", 7));
        stacks.run();
        assertEquals("other", received(server));
        assertNull(server.peer());
    }

    @Test
    void t74TheSessionThatKnowsMostGetsIt() throws IOException {
        UdpSession any = there.bind(0, 0, 7, true);
        UdpSession local = there.bind(0, IpAddresses.mapped(0x0a000002), 7, true);
        UdpSession peer = there.bind(0, 0, 7, true).connect(at("10.0.0.1", 1000));
        UdpSession both = there.bind(0, IpAddresses.mapped(0x0a000002), 7, true).connect(at("10.0.0.1", 1001));
        for (int port : new int[] {1000, 1001, 1002}) {
            UdpSession client = here.bind(port);
            client.send(bytes("v4 " + port), at("10.0.0.2", 7));
            client.send(bytes("v6 " + port), at("fd00::2", 7));
        }
        stacks.run();
        assertEquals("v4 1000", received(peer));
        assertNull(received(peer));
        assertEquals("v4 1001", received(both));
        assertNull(received(both));
        assertEquals("v4 1002", received(local));
        assertNull(received(local));
        for (int port : new int[] {1000, 1001, 1002}) {
            assertEquals("v6 " + port, received(any));
        }
        both.close();
        any.close();
        peer.close();
        local.close();
        assertTrue(there.isPortFree(7));
    }

    /** A datagram in IP of the first stack, its UDP header as given. */
    private void sendRaw(boolean ipv6, int length, int checksum, byte[] payload) throws IOException {
        var forger = new Forger(length, checksum);
        here.addOutgoingHook(forger);
        UdpSession client = here.bind(0);
        client.send(ByteBuffer.wrap(payload), at(ipv6 ? "fd00::2" : "10.0.0.2", 7));
        client.close();
        here.removeHook(forger);
        stacks.run();
    }

    /** Takes the packet and sends it below UDP, with header fields of its own; -1 leaves them right. */
    private final class Forger implements Hook {
        private final int length;
        private final int checksum;

        Forger(int length, int checksum) {
            this.length = length;
            this.checksum = checksum;
        }

        @Override
        public Verdict on(dev.ringwire.stack.PacketBuffer packet) {
            here.finish(packet);
            if (length >= 0) {
                Bits.put16(packet.bytes(), packet.offset() + 4, length);
            }
            if (checksum >= 0) {
                Bits.put16(packet.bytes(), packet.offset() + 6, checksum);
            }
            here.transfer(packet);
            return Verdict.TAKEN;
        }
    }

    @Test
    void t71AChecksumOfZeroIsNoneOverIpv4AndWrongOverIpv6() throws IOException {
        UdpSession server = there.bind(7);
        sendRaw(false, -1, 0, new byte[] {'a'});
        assertEquals("a", received(server));
        sendRaw(true, -1, 0, new byte[] {'a'});
        assertNull(received(server));
        assertEquals(1, there.counters().noChecksum);
        assertEquals(1, there.counters().received);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void t71AnyChangedBitIsSeen(boolean ipv6) throws IOException {
        UdpSession server = there.bind(7);
        var bit = new int[1];
        Hook flip = packet -> {
            int at = packet.transportOffset() + bit[0] / 8;
            Bits.put8(packet.bytes(), at, Bits.u8(packet.bytes(), at) ^ 1 << bit[0] % 8);
            return Verdict.PASS;
        };
        UdpSession client = here.bind(0x4321).connect(at(ipv6 ? "fd00::2" : "10.0.0.2", 7));
        there.addIncomingHook(flip);
        int bits = 8 * (8 + 5);
        for (bit[0] = 0; bit[0] < bits; bit[0]++) {
            client.send(bytes("hello"));
            stacks.run();
            assertNull(received(server), () -> "bit " + bit[0]);
        }
        UdpCounters c = there.counters();
        assertEquals(bits, c.badChecksum + c.badLength);
        there.removeHook(flip);
        client.send(bytes("hello"));
        stacks.run();
        assertEquals("hello", received(server));
    }

    @Test
    void t71AChecksumThatComesOutAsZeroIsSentAsOnes() throws IOException {
        UdpSession server = there.bind(7);
        var sums = new ArrayList<Integer>();
        there.addIncomingHook(packet -> {
            sums.add(packet.udp().checksum());
            return Verdict.PASS;
        });
        for (String to : List.of("10.0.0.2", "fd00::2")) {
            UdpSession client = here.bind(0x4321).connect(at(to, 7));
            client.send(ByteBuffer.wrap(new byte[2]));
            stacks.run();
            assertEquals("\0\0", received(server));
            // What the sum lacks to all ones.
            int lacks = sums.get(sums.size() - 1);
            client.send(ByteBuffer.wrap(new byte[] {(byte) (lacks >> 8), (byte) lacks}));
            stacks.run();
            assertNotNull(received(server));
            assertEquals(0xffff, sums.get(sums.size() - 1));
            client.close();
        }
    }

    @Test
    void t71TheLengthInTheHeaderRules() throws IOException {
        UdpSession server = there.bind(7);
        for (int bad : new int[] {0, 1, 7, 14, 0x8000, 0xffff}) {
            sendRaw(false, bad, 0, bytes("hello").array());
            sendRaw(true, bad, -1, bytes("hello").array());
        }
        assertNull(received(server));
        assertEquals(12, there.counters().badLength);
        // What stands behind it is no part of it.
        sendRaw(false, 10, 0, bytes("hello").array());
        assertEquals("he", received(server));
        sendRaw(false, 8, 0, bytes("hello").array());
        assertEquals("", received(server));
    }

    @Test
    void t71ASlowReaderCostsNoMemoryButDatagramsThatAreCounted() throws IOException {
        UdpSession server = there.bind(7).receiveBuffer(20_000);
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        ByteBuffer payload = ByteBuffer.allocate(100);
        int sent = 100_000;
        int taken = 0;
        for (int i = 0; i < sent; i++) {
            payload.putInt(0, i);
            client.send(payload);
            stacks.run();
            assertTrue(server.queuedBytes() <= 20_000);
            if (i % 100 == 0 && server.tryReceive(datagram)) {
                taken++;
            }
        }
        int before = -1;
        while (server.tryReceive(datagram)) {
            int number = datagram.payload().getInt();
            assertTrue(number > before);
            before = number;
            taken++;
        }
        assertEquals(sent, server.counters().received + server.counters().dropped);
        assertEquals(taken, server.counters().received);
        assertEquals(server.counters().dropped, there.counters().dropped);
        assertTrue(server.counters().dropped > 90_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void t72NobodyListensIsToldToConnectedSessionsAlone(String to) throws IOException {
        UdpSession connected = here.bind(1000).connect(at(to, 7));
        UdpSession open = here.bind(1001);
        var errors = new ArrayList<IOException>();
        UdpSession application = here.bind(1002).connect(at(to, 7)).application(new UdpApplication() {
            @Override
            public void received(UdpSession session, Datagram d) {}

            @Override
            public void failed(UdpSession session, IOException error) {
                errors.add(error);
            }
        });
        connected.send(bytes("x"));
        open.send(bytes("x"), at(to, 7));
        application.send(bytes("x"));
        stacks.run();
        assertEquals(3, there.counters().noPort);
        assertThrows(PortUnreachableException.class, () -> connected.tryReceive(datagram));
        assertFalse(connected.tryReceive(datagram));
        assertFalse(open.tryReceive(datagram));
        assertEquals(1, errors.size());
        assertEquals(1, application.counters().icmpErrors);
        connected.send(bytes("x"));
        stacks.run();
        assertThrows(PortUnreachableException.class, () -> connected.send(bytes("x")));
        connected.send(bytes("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void theLongestDatagramPassesInFragments(String to) throws IOException {
        UdpSession server = there.bind(7);
        UdpSession client = here.bind(0);
        byte[] payload = new byte[to.contains(":") ? UdpSession.MAX_PAYLOAD_IPV6 : UdpSession.MAX_PAYLOAD_IPV4];
        new Random(1).nextBytes(payload);
        client.send(ByteBuffer.wrap(payload), at(to, 7));
        stacks.run();
        assertTrue(server.tryReceive(datagram));
        assertArrayEquals(payload, datagram.toBytes());
    }

    @Test
    void aPortIsGivenOnceAndComesFreeAgain() throws IOException {
        UdpSession any = here.bind(7);
        assertThrows(BindException.class, () -> here.bind(7));
        assertThrows(BindException.class, () -> here.bind(at("10.0.0.1", 7)));
        assertFalse(here.isPortFree(7));
        any.close();
        any.close();
        assertTrue(here.isPortFree(7));
        UdpSession v4 = here.bind(at("10.0.0.1", 7));
        UdpSession v6 = here.bind(at("fd00::1", 7));
        assertThrows(BindException.class, () -> here.bind(7));
        assertThrows(BindException.class, () -> here.bind(0, 0, 7, true));
        v4.close();
        assertFalse(here.isPortFree(7));
        v6.close();
        assertTrue(here.isPortFree(7));
        assertThrows(BindException.class, () -> here.bind(at("10.0.0.9", 7)));
        assertThrows(IllegalArgumentException.class, () -> here.bind(65_536));
        assertThrows(SocketException.class, () -> v4.send(bytes("x"), at("10.0.0.2", 7)));
    }

    @Test
    void portsOfItsOwnChoiceAreSpreadAndUsedUpWithoutHanging() throws IOException {
        var random = new Random(5);
        Set<Integer> seen = new HashSet<>();
        int low = 0;
        for (int i = 0; i < 1000; i++) {
            UdpSession session = here.bind(0);
            assertTrue(session.localPort() >= 32_768);
            assertTrue(seen.add(session.localPort()));
            low += session.localPort() < 49_152 ? 1 : 0;
            if (random.nextBoolean()) {
                seen.remove(session.localPort());
                session.close();
            }
        }
        assertTrue(low > 420 && low < 580, "not spread: " + low + " of 1000 in the lower half");
        for (int i = seen.size(); i < 32_768; i++) {
            here.bind(0);
        }
        assertThrows(BindException.class, () -> here.bind(0));
    }

    @Test
    void refusesWhatCannotBeSent() throws IOException {
        UdpSession client = here.bind(0);
        ByteBuffer large = ByteBuffer.allocate(70_000);
        InetSocketAddress v4 = at("10.0.0.2", 7);
        InetSocketAddress v6 = at("fd00::2", 7);
        assertThrows(SocketException.class, () -> client.send(bytes("x")));
        assertThrows(SocketException.class, () -> client.send(bytes("x"), at("10.0.0.2", 0)));
        assertThrows(SocketException.class, () -> client.send(bytes("x"), at("255.255.255.255", 7)));
        assertThrows(IOException.class, () -> client.send(large.limit(65_508), v4));
        assertThrows(IOException.class, () -> client.send(large.limit(65_528), v6));
        client.dontFragment(true);
        client.send(large.limit(1472), v4);
        assertThrows(IOException.class, () -> client.send(large.limit(1473), v4));
        client.send(large.limit(1452), v6);
        IOException tooLong = assertThrows(IOException.class, () -> client.send(large.limit(1453), v6));
        assertTrue(tooLong.getMessage().contains("1452"), tooLong::getMessage);
        UdpSession v6Only = here.bind(at("fd00::1", 0));
        assertThrows(java.net.NoRouteToHostException.class, () -> v6Only.send(bytes("x"), v4));
        assertEquals(2, here.counters().sent);
    }

    @Test
    void headersCarryWhatTheSessionSays() throws IOException {
        UdpSession server = there.bind(7);
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7)).ttl(9).trafficClass(0xb8);
        client.send(bytes("x"));
        stacks.run();
        assertNotNull(received(server));
        assertEquals(9, datagram.ttl());
        assertEquals(0xb8, datagram.trafficClass());
    }

    @Test
    void hooksSeeAndChangeWhatPasses() throws IOException {
        UdpSession server = there.bind(7);
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        Hook shout = packet -> {
            int at = packet.transportOffset() + 8;
            for (int i = at; i < packet.end(); i++) {
                Bits.put8(packet.bytes(), i, Bits.u8(packet.bytes(), i) & ~0x20);
            }
            return Verdict.PASS;
        };
        here.addOutgoingHook(shout);
        client.send(bytes("hello"));
        stacks.run();
        assertEquals("HELLO", received(server));
        here.removeHook(shout);
        Hook drop = packet -> Verdict.DROP;
        there.addIncomingHook(drop);
        client.send(bytes("hello"));
        stacks.run();
        assertNull(received(server));
        assertEquals(1, stacks.second.context().counters().droppedByHook);
    }

    @Test
    void aGroupOfThisStackHearsItsOwnWhereThatIsWanted() throws IOException {
        InetAddress group = InetAddress.getByName("239.1.2.3");
        UdpSession first = here.bind(0, 0, 7, true);
        UdpSession second = here.bind(0, 0, 7, true);
        UdpSession stranger = here.bind(0, 0, 7, true);
        first.join(group);
        second.join(group);
        UdpSession sender = here.bind(0);
        sender.send(bytes("all"), new InetSocketAddress(group, 7));
        stacks.run();
        assertEquals("all", received(first));
        assertEquals("all", received(second));
        assertNull(received(stranger));
        sender.multicastLoop(false).send(bytes("others"), new InetSocketAddress(group, 7));
        stacks.run();
        assertNull(received(first));
        second.leave(group);
        sender.multicastLoop(true).send(bytes("one"), new InetSocketAddress(group, 7));
        stacks.run();
        assertEquals("one", received(first));
        assertNull(received(second));
        long sent = stacks.first.context().counters().sent;
        sender.multicastTtl(0).send(bytes("inside"), new InetSocketAddress(group, 7));
        stacks.run();
        assertEquals("inside", received(first));
        assertEquals(sent, stacks.first.context().counters().sent);
        assertThrows(IllegalArgumentException.class, () -> first.join(InetAddress.getByName("10.0.0.1")));
    }

    @Test
    void nothingIsAllocatedPerDatagram() throws IOException {
        UdpSession echo = there.bind(7);
        echo.application((session, d) -> {
            try {
                session.reply(d, d.bytes(), d.offset(), d.length());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        ByteBuffer payload = ByteBuffer.allocate(100);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long perExchange = Long.MAX_VALUE;
        for (int round = 0; round < 20 && perExchange > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                client.send(payload);
                stacks.run();
                assertTrue(client.tryReceive(datagram));
            }
            perExchange = (threads.getCurrentThreadAllocatedBytes() - before) / 2000;
        }
        assertEquals(0, perExchange);
    }

    @Test
    void whatWasSentComesBackAsItWas() throws IOException {
        UdpSession server = there.bind(7);
        UdpSession client = here.bind(0).connect(at("10.0.0.2", 7));
        byte[] payload = new byte[1472];
        for (int length = 0; length <= payload.length; length += 23) {
            new Random(length).nextBytes(payload);
            client.send(ByteBuffer.wrap(payload, 0, length));
            stacks.run();
            assertTrue(server.tryReceive(datagram));
            assertArrayEquals(java.util.Arrays.copyOf(payload, length), datagram.toBytes());
        }
    }
}
