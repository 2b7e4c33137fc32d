package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.PSH;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.Verdict;
import dev.ringwire.stack.network.LocalAddress;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clauses of RFC 9293 by their numbers there, those that no other test shows. */
class TcpClausesTest extends PeerTest {
    private void packet(ByteBuffer ip) throws IOException {
        peer.cable.second().send(ip, 0, ip.limit());
        peer.poll();
    }

    @Test
    @DisplayName("MUST-1 a window is a number without sign")
    void windowIsUnsigned() {
        TcpSession s = peer.connect();
        for (int window : new int[] {0x7fff, 0x8000, 0xffff}) {
            peer.send(Segment.of(ACK).window(window));
            assertEquals(window, s.sendWindow());
        }
    }

    @Test
    @DisplayName("MUST-4 MUST-5 MUST-64 options are read wherever they begin, in any segment")
    void alignment() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.send(Segment.of(SYN).options(1, 2, 4, 3, 232, 3, 3, 7, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 0, 4, 2));
        Segment answer = peer.expect(SYN | ACK);
        assertEquals(5, answer.tsEcho);
        assertTrue(answer.windowScale >= 0 && answer.sackPermitted);
        peer.ack = answer.end();
        peer.send(
                Segment.of(ACK).options(1, 1, 1, 8, 10, 0, 0, 0, 6, 0, 0, 0, 0).window(100));
        TcpSession s = listener.tryAccept();
        assertEquals(1000 - 12, s.segmentSize());
        assertEquals(100 << 7, s.sendWindow());
        peer.write(s, "x");
        assertEquals(6, peer.expect().tsEcho);
    }

    @Test
    @DisplayName(
            "MUST-65 MUST-68 MUST-69 every option has a length, the header ends with them or is filled up, MSS comes in a SYN alone")
    void optionsThatAreSent() {
        SegmentHeader header = new SegmentHeader();
        for (int bits = 0; bits < 1 << 6; bits++) {
            boolean syn = (bits & 1) != 0;
            header.clear(1, 2);
            header.timestamps = (bits & 2) != 0;
            header.mss = syn && (bits & 4) != 0 ? 1460 : 0;
            header.windowScale = syn && (bits & 8) != 0 ? 7 : -1;
            header.sackPermitted = syn && (bits & 16) != 0;
            header.sackCount = syn ? 0 : bits >> 4;
            int length = header.length();
            ByteBuffer b = ByteBuffer.allocate(length);
            header.write(b, 0, length);
            assertEquals(length, (b.get(12) >>> 4 & 15) * 4);
            int at = TcpSegment.HEADER;
            while (at < length && b.get(at) != TcpOptionWriter.END) {
                at += b.get(at) == TcpOptionWriter.NOP ? 1 : Math.max(2, b.get(at + 1));
            }
            for (; at < length; at++) {
                assertEquals(0, b.get(at));
            }
            assertEquals(length, at);
        }
        TcpSession s = peer.connect();
        peer.write(s, "x");
        assertEquals(0, peer.expect().mss);
    }

    @Test
    @DisplayName("MUST-18 what was sent twice says nothing about the round trip, unless a timestamp tells which came")
    void karn() throws IOException {
        TcpSession s = peer.connect();
        peer.write(s, "x");
        peer.pass(50);
        peer.expect();
        peer.send(ACK);
        long measured = s.roundTripNanos();
        assertTrue(measured > 0);
        peer.write(s, "y");
        peer.expect();
        peer.pass(400);
        peer.expect();
        peer.forget();
        peer.send(ACK);
        assertEquals(measured, s.roundTripNanos());
        // RFC 7323 section 4: the echo is of the copy that came.
        peer.peerPort++;
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        peer.seq = 5000;
        peer.stackPort = TcpPeer.PORT;
        peer.send(Segment.of(SYN).timestamps(1, 0));
        Segment answer = peer.expect(SYN | ACK);
        peer.ack = answer.end();
        peer.send(Segment.of(ACK).timestamps(2, answer.tsValue));
        TcpSession t = listener.tryAccept();
        long before = t.roundTripNanos();
        peer.write(t, "z");
        peer.expect();
        while (peer.waiting() == 0) {
            peer.pass(10);
        }
        Segment again = peer.expect();
        peer.forget();
        peer.pass(80);
        peer.send(Segment.of(ACK).timestamps(3, again.tsValue));
        assertTrue(t.roundTripNanos() != before && t.roundTripNanos() < 100_000_000L, "" + t.roundTripNanos());
    }

    @Test
    @DisplayName(
            "MUST-20 MUST-22 SHLD-9 SHLD-10 after three time-outs the neighbour is asked whether it is there, and the user told")
    void negativeAdvice() throws IOException {
        try (Loopback.Pair wire = Loopback.pair(LinkType.ETHERNET)) {
            NetStack a = NetStack.builder(wire.first()).address("192.0.2.1/24").build();
            NetStack b = NetStack.builder(wire.second()).address("192.0.2.2/24").build();
            b.tcp().listen(TcpEndpoint.any(80), 1, TcpOptions.DEFAULT);
            List<String> told = new ArrayList<>();
            TcpSession s = a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, TcpOptions.DEFAULT, listener(told));
            long now = 0;
            for (int i = 0; i < 10; i++, now += TcpPeer.MILLI) {
                a.poll(now, 10);
                b.poll(now, 10);
            }
            assertEquals(TcpState.ESTABLISHED, s.state());
            s.trySend(ByteBuffer.allocate(1));
            // From here on nobody answers.
            int asked = 0;
            while (s.counters().timeouts < 3) {
                assertEquals(List.of(), told);
                now = Math.max(now, a.poll(now, 10));
                while (wire.second().next(0)) {
                    ByteBuffer frame = wire.second().frame().buffer();
                    int at = wire.second().frame().offset();
                    // By unicast to the one that is doubted.
                    asked += Bits.u16(frame, at + 12) == 0x0806 && (frame.get(at) & 1) == 0 ? 1 : 0;
                }
            }
            assertEquals(1, asked);
            assertEquals(List.of("no acknowledgment for a while; trying on"), told);
            assertEquals(TcpState.ESTABLISHED, s.state());
        }
    }

    private static TcpApplication listener(List<String> told) {
        return new TcpApplication() {
            @Override
            public void received(TcpSession session, ByteBuffer data) {}

            @Override
            public void softError(TcpSession session, IOException error) {
                told.add(error.getMessage());
            }
        };
    }

    @Test
    @DisplayName(
            "MUST-26 MUST-27 MUST-28 keep-alive probes only when idle, after a time that can be set and is two hours unless")
    void keepAlive() {
        assertTrue(TcpOptions.DEFAULT.keepAliveIdle() >= 7200);
        TcpSession s = peer.connect();
        s.options(s.options().keepAlive(true).keepAliveIdle(10));
        for (int i = 0; i < 20; i++) {
            peer.pass(6000);
            peer.send(ACK, "x");
        }
        peer.pass(9000);
        assertEquals(0, peer.tcp().counters().keepAliveProbes);
        peer.pass(2000);
        assertEquals(1, peer.tcp().counters().keepAliveProbes);
    }

    @Test
    @DisplayName("MUST-41 MUST-42 a listener and connections from and to its port do not disturb each other")
    void listenBesideConnections() throws IOException {
        TcpListener first = peer.listen(TcpOptions.DEFAULT);
        TcpSession old = peer.accept(first, Segment.of(SYN).mss(1000));
        first.close();
        TcpSession opening = peer.tcp().connect(there(7), TcpEndpoint.any(TcpPeer.PORT), TcpOptions.DEFAULT, null);
        peer.poll();
        peer.expect(SYN);
        TcpListener second = peer.listen(TcpOptions.DEFAULT);
        peer.send(ACK, "still here");
        assertEquals("still here", peer.read(old));
        assertEquals(TcpState.SYN_SENT, opening.state());
        peer.forget();
        peer.peerPort++;
        assertEquals(TcpState.ESTABLISHED, peer.accept(second, Segment.of(SYN)).state());
        assertEquals(TcpState.SYN_SENT, opening.state());
    }

    @Test
    @DisplayName("MUST-43 MUST-44 MUST-45 the local address is the one asked for, or IP's choice, and stays")
    void localAddress() throws IOException {
        peer.stack.router().addAddress(LocalAddress.of("192.0.2.7/24"));
        List<String> sources = new ArrayList<>();
        peer.stack.ipv4().addOutgoingHook(packet -> {
            sources.add(packet.ipv4().src().toString());
            return Verdict.PASS;
        });
        peer.tcp().connect(there(7), TcpEndpoint.of("192.0.2.7", 0), TcpOptions.DEFAULT, null);
        peer.poll();
        peer.pass(3500);
        assertEquals(List.of("192.0.2.7", "192.0.2.7", "192.0.2.7"), sources);
        sources.clear();
        peer.tcp().connect(there(8), null, TcpOptions.DEFAULT, null);
        peer.poll();
        assertEquals(List.of("192.0.2.1"), sources);
    }

    @Test
    @DisplayName("MUST-46 no connection to a broadcast address or a group")
    void openToMany() {
        for (String many : List.of("255.255.255.255", "192.0.2.255", "224.0.0.1", "239.1.2.3", "ff02::1")) {
            assertThrows(
                    NoRouteToHostException.class,
                    () -> peer.tcp().connect(TcpEndpoint.of(many, 80), null, TcpOptions.DEFAULT, null),
                    many);
        }
    }

    @Test
    @DisplayName("MUST-57 MUST-63 a SYN to or from a broadcast address or a group is dropped in silence")
    void synToMany() throws IOException {
        peer.listen(TcpOptions.DEFAULT);
        List<String> many = List.of("255.255.255.255", "192.0.2.255", "224.0.0.1");
        for (String address : many) {
            packet(Segment.of(SYN).toPacket(there(5000), TcpEndpoint.of(address, 80)));
            packet(Segment.of(SYN).toPacket(TcpEndpoint.of(address, 5000), new TcpEndpoint(0, peer.there.low(), 80)));
        }
        peer.expectNothing();
        assertEquals(3, peer.stack.ipv4().counters().martians);
        assertEquals(0, peer.tcp().counters().halfOpen);
        packet(Segment.of(SYN).toPacket(there(5000), new TcpEndpoint(0, peer.there.low(), 80)));
        peer.expect(SYN | ACK);
    }

    @Test
    @DisplayName(
            "MUST-47 MUST-54 MUST-55 MUST-56 SHLD-25 soft ICMP errors are told and end nothing, source quench is not even told")
    void softErrors() {
        List<String> told = new ArrayList<>();
        TcpSession s = peer.connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT, listener(told));
        peer.write(s, "x");
        int seq = peer.expect(ACK | PSH).seq;
        int[][] errors = {{3, 0}, {3, 1}, {3, 5}, {11, 0}, {11, 1}, {12, 0}, {3, 3}};
        for (int[] error : errors) {
            peer.icmpError(error[0], error[1], 0, seq);
        }
        assertEquals(errors.length, told.size(), told.toString());
        assertTrue(told.get(1).startsWith("HOST_UNREACHABLE"), told.get(1));
        peer.icmpError(4, 0, 0, seq);
        peer.icmpError(3, 1, 0, seq + 100_000);
        assertEquals(errors.length, told.size());
        assertEquals(TcpState.ESTABLISHED, s.state());
    }

    @Test
    @DisplayName("MUST-50 IP options that TCP does not know are passed over")
    void ipOptions() throws IOException {
        TcpSession s = peer.connect();
        byte[][] all = {
            {7, 7, 4, 0, 0, 0, 0, 0}, {68, 8, 5, 0, 0, 0, 0, 0}, {(byte) 158, 4, 1, 2}, {(byte) 148, 4, 0, 0}
        };
        for (byte[] options : all) {
            Segment segment = Segment.of(ACK).seq(peer.seq).ack(peer.ack).data("x");
            peer.seq++;
            ByteBuffer plain =
                    segment.toPacket(there(peer.peerPort), new TcpEndpoint(0, peer.there.low(), peer.stackPort));
            ByteBuffer b = ByteBuffer.allocate(plain.limit() + options.length);
            b.put(0, plain, 0, 20);
            b.put(20, options);
            b.put(20 + options.length, plain, 20, plain.limit() - 20);
            Bits.put8(b, 0, 0x45 + options.length / 4);
            Bits.put16(b, 2, b.limit());
            Bits.put16(b, 10, 0);
            Bits.put16(b, 10, ~Accelerators.checksum().sum(b, 0, 20 + options.length, 0));
            packet(b);
            assertEquals("x", peer.read(s));
        }
    }

    @Test
    @DisplayName("MUST-58 MUST-59 all that has come is looked at before one acknowledgment says so")
    void aggregate() throws IOException {
        TcpSession s = peer.connect();
        for (int i = 0; i < 6; i++) {
            ByteBuffer b = Segment.of(ACK)
                    .seq(peer.seq)
                    .ack(peer.ack)
                    .data("x".repeat(1000))
                    .toPacket(there(peer.peerPort), new TcpEndpoint(0, peer.there.low(), peer.stackPort));
            peer.cable.second().send(b, 0, b.limit());
            peer.seq += 1000;
        }
        peer.poll();
        assertEquals(peer.seq, peer.expect(ACK).ack);
        peer.expectNothing();
        assertEquals(6000, peer.read(s).length());
    }
}
