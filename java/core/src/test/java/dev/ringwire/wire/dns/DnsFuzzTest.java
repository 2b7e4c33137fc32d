package dev.ringwire.wire.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Fuzzer;
import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.Packet;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a DNS message. */
@Tag("fuzz")
class DnsFuzzTest {
    @Test
    void anyBytesGiveAMessageOrAnError() {
        Fuzzer.run(
                List.of(
                        DnsMessageTest.all().toBytes(),
                        DnsMessage.query("a.b", 1).build().toBytes()),
                bytes -> {
                    if (bytes.length >= Dns.LENGTH) {
                        assertNotNull(Dns.wrap(ByteBuffer.wrap(bytes), 0, bytes.length)
                                .toString());
                        Packet.of(Dns.wrap(ByteBuffer.wrap(bytes), 0, bytes.length))
                                .dump();
                    }
                    DnsMessage message;
                    try {
                        message = DnsMessage.decode(bytes);
                    } catch (DecodeException e) {
                        return;
                    }
                    assertTrue(!message.toString().isEmpty());
                    for (DnsRecord record : message.answers()) {
                        if (!(record.data() instanceof Rdata.Unknown)) {
                            assertArrayEquals(
                                    record.data().toBytes(),
                                    Rdata.decode(record.type(), record.data().toBytes())
                                            .toBytes());
                        }
                    }
                });
    }
}
