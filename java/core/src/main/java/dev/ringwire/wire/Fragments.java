package dev.ringwire.wire;

import dev.ringwire.frame.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Cuts a packet into fragments of its outermost IP header. */
final class Fragments {
    /** Fragments start at a multiple of so many bytes. */
    private static final int UNIT = 8;

    private static final byte FRAGMENT = 44; // the protocol number of the Fragment header

    /** The bit of an option's kind that says that every fragment has it, RFC 791 section 3.1. */
    private static final int COPIED = 0x80;

    private final Packet packet;
    private final byte[] bytes;
    private final int mtu;
    private final long identification;
    private final int layer; // the IP header
    private final int start; // of that
    private final int end; // of what it carries
    private final List<Packet> fragments = new ArrayList<>();

    private Fragments(Packet packet, int mtu, long identification, int layer) {
        this.packet = packet;
        this.mtu = mtu;
        this.identification = identification;
        this.layer = layer;
        bytes = packet.toBytes();
        start = packet.offsets()[layer];
        end = packet.ends()[layer];
    }

    /** @param identification -1 if the packet gives it */
    static List<Packet> of(Packet packet, int mtu, long identification) {
        for (int i = 0; i < packet.layers().size(); i++) {
            Header header = packet.layers().get(i);
            if (header instanceof Ipv4 || header instanceof Ipv6) {
                if (header.bodyLength() > header.bodyCaptured()) {
                    throw new IllegalStateException("this packet was not captured whole: "
                            + (header.bodyLength() - header.bodyCaptured()) + " bytes of its payload are missing");
                }
                var fragments = new Fragments(packet, mtu, identification, i);
                if (fragments.end - fragments.start <= mtu) {
                    return List.of(packet.copy());
                }
                if (header instanceof Ipv4 ip) {
                    fragments.cut(ip);
                } else {
                    fragments.cut6();
                }
                return List.copyOf(fragments.fragments);
            }
        }
        throw new IllegalStateException("no IPv4 or IPv6 header to cut up in " + packet.summary());
    }

    private void cut(Ipv4 ip) {
        if (ip.dontFragment()) {
            throw new IllegalStateException("ip.flags.df is set: a packet of " + (end - start)
                    + " bytes may not be cut to " + mtu + "; dontFragment(false) allows it");
        }
        int headerLength = ip.headerLength();
        byte[] first = Arrays.copyOfRange(bytes, start, start + headerLength);
        byte[] later = withCopiedOptions(first);
        if (mtu < first.length + UNIT) {
            throw tooSmall(first.length + UNIT, "the header with eight bytes");
        }
        int from = start + headerLength;
        for (int at = from; at < end; ) {
            byte[] header = at == from ? first : later;
            int room = mtu - header.length;
            boolean last = end - at <= room;
            int to = last ? end : at + (room & -UNIT);
            ByteBuffer frame = ByteBuffer.wrap(joined(header, new byte[0], at, to));
            Ipv4.IHL.set(frame, start, header.length / 4);
            Ipv4.LEN.set(frame, start, header.length + to - at);
            Ipv4.FLAGS_MF.set(frame, start, last && !ip.moreFragments() ? 0 : 1);
            Ipv4.FRAG_OFFSET.set(frame, start, ip.fragmentOffset() + (at - from) / UNIT);
            if (identification >= 0) {
                Ipv4.ID.set(frame, start, identification);
            }
            add(frame.array());
            at = to;
        }
    }

    /** The header of the fragments behind the first. */
    private static byte[] withCopiedOptions(byte[] header) {
        var out = new ByteArrayOutputStream();
        out.write(header, 0, Ipv4.LENGTH);
        for (int at = Ipv4.LENGTH; at < header.length && header[at] != 0; ) {
            int kind = header[at] & 0xff;
            int length = kind == 1 ? 1 : at + 1 < header.length ? header[at + 1] & 0xff : 0;
            if (kind != 1 && length < 2 || at + length > header.length) {
                // Nobody can tell what these are: they stay.
                out.write(header, at, header.length - at);
                break;
            }
            if ((kind & COPIED) != 0) {
                out.write(header, at, length);
            }
            at += length;
        }
        return Arrays.copyOf(out.toByteArray(), out.size() + 3 & ~3);
    }

