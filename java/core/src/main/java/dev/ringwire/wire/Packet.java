package dev.ringwire.wire;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A packet as a list of headers, decoded or crafted. Decoding never throws: what cannot be decoded is a {@link Raw}
 * layer, and {@link #error} says why.
 *
 * <pre>{@code
 * byte[] bytes = Packet.of(
 *                 new Ethernet().dst(MacAddress.BROADCAST),
 *                 new Ipv4().src(Ipv4Address.of("192.0.2.1")).dst(Ipv4Address.of("192.0.2.2")).proto(17),
 *                 new Udp().srcPort(45678).dstPort(53),
 *                 Raw.of("hello"))
 *         .toBytes(Fix.CHECKSUMS, Fix.LENGTHS);
 * }</pre>
 */
public final class Packet {
    private final LinkType linkType;
    private final List<Header> layers;

    /** For each layer, bytes it carries that the next layer's length leaves out: padding. */
    private final int[] slack;

    /** Those bytes in the order they stand in, behind the last layer. */
    private final Header trailer;

    private final @Nullable DecodeError error;

    private Packet(LinkType linkType, List<Header> layers, int[] slack, Header trailer, @Nullable DecodeError error) {
        this.linkType = linkType;
        this.layers = List.copyOf(layers);
        this.slack = slack;
        this.trailer = trailer;
        this.error = error;
    }

    /** A packet crafted from headers, outermost first; a {@link Raw} at the end is its payload. */
    public static Packet of(Header... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a packet has at least one layer");
        }
        return new Packet(linkTypeOf(layers[0]), List.of(layers), new int[layers.length], new Raw(), null);
    }

    private static LinkType linkTypeOf(Header first) {
        if (first instanceof NullLoopback) {
            return LinkType.LOOP;
        } else if (first instanceof LinuxSll) {
            return LinkType.LINUX_SLL;
        } else if (first instanceof LinuxSll2) {
            return LinkType.LINUX_SLL2;
        }
        return first instanceof Ipv4 || first instanceof Ipv6 ? LinkType.RAW : LinkType.ETHERNET;
    }

    /** Decodes a copy of the frame's bytes, which then belong to the packet and may be changed. */
    public static Packet copyOf(Frame frame) {
        return wrap(frame.copy());
    }

    /** Decodes a copy of these bytes. */
    public static Packet copyOf(byte[] bytes, LinkType linkType) {
        return wrap(Frame.of(bytes.clone(), linkType, 0));
    }

    /**
     * Decodes the frame in place: borrowed until the frame's source moves on. Setters write into the frame, where its
     * memory allows that.
     */
    public static Packet wrap(Frame frame) {
        return wrap(frame, Protocols.standard());
    }

    /** {@link #wrap(Frame)} with these protocols. */
    public static Packet wrap(Frame frame, Protocols protocols) {
        var parser = new PacketParser(protocols);
        parser.parse(frame);
        return decoded(parser, frame.linkType(), frame.offset() + frame.length());
    }

    /** What the body of an ICMP error quotes. */
    static Packet quoted(Header icmp, Protocol protocol) {
        byte[] body = new byte[icmp.bodyCaptured()];
        icmp.buffer().get(icmp.offset() + icmp.headerLength(), body);
        var parser = new PacketParser();
        parser.parseAs(protocol, ByteBuffer.wrap(body), 0, body.length);
        return decoded(parser, LinkType.RAW, body.length);
    }

    private static Packet decoded(PacketParser parser, LinkType linkType, int frameEnd) {
        int count = parser.count();
        var layers = new ArrayList<Header>(count + 1);
        int[] slack = new int[count + 1];
        int outerEnd = frameEnd;
        for (int i = 0; i < count; i++) {
            Header header = parser.protocol(i).newHeader().get();
            parser.aim(header, i);
            layers.add(header);
            slack[i] = outerEnd - parser.end(i);
            outerEnd = parser.end(i);
        }
        int payloadEnd = parser.payloadOffset() + parser.payloadLength();
        slack[count] = outerEnd - payloadEnd;
        Raw payload = parser.raw(parser.payloadOffset(), parser.payloadLength());
        if (parser.payloadLength() > 0) {
            layers.add(payload);
        } else if (count > 0) {
            slack[count - 1] += slack[count];
        }
        Raw trailer = parser.raw(payloadEnd, frameEnd - payloadEnd);
        return new Packet(linkType, layers, slack, trailer, parser.error());
    }

    /** What the first layer is. */
    public LinkType linkType() {
        return linkType;
    }

    /** The headers, outermost first; the payload is a {@link Raw} at the end. */
    public List<Header> layers() {
        return layers;
    }

    /** The outermost header of a class. */
    public <H extends Header> Optional<H> layer(Class<H> type) {
        return layer(type, 1);
    }

    /** The n-th header of a class, the outermost being 1. */
    public <H extends Header> Optional<H> layer(Class<H> type, int n) {
        return layers.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .skip(skipped(n))
                .findFirst();
    }

    /** The outermost header of a protocol, by its name ({@code TCP}) or filter name ({@code tcp}), any case. */
    public Optional<Header> layer(String name) {
        return layer(name, 1);
    }

    private static long skipped(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n counts from 1, not " + n);
        }
        return n - 1L;
    }

    /**
     * The n-th header of a protocol by name, the outermost being 1.
     *
     * @throws IllegalArgumentException if {@code n} is below 1
     */
    public Optional<Header> layer(String name, int n) {
        return layers.stream()
                .filter(h -> h.protocol().name().equalsIgnoreCase(name)
                        || h.protocol().filterName().equalsIgnoreCase(name))
                .skip(skipped(n))
                .findFirst();
    }

    /** The bytes behind the last header that could be decoded, padding not included. */
    public byte[] payload() {
        return layers.isEmpty() || !(layers.get(layers.size() - 1) instanceof Raw raw) ? new byte[0] : raw.toBytes();
    }

    /** Bytes behind the end that the length fields give: padding to the minimum frame, or a trailer. */
    public byte[] trailer() {
        return trailer.toBytes();
    }

    /** Why decoding stopped before the payload; empty if it did not, and for crafted packets. */
    public Optional<DecodeError> error() {
        return Optional.ofNullable(error);
    }

    /**
     * The bytes of the packet: what was decoded or set, nothing corrected but what is asked for.
     *
     * @throws IllegalArgumentException if a length does not fit its field, naming the field
     */
    public byte[] toBytes(Fix... fixes) {
        int n = layers.size();
        int[] offsets = new int[n];
        int length = 0;
        for (int i = 0; i < n; i++) {
            offsets[i] = length;
            length += layers.get(i).headerLength();
        }
        byte[] out = new byte[length + trailer.headerLength()];
        for (int i = 0; i < n; i++) {
            Header header = layers.get(i);
            header.buffer().get(header.offset(), out, offsets[i], header.headerLength());
        }
        trailer.buffer().get(trailer.offset(), out, length, trailer.headerLength());
        Set<Fix> wanted = EnumSet.noneOf(Fix.class);
        wanted.addAll(Arrays.asList(fixes));
        if (!wanted.isEmpty()) {
            int[] ends = new int[n];
            int end = out.length;
            for (int i = 0; i < n; i++) {
                end -= slack[i];
                ends[i] = end;
            }
            var assembly = new Assembly(ByteBuffer.wrap(out), layers, offsets, ends);
            if (wanted.contains(Fix.LENGTHS)) {
                assembly.fixLengths();
            }
            if (wanted.contains(Fix.CHECKSUMS)) {
                assembly.fixChecksums();
            }
        }
        return out;
    }

    /** One line: addresses, ports and what the last header says. */
    public String summary() {
        return PacketText.summary(this);
    }

    /** Every layer with every field it has, and the payload in hexadecimal. */
    public String dump() {
        return PacketText.dump(this);
    }

    @Override
    public String toString() {
        return summary();
    }
}
