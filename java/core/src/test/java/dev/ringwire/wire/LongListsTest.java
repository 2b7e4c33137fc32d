package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists as long as a message can hold are read to their end in time by their length, not by its square. */
class LongListsTest {
    private static final int EMPTY_WINDOWS = 24_000;

    /** An NSEC record whose bitmap has as many windows as fit; the last ones hold every type, in falling order. */
    private static byte[] bitmapOfAllTypes() throws IOException {
        var bitmap = new ByteArrayOutputStream();
        bitmap.write(0); // next name
        for (int i = 0; i < EMPTY_WINDOWS; i++) {
            bitmap.write(0);
            bitmap.write(0);
        }
        for (int window = 255; window >= 0; window--) {
            bitmap.write(window);
            bitmap.write(32);
            for (int i = 0; i < 32; i++) {
                bitmap.write(0xff);
            }
        }
        var message = new ByteArrayOutputStream();
        var out = new DataOutputStream(message);
        out.writeLong(0x0001_8000_0000_0001L);
        out.writeInt(0);
        out.writeByte(0);
        out.writeShort(47);
        out.writeShort(1);
        out.writeInt(60);
        out.writeShort(bitmap.size());
        out.write(bitmap.toByteArray());
        return message.toByteArray();
    }

    @Test
    @Timeout(60)
    void typesOfABitmap() throws IOException {
        var packet = Packet.of(new Ipv4().proto(17), new Udp().srcPort(53).dstPort(4000), Raw.of(bitmapOfAllTypes()));
        Frame frame = Frame.of(packet.toBytes(Fix.LENGTHS), LinkType.RAW, 0);
        List<String> types = new ArrayList<>();
        var header = Packet.wrap(frame).layer("dns").orElseThrow();
        var field = header.protocol().fields().stream()
                .filter(it -> it.name().equals("dns.resp.type"))
                .findFirst()
                .orElseThrow();
        var value = new FieldValue();
        for (int n = 0; field.read(header, n, value); n++) {
            types.add(Long.toString(value.number()));
        }
        assertEquals(1 + 65536, types.size());
        assertEquals(List.of("47", "65280", "65281"), types.subList(0, 3));
        assertEquals("255", types.get(types.size() - 1));
        assertTrue(types.subList(1, types.size()).contains("0"));
    }
}