    private void cut6() {
        int from = start + Ipv6.LENGTH; // of what is cut up
        int kept = from; // the end of the headers that every fragment has
        int next = start + Ipv6.NXT.byteOffset(); // where the last of these says what follows
        int chain = from; // the end of all headers
        int carried = bytes[next] & 0xff;
        long ident = identification;
        for (int i = layer + 1; i < packet.layers().size(); i++) {
            Header header = packet.layers().get(i);
            int at = chain;
            chain += header instanceof Raw ? 0 : header.headerLength();
            if (header instanceof Ipv6Fragment fragment) {
                if (fragment.isFragment()) {
                    throw new IllegalStateException("this is an IPv6 fragment already, and longer than " + mtu);
                }
                // An atomic one (RFC 6946), whose place it is.
                ident = ident < 0 ? fragment.identification() : ident;
                next = i == layer + 1 ? next : at - packet.layers().get(i - 1).headerLength();
                kept = at;
                from = chain;
                carried = fragment.nextHeader();
            } else if (header instanceof Ipv6Routing || header instanceof Ipv6HopByHop) {
                next = at;
                kept = chain;
                from = chain;
                carried = bytes[at] & 0xff;
            } else if (!(header instanceof Ipv6DestinationOptions || header instanceof AuthenticationHeader)) {
                break;
            }
        }
        byte[] header = Arrays.copyOfRange(bytes, start, kept);
        header[next - start] = FRAGMENT;
        int around = header.length + Ipv6Fragment.LENGTH;
        int needed = around + Math.max(UNIT, chain - from + UNIT - 1 & -UNIT);
        if (mtu < needed) {
            throw tooSmall(needed, "all headers in the first fragment");
        }
        int room = mtu - around;
        if (ident < 0) {
            ident = ThreadLocalRandom.current().nextInt() & 0xffff_ffffL;
        }
        for (int at = from; at < end; ) {
            int to = end - at <= room ? end : at + (room & -UNIT);
            byte[] piece = new Ipv6Fragment()
                    .nextHeader(carried)
                    .fragmentOffset((at - from) / UNIT)
                    .moreFragments(to < end)
                    .identification(ident)
                    .toBytes();
            ByteBuffer frame = ByteBuffer.wrap(joined(header, piece, at, to));
            Ipv6.PLEN.set(frame, start, header.length - Ipv6.LENGTH + piece.length + to - at);
            add(frame.array());
            at = to;
        }
    }

    /** What stands below the IP header, and behind it these. */
    private byte[] joined(byte[] header, byte[] extension, int from, int to) {
        return ByteBuffer.allocate(start + header.length + extension.length + to - from)
                .put(bytes, 0, start)
                .put(header)
                .put(extension)
                .put(bytes, from, to - from)
                .array();
    }

    /** Lengths below IP, and the checksum of IPv4, are of the fragment. */
    private void add(byte[] frame) {
        Packet fragment = decoded(frame);
        Header ip = fragment.layers().get(layer);
        List<Header> below = fragment.layers().subList(0, layer);
        fragments.add(decoded(
                fragment.toBytes(Fix.LENGTHS.where(below::contains).and(Fix.CHECKSUMS.where(header -> header == ip)))));
    }

    private Packet decoded(byte[] frame) {
        return Packet.wrap(Frame.of(frame, packet.linkType(), 0), packet.protocols());
    }

    private IllegalArgumentException tooSmall(int needed, String what) {
        return new IllegalArgumentException(
                "an mtu of " + mtu + " is too small: " + what + " takes " + needed + " at least");
    }
}
