package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Fuzzer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes as a frame: decoding never throws, stays within the frame, and loses no byte. */
@Tag("fuzz")
class PacketFuzzTest {
    private static final LinkType[] LINK_TYPES = {
        LinkType.ETHERNET,
        LinkType.ETHERNET,
        LinkType.RAW,
        LinkType.NULL,
        LinkType.LOOP,
        LinkType.LINUX_SLL,
        LinkType.LINUX_SLL2,
        LinkType.IPV4,
        LinkType.IPV6,
        LinkType.of(147)
    };

    private final PacketParser parser = new PacketParser();

    @Test
    void frames() {
        var seeds = new ArrayList<byte[]>();
        for (byte[] frame : Vectors.seeds()) {
            seeds.add(concatenate(new byte[] {0}, frame));
            seeds.add(concatenate(new byte[] {1}, Vectors.tagged(frame, 0x88a8, 7)));
            byte[] bare = new byte[frame.length - 14];
            System.arraycopy(frame, 14, bare, 0, bare.length);
            seeds.add(concatenate(new byte[] {2}, bare));
        }
        Fuzzer.run(seeds, this::decode);
    }

    /** Any bytes as the header of every protocol there is: by the first byte, so that none is hard to come by. */
    @Test
    void headers() {
        List<Protocol> protocols = Protocols.standard().all();
        var seeds = new ArrayList<byte[]>();
        for (byte[] frame : Vectors.seeds()) {
            for (Header header : Packet.copyOf(frame, LinkType.ETHERNET).layers()) {
                int number = protocols.indexOf(header.protocol());
                if (number >= 0) {
                    byte[] rest = Arrays.copyOfRange(frame, header.offset(), frame.length);
                    seeds.add(concatenate(new byte[] {(byte) number}, rest));
                }
            }
        }
        Fuzzer.run(seeds, input -> {
            if (input.length == 0) {
                return;
            }
            Protocol protocol = protocols.get((input[0] & 0xff) % protocols.size());
            ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOfRange(input, 1, input.length));
            Header header = protocol.newHeader().get();
            try {
                Protocol.wrap(header, bytes, 0, bytes.capacity());
            } catch (DecodeException documented) {
                assertTrue(documented.getMessage() != null);
                return;
            }
            assertTrue(header.headerLength() <= bytes.capacity());
            assertTrue(!header.summary().isEmpty() && !header.toString().isEmpty());
        });
    }

    /** What can be decoded can be edited: copied, compared, written as Java, cut up and taken apart. */
    @Test
    void edits() {
        Fuzzer.run(Vectors.seeds(), frame -> {
            Packet packet = Packet.copyOf(frame, LinkType.ETHERNET);
            Packet copy = packet.copy();
            assertArrayEquals(frame, copy.toBytes());
            assertEquals(List.of(), packet.diff(copy));
            assertTrue(!packet.toJava().isEmpty() && !packet.hexDump().isEmpty() == frame.length > 0);
            packet.diff(Packet.copyOf(Arrays.copyOf(frame, frame.length / 2), LinkType.ETHERNET));
            packet.diff(Packet.of(new Ethernet(), new Ipv4(), new Tcp()));
            for (Header layer : packet.layers()) {
                if (packet.layers().size() > 1) { // the trailer needs one to stand behind
                    packet.remove(layer).toBytes();
                }
                packet.insertAfter(layer, new Vlan()).summary();
            }
            packet.withPayload(new byte[3]).padTo(60).withoutTrailer().dump();
            try {
                packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS);
            } catch (IllegalArgumentException documented) {
                assertTrue(documented.getMessage() != null);
            }
            try {
                packet.fragments(576).forEach(Packet::toBytes);
            } catch (IllegalArgumentException | IllegalStateException documented) {
                assertTrue(documented.getMessage() != null);
            }
        });
    }

    private static byte[] concatenate(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private void decode(byte[] input) {
        LinkType linkType = LINK_TYPES[input.length == 0 ? 0 : (input[0] & 0xff) % LINK_TYPES.length];
        byte[] bytes = new byte[Math.max(input.length - 1, 0)];
        System.arraycopy(input, input.length - bytes.length, bytes, 0, bytes.length);

        Packet packet = Packet.copyOf(bytes, linkType);
        assertArrayEquals(bytes, packet.toBytes(), "other bytes");
        for (Header header : packet.layers()) {
            for (Field field : header.protocol().fields()) {
                if (field instanceof FixedField fixed && header.has(fixed) && fixed.bitWidth() < 64) {
                    long value = header.get(fixed);
                    assertTrue(value >= 0 && value <= fixed.maxValue(), field::toString);
                }
            }
            assertTrue(header.bodyCaptured() <= header.bodyLength() || header.bodyLength() == 0, header::toString);
        }
        assertTrue(!packet.summary().isEmpty() && packet.dump() != null);

        // Amid other bytes, in a buffer of the other kind: the same.
        ByteBuffer amid = ByteBuffer.allocateDirect(bytes.length + 20);
        for (int i = 0; i < amid.capacity(); i++) {
            amid.put(i, (byte) 0x45);
        }
        amid.put(7, bytes);
        parser.parse(amid, 7, bytes.length, linkType);
        String fromDirect = text(7);
        parser.parse(ByteBuffer.wrap(bytes), 0, bytes.length, linkType);
        assertEquals(text(0), fromDirect);
    }

    private String text(int base) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parser.count(); i++) {
            text.append(parser.protocol(i))
                    .append(' ')
                    .append(parser.offset(i) - base)
                    .append(' ');
        }
        return text + " " + (parser.payloadOffset() - base) + " " + parser.payloadLength() + " "
                + (parser.error() == null ? "whole" : "damaged");
    }

    @Test
    void everyInputOfOneByteDecodes() {
        for (int i = 0; i < 256; i++) {
            for (LinkType linkType : LINK_TYPES) {
                assertArrayEquals(
                        new byte[] {(byte) i},
                        Packet.copyOf(new byte[] {(byte) i}, linkType).toBytes());
            }
        }
        assertEquals(
                List.of(),
                Packet.copyOf(new byte[0], LinkType.ETHERNET).layers().stream()
                        .filter(header -> header.headerLength() > 0)
                        .toList());
    }
}
