package dev.ringwire.stack.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.transport.UdpLayer;
import dev.ringwire.stack.transport.UdpSession;
import dev.ringwire.testing.Fuzzer;
import dev.ringwire.testing.TwoStacks;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever comes, no exception escapes, each datagram is counted once and each question ends. */
@Tag("fuzz")
class UdpDnsFuzzTest {
    @Test
    void datagramsAsTheyAreReceived() {
        byte[] good = {0, 9, 0, 7, 0, 13, 0, 0, 'h', 'e', 'l', 'l', 'o'};
        Fuzzer.run(List.of(good, new byte[8], new byte[0]), input -> {
            try (TwoStacks stacks = new TwoStacks()) {
                UdpLayer udp = stacks.first.udp();
                udp.bind(7).receiveBuffer(1000);
                for (int trusted = 0; trusted < 2; trusted++) {
                    PacketBuffer packet = new PacketBuffer();
                    packet.aim(ByteBuffer.wrap(input), 0, input.length);
                    packet.forMany(true);
                    packet.transportOffset(0);
                    packet.checksumTrusted(trusted == 1);
                    packet.source(0, IpAddresses.mapped(0x0a000002));
                    packet.destination(0, IpAddresses.mapped(0x0a000001));
                    udp.receive(packet);
                }
                var c = udp.counters();
                assertEquals(2, c.received + c.dropped + c.badLength + c.badChecksum + c.noChecksum + c.noPort);
            }
        });
    }

    @Test
    void answersToQuestions() {
        byte[] good = DnsMessage.query("www.example", DnsType.A)
                .response(true)
                .recursionAvailable(true)
                .answer(DnsRecord.parse("www.example. 300 CNAME b.example."))
                .answer(DnsRecord.parse("b.example. 300 A 192.0.2.1"))
                .authority(DnsRecord.parse("example. 300 SOA a. b. 1 2 3 4 5"))
                .build()
                .toBytes();
        Fuzzer.run(List.of(good), input -> {
            try (TwoStacks stacks = new TwoStacks(b -> b.dns("10.0.0.2"))) {
                UdpSession server = stacks.second.udp().bind(53);
                server.application((session, d) -> {
                    // As if it had guessed the identifier.
                    byte[] answer = input.clone();
                    if (answer.length > 1) {
                        d.bytes().get(d.offset(), answer, 0, 2);
                    }
                    try {
                        session.reply(d, ByteBuffer.wrap(answer), 0, answer.length);
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                });
                int[] told = new int[1];
                stacks.first.dns().query("www.example", DnsType.A, (records, error) -> told[0]++);
                stacks.pass(600_000_000_000L);
                assertEquals(1, told[0]);
                assertEquals(0, stacks.second.context().counters().applicationErrors);
            }
        });
    }
}
