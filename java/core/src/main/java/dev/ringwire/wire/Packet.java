package dev.ringwire.wire;

import dev.ringwire.bytes.HexDump;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    private static final int USER0 = 147;

    private final LinkType linkType;
    private final List<Header> layers;

    /** For each layer, bytes it carries that the next layer's length leaves out: padding. */
    private final int[] slack;

    /** Those bytes in the order they stand in, behind the last layer. */
    private final Header trailer;

    private final @Nullable DecodeError error;
    private final Protocols protocols;

    Packet(
            LinkType linkType,
            List<Header> layers,
            int[] slack,
            Header trailer,
            @Nullable DecodeError error,
            Protocols protocols) {
        this.linkType = linkType;
        this.layers = List.copyOf(layers);
        this.slack = slack;
        this.trailer = trailer;
        this.error = error;
        this.protocols = protocols;
    }

    /**
     * A packet crafted from headers, outermost first; a {@link Raw} at the end is its payload. Its link type is what the
     * first header is: {@link LinkType#RAW} for IP, the one that the header's protocol names as its
     * {@linkplain Protocol#selectors selector}, or else USER0 (147), which says that no link type begins so.
     */
    public static Packet of(Header... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a packet has at least one layer");
        }
        return of(linkTypeOf(layers[0]), layers);
    }

    /** A packet crafted from headers, outermost first, whose first one is to be read as this link type. */
    public static Packet of(LinkType linkType, Header... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("a packet has at least one layer");
        }
        return new Packet(linkType, List.of(layers), new int[layers.length], new Raw(), null, Protocols.installed());
    }

    private static LinkType linkTypeOf(Header first) {
        if (first instanceof Ipv4 || first instanceof Ipv6) {
            return LinkType.RAW;
        } else if (first instanceof NullLoopback) {
            return LinkType.LOOP; // its family is big-endian, as all we write
        }
        return first.protocol().selectors().stream()
                .filter(selector -> selector.table().equals(Selector.LINK_TYPE))
                .map(selector -> LinkType.of(selector.value()))
                .findFirst()
                .orElse(LinkType.of(USER0));
    }

    /** Decodes a copy of the frame's bytes, which then belong to the packet and may be changed. */
    public static Packet copyOf(Frame frame) {
        return wrap(frame.copy());
    }

    /** Decodes a copy of these bytes. */
    public static Packet copyOf(byte[] bytes, LinkType linkType) {
        return copyOf(bytes, linkType, Protocols.installed());
    }

    /** {@link #copyOf(byte[], LinkType)} with these protocols. */
    public static Packet copyOf(byte[] bytes, LinkType linkType, Protocols protocols) {
        return wrap(Frame.of(bytes.clone(), linkType, 0), protocols);
    }

    /**
     * Decodes the frame in place: borrowed until the frame's source moves on. Setters write into the frame, where its
     * memory allows that.
     */
    public static Packet wrap(Frame frame) {
        return wrap(frame, Protocols.installed());
    }

    /** {@link #wrap(Frame)} with these protocols. */
    public static Packet wrap(Frame frame, Protocols protocols) {
        var parser = new PacketParser(protocols);
        parser.parse(frame);
        return decoded(parser, frame.linkType(), frame.offset() + frame.length(), protocols);
    }

    /** What an ICMP error quotes. */
    static Packet quoted(byte[] body, Protocol protocol) {
        var protocols = Protocols.installed();
        var parser = new PacketParser(protocols);
        parser.parseAs(protocol, ByteBuffer.wrap(body), 0, body.length);
        return decoded(parser, LinkType.RAW, body.length, protocols);
    }

    private static Packet decoded(PacketParser parser, LinkType linkType, int frameEnd, Protocols protocols) {
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
        return new Packet(linkType, layers, slack, trailer, parser.error(), protocols);
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
        return toBytes(Fixes.of(fixes));
    }

    /** {@link #toBytes(Fix...)} with corrections of some layers only: {@code Fix.LENGTHS.of(Udp.class)}. */
    public byte[] toBytes(Fixes fixes) {
        int n = layers.size();
        int[] offsets = offsets();
        int length = n == 0 ? 0 : offsets[n - 1] + layers.get(n - 1).headerLength();
        byte[] out = new byte[length + trailer.headerLength()];
        for (int i = 0; i < n; i++) {
            Header header = layers.get(i);
            header.buffer().get(header.offset(), out, offsets[i], header.headerLength());
        }
        trailer.buffer().get(trailer.offset(), out, length, trailer.headerLength());
        new Assembly(ByteBuffer.wrap(out), layers, offsets, ends(), fixes).run();
        return out;
    }

    /** Where each layer starts. */
    int[] offsets() {
        int[] offsets = new int[layers.size()];
        int at = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            at += layers.get(i).headerLength();
        }
        return offsets;
    }

    /** Where the bytes that each layer carries end. */
    int[] ends() {
        int[] ends = new int[layers.size()];
        int end = trailer.headerLength();
        for (Header header : layers) {
            end += header.headerLength();
        }
        for (int i = 0; i < ends.length; i++) {
            end -= slack[i];
            ends[i] = end;
        }
        return ends;
    }

    int[] slack() {
        return slack;
    }

    Protocols protocols() {
        return protocols;
    }

    /** The same packet in memory of its own: changes of one are not seen in the other. */
    public Packet copy() {
        return PacketEdit.copy(this);
    }

    /**
     * A packet of the same headers with {@code more} before one of them. As in all edits, the other headers are the same
     * objects in both packets ({@link #copy} first, to keep the old one as it is), padding and trailer stay, and no
     * field of a neighbour is changed.
     *
     * @throws IllegalArgumentException if {@code layer} is not one of {@link #layers}
     */
    public Packet insertBefore(Header layer, Header... more) {
        return PacketEdit.splice(this, layer, 0, 0, more);
    }

    /** A packet of the same headers with {@code more} behind one of them; see {@link #insertBefore}. */
    public Packet insertAfter(Header layer, Header... more) {
        return PacketEdit.splice(this, layer, 1, 0, more);
    }

    /** A packet of the same headers, but {@code by} in the place of one of them; see {@link #insertBefore}. */
    public Packet replace(Header layer, Header... by) {
        return PacketEdit.splice(this, layer, 0, 1, by);
    }

    /** A packet of the same headers without one of them; see {@link #insertBefore}. */
    public Packet remove(Header layer) {
        return PacketEdit.splice(this, layer, 0, 1);
    }

    /** A packet of the same headers that carries these bytes behind the last one; none remove the payload. */
    public Packet withPayload(byte[] bytes) {
        return withPayload(Raw.of(bytes));
    }

    /** {@link #withPayload(byte[])}. */
    public Packet withPayload(Raw payload) {
        return PacketEdit.payload(this, payload);
    }

    /** The packet with these bytes as its {@link #trailer}, which no length field of the network layer counts. */
    public Packet withTrailer(byte[] bytes) {
        return PacketEdit.trailer(this, bytes);
    }

    /** The packet without padding and trailer. */
    public Packet withoutTrailer() {
        return withTrailer(new byte[0]);
    }

    /** The packet with as many zeros behind its end as make it this long; as it is if it is longer. */
    public Packet padTo(int length) {
        byte[] now = trailer();
        int missing = Math.max(0, length - toBytes().length);
        return withTrailer(Arrays.copyOf(now, now.length + missing));
    }

    /**
     * The packet in pieces that fit a link: fragments of its outermost IPv4 (RFC 791 section 3.2) or IPv6 header (RFC
     * 8200 section 4.5), each with a copy of the headers below it and no trailer. Lengths, offsets and the header checksum
     * of IPv4 are those of the fragment; all else is copied, a wrong checksum of UDP or TCP too. IPv4 takes the
     * identification of the header, IPv6 that of an atomic fragment (RFC 6946) or a random one.
     *
     * @param mtu most bytes of an IP packet, its header included
     * @return a {@link #copy} alone if it fits
     * @throws IllegalArgumentException if the mtu leaves no room: for eight bytes of payload or, with IPv6, for all
     *     headers in the first fragment (RFC 7112)
     * @throws IllegalStateException if the packet may not be cut up: ip.flags.df is set, it is an IPv6 fragment already,
     *     not all of it was captured, or there is no IP header
     */
    public List<Packet> fragments(int mtu) {
        return Fragments.of(this, mtu, -1);
    }

    /** {@link #fragments(int)} with this identification. */
    public List<Packet> fragments(int mtu, long identification) {
        if (identification < 0) {
            throw new IllegalArgumentException("an identification is not negative: " + identification);
        }
        return Fragments.of(this, mtu, identification);
    }

    /**
     * The first value of a field, in the outermost header that has it, as an object of the type that {@link FieldType}
     * names.
     *
     * @param name Wireshark's name ({@code ip.src}), or another that the field answers to
     * @throws IllegalArgumentException if no protocol has a field of that name
     */
    public Optional<Object> field(String name) {
        var value = new FieldValue();
        for (Header header : layers) {
            for (Field field : header.protocol().fields()) {
                if (field.answersTo(name) && field.read(header, 0, value)) {
                    return Optional.of(value.toObject(field.type()));
                }
            }
        }
        boolean known = Stream.concat(protocols.all().stream(), layers.stream().map(Header::protocol))
                .flatMap(protocol -> protocol.fields().stream())
                .anyMatch(field -> field.answersTo(name));
        if (!known) {
            throw new IllegalArgumentException("no field \"" + name + "\"");
        }
        return Optional.empty();
    }

    /**
     * In what another packet differs: layers that only one has, fields, bytes of headers that no field tells of, payload
     * and trailer. Empty if both have the same bytes in the same layers.
     */
    public List<Difference> diff(Packet other) {
        return PacketDiff.of(this, other);
    }

    /**
     * A Java expression that makes this packet again, byte for byte, by the setters of its headers; a header that they
     * cannot make is given by its bytes. It needs imports of {@code dev.ringwire.wire.*}, {@code dev.ringwire.address.*},
     * {@code dev.ringwire.frame.LinkType}, {@code java.nio.ByteBuffer} and {@code java.util.HexFormat}.
     */
    public String toJava() {
        return PacketJava.of(this);
    }

    /** The bytes in rows of sixteen, see {@link HexDump}. */
    public String hexDump() {
        return HexDump.of(toBytes());
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
