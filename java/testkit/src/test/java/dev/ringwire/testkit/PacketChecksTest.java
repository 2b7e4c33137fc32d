package dev.ringwire.testkit;

import static dev.ringwire.testkit.PacketChecks.ack;
import static dev.ringwire.testkit.PacketChecks.checksums;
import static dev.ringwire.testkit.PacketChecks.dst;
import static dev.ringwire.testkit.PacketChecks.dstPort;
import static dev.ringwire.testkit.PacketChecks.ethernet;
import static dev.ringwire.testkit.PacketChecks.expect;
import static dev.ringwire.testkit.PacketChecks.flags;
import static dev.ringwire.testkit.PacketChecks.ipv4;
import static dev.ringwire.testkit.PacketChecks.ipv6;
import static dev.ringwire.testkit.PacketChecks.is;
import static dev.ringwire.testkit.PacketChecks.no;
import static dev.ringwire.testkit.PacketChecks.noPayload;
import static dev.ringwire.testkit.PacketChecks.payload;
import static dev.ringwire.testkit.PacketChecks.payloadLength;
import static dev.ringwire.testkit.PacketChecks.seq;
import static dev.ringwire.testkit.PacketChecks.src;
import static dev.ringwire.testkit.PacketChecks.srcPort;
import static dev.ringwire.testkit.PacketChecks.tcp;
import static dev.ringwire.testkit.PacketChecks.ttl;
import static dev.ringwire.testkit.PacketChecks.udp;
import static dev.ringwire.testkit.PacketChecks.window;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import org.junit.jupiter.api.Test;

class PacketChecksTest {
    private static Frame synAck() {
        byte[] bytes = Packet.of(
                        new Ethernet().dst(MacAddress.of("02:00:00:00:00:01")).type(0x0800),
                        new Ipv4()
                                .src(Ipv4Address.of("192.0.2.1"))
                                .dst(Ipv4Address.of("192.0.2.2"))
                                .proto(6),
                        new Tcp()
                                .srcPort(80)
                                .dstPort(4000)
                                .syn(true)
                                .ack(true)
                                .sequenceNumber(0xffff_ffffL)
                                .acknowledgmentNumber(1235)
                                .window(512)
                                .options(new byte[] {2, 4, 5, (byte) 0xb4}))
                .toBytes(Fix.CHECKSUMS, Fix.LENGTHS);
        return Frame.of(bytes, LinkType.ETHERNET, 0);
    }

    @Test
    void whatIsSoPasses() {
        expect(
                synAck(),
                ethernet(dst("02:00:00:00:00:01"), is(Ethernet.TYPE, 0x0800)),
                ipv4(src("192.0.2.1"), dst("192.0.2.2"), ttl(64)),
                tcp(
                        flags("SA"),
                        seq(-1),
                        ack(1235),
                        window(512),
                        srcPort(80),
                        dstPort(4000),
                        is("tcp.options.mss_val", 1460)),
                no(Udp.class),
                checksums(),
                noPayload());
        byte[] datagram = Packet.of(
                        new Ipv6()
                                .src(Ipv6Address.of("2001:db8::1"))
                                .dst(Ipv6Address.of("2001:db8::2"))
                                .nextHeader(17)
                                .hopLimit(3),
                        new Udp().srcPort(7).dstPort(60_000),
                        Raw.of("hello"))
                .toBytes(Fix.CHECKSUMS, Fix.LENGTHS);
        expect(
                Frame.of(datagram, LinkType.RAW, 0),
                ipv6(src("2001:db8::1"), ttl(3)),
                udp(srcPort(7), dstPort(60_000)),
                checksums(),
                payloadLength(5),
                payload("hello"));
    }

    @Test
    void allThatIsWrongIsToldAboveThePacket() {
        var e = assertThrows(
                AssertionError.class,
                () -> expect(
                        synAck(),
                        ipv4(src("192.0.2.9"), ttl(63)),
                        tcp(flags("PA"), ack(1234), is(Tcp.FLAGS_FIN, 1), is("tcp.options.wscale.shift", 7)),
                        udp(srcPort(1)),
                        no(Ipv4.class),
                        payload("x")));
        String message = String.valueOf(e.getMessage());
        String[] wanted = {
            "Ipv4: source: ip.src is 192.0.2.1, not 192.0.2.9",
            "Ipv4: ip.ttl is 64, not 63",
            "Tcp: flags are [AS], not [AP]",
            "Tcp: tcp.ack_raw is 1235 (0x4d3), not 1234 (0x4d2)",
            "Tcp: tcp.flags.fin is 0, not 1",
            "Tcp: no tcp.options.wscale.shift",
            "no Udp",
            "there is Ipv4: ",
            "payload of 0 bytes, not 1, differs from byte 0 on; wanted",
        };
        String[] lines = message.split("\n", -1);
        for (int i = 0; i < wanted.length; i++) {
            assertTrue(lines[i].startsWith(wanted[i]), lines[i] + "\nis not\n" + wanted[i]);
        }
        // The packet, decoded and in hexadecimal.
        assertTrue(message.contains("IP 192.0.2.1.80 > 192.0.2.2.4000"), message);
        assertTrue(message.contains("tcp.window_size_value"), message);
        assertTrue(message.contains("\n0010 "), message);
    }

    @Test
    void aWrongChecksumIsTold() {
        byte[] bytes = synAck().bytes();
        bytes[14 + 20 + 16] ^= 1;
        var e = assertThrows(AssertionError.class, () -> expect(Frame.of(bytes, LinkType.ETHERNET, 0), checksums()));
        assertTrue(String.valueOf(e.getMessage()).startsWith("checksum: "), e::getMessage);
        assertTrue(String.valueOf(e.getMessage()).contains("tcp.checksum"), e::getMessage);
    }

    @Test
    void misuseIsToldOf() {
        assertThrows(IllegalArgumentException.class, () -> flags("SX"));
        assertThrows(IllegalArgumentException.class, () -> expect(synAck(), tcp(is("tcp.nonsense", 1))));
        assertEquals("ManualClock[1500000000 ns]", clockAfter(1500).toString());
        assertThrows(IllegalArgumentException.class, () -> clockAfter(-1));
    }

    private static ManualClock clockAfter(long millis) {
        ManualClock clock = new ManualClock(0);
        clock.advance(java.time.Duration.ofMillis(millis));
        assertEquals(millis * 1_000_000, clock.nanos());
        return clock;
    }
}
