package dev.ringwire.rewrite;

import dev.ringwire.frame.Frame;
import dev.ringwire.wire.PacketParser;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Changes frames in place by {@link RewriteRules}: every header that {@link PacketParser} finds, in tunnels and in packets
 * that ICMP errors quote, and headers that are cut short as far as they reach.
 *
 * <p>A rule reaches addresses in Ethernet, Linux cooked, ARP, IPv4 (source routes and recorded ones too), IPv6 and its
 * routing headers, and in the messages of ICMP redirects, router and neighbour discovery, of IGMP and listener discovery,
 * of DHCP for IPv4 and NetFlow of versions 1 and 5; and ports of TCP, UDP and SCTP, but not of fragments of SCTP.
 * Messages of other applications keep the addresses they have in them.
 *
 * <p>Checksums follow by how much the words they cover change (RFC 1624), so that a right one stays right and a wrong one
 * wrong, also where a packet was cut short or is a fragment: those of IPv4, TCP, UDP, ICMP, ICMPv6 and IGMP, of other
 * protocols that sum a pseudo-header, and of tunnels around; the CRC of SCTP, too. A frame that no rule touches stays as it is, byte for byte.
 * Nothing is allocated for a frame. Not safe for use by several threads.
 */
public final class Rewriter {
    private final PacketParser parser = new PacketParser();
    private final Layers layers = new Layers(parser);
    private final Fields fields;
    private final Checksums checksums;
    private final @Nullable Tags tags;
    private final boolean fix;
    private boolean resized;
    private long frames;
    private long changed;

    /** Works by the rules as they are now. */
    public Rewriter(RewriteRules rules) {
        fields = new Fields(rules, layers);
        checksums = new Checksums(layers, rules.fixChecksums);
        tags = rules.resizes() ? new Tags(rules.stripTags, rules.addTag) : null;
        fix = rules.fixChecksums;
    }

    /**
     * Changes the bytes of a frame. If {@link #resized()} afterwards, the frame is now {@link #buffer()} from
     * {@link #offset()} over {@link #length()}, until the next call.
     *
     * @return whether anything changed
     * @throws java.nio.ReadOnlyBufferException if the frame's memory may not be written to
     */
    public boolean rewrite(Frame frame) {
        frames++;
        parser.parse(frame);
        layers.find(frame);
        boolean touched = fields.apply();
        if (touched || fix) {
            touched |= checksums.apply();
        }
        resized = tags != null && tags.apply(frame, layers);
        touched |= resized;
        if (touched) {
            changed++;
        }
        return touched;
    }

    /** Whether the last frame lost or got VLAN tags: it is no longer where it was. */
    public boolean resized() {
        return resized;
    }

    /** What holds the frame now, if it was {@link #resized()}. */
    public ByteBuffer buffer() {
        return resizedFrame().buffer;
    }

    /** Index of the first byte of a frame that was {@link #resized()}. */
    public int offset() {
        return resizedFrame().offset;
    }

    /** Captured bytes of a frame that was {@link #resized()}. */
    public int length() {
        return resizedFrame().length;
    }

    private Tags resizedFrame() {
        if (tags == null || !resized) {
            throw new IllegalStateException("the frame is where it was");
        }
        return tags;
    }

    /** Frames seen so far. */
    public long frames() {
        return frames;
    }

    /** Frames changed so far. */
    public long changed() {
        return changed;
    }

    /** Wrong checksums made right so far. */
    public long fixed() {
        return checksums.fixed();
    }

    @Override
    public String toString() {
        return "Rewriter[" + changed + " of " + frames + " frames changed]";
    }
}
