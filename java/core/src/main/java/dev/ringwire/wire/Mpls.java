package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A stack of MPLS labels, RFC 3032 and 5462: one entry or more, of which the last has the bottom bit. What follows is not
 * announced; like Wireshark, the first four bits of it tell IP from a pseudowire.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |                Label                  | TC  |S|      TTL      |
 * </pre>
 */
public final class Mpls extends Header {
    /** Bytes of an entry. */
    public static final int LENGTH = 4;

    /** The label, at the bottom only, that says that IPv4 follows. */
    public static final int IPV4_EXPLICIT_NULL = 0;

    /** The label, at the bottom only, that says that IPv6 follows. */
    public static final int IPV6_EXPLICIT_NULL = 2;

    private static final int ASSOCIATED_CHANNEL = 13;
    private static final int MAX_DEPTH = 0xffff / LENGTH;

    public static final FixedField TOP_LABEL = FixedField.decimal("mpls.top.label", 0, 20, "label of the first entry");
    public static final FixedField TOP_TC =
            FixedField.decimal("mpls.top.tc", 20, 3, "traffic class of the first entry");
    public static final FixedField TOP_BOTTOM =
            FixedField.decimal("mpls.top.stack_bit", 23, 1, "whether the first entry is the last");
    public static final FixedField TOP_TTL =
            FixedField.decimal("mpls.top.ttl", 24, 8, "time to live of the first entry");
    static final ComputedField LABEL = each("mpls.label", TOP_LABEL, "label of each entry");
    static final ComputedField EXP = each("mpls.exp", TOP_TC, "traffic class of each entry");
    static final ComputedField BOTTOM = each("mpls.bottom", TOP_BOTTOM, "whether each entry is the last");
    static final ComputedField TTL = each("mpls.ttl", TOP_TTL, "time to live of each entry");
    public static final Protocol PROTOCOL = Protocol.of(
            "MPLS",
            "mpls",
            Mpls::new,
            List.of(
                    LABEL,
                    EXP,
                    BOTTOM,
                    TTL,
                    TOP_LABEL,
                    TOP_TC,
                    TOP_BOTTOM,
                    TOP_TTL,
                    last("mpls.bottom.label", TOP_LABEL, "label of the last entry"),
                    last("mpls.bottom.tc", TOP_TC, "traffic class of the last entry"),
                    last("mpls.bottom.stack_bit", TOP_BOTTOM, "bottom bit of the last entry"),
                    last("mpls.bottom.ttl", TOP_TTL, "time to live of the last entry")),
            Mpls::dissect,
            Selector.etherType(0x8847),
            Selector.etherType(0x8848),
            Selector.ipProtocol(137),
            Selector.udpPort(6635));

    /** A stack of its own of one entry, the bottom, with a time to live of 64. */
    public Mpls() {
        super(LENGTH);
        bottom(0, true).ttl(0, 64);
    }

    /**
     * The stack that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Mpls wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Mpls(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Entries. */
    public int depth() {
        return headerLength() / LENGTH;
    }

    /**
     * Makes the stack this deep; new entries go to its end, as zeros. {@link Fix#LENGTHS} sets the bottom bit of the
     * last entry only.
     */
    public Mpls depth(int entries) {
        if (entries < 1 || entries > MAX_DEPTH) {
            throw new IllegalArgumentException("a label stack has 1.." + MAX_DEPTH + " entries, not " + entries);
        }
        tail(0, Arrays.copyOf(toBytes(), entries * LENGTH));
        return this;
    }

    /** Label of an entry, the first being 0. */
    public int label(int entry) {
        return get(entry, TOP_LABEL);
    }

    /** Sets label. */
    public Mpls label(int entry, int value) {
        return set(entry, TOP_LABEL, value);
    }

    /** Traffic class of an entry, once called experimental. */
    public int tc(int entry) {
        return get(entry, TOP_TC);
    }

    /** Sets tc. */
    public Mpls tc(int entry, int value) {
        return set(entry, TOP_TC, value);
    }

    /** Whether an entry says that it is the last. */
    public boolean bottom(int entry) {
        return get(entry, TOP_BOTTOM) != 0;
    }

    /** Sets bottom. */
    public Mpls bottom(int entry, boolean value) {
        return set(entry, TOP_BOTTOM, value ? 1 : 0);
    }

    /** Time to live of an entry. */
    public int ttl(int entry) {
        return get(entry, TOP_TTL);
    }

    /** Sets ttl. */
    public Mpls ttl(int entry, int value) {
        return set(entry, TOP_TTL, value);
    }

    private int get(int entry, FixedField field) {
        return (int) field.get(buffer(), offset() + LENGTH * Objects.checkIndex(entry, depth()));
    }

    private Mpls set(int entry, FixedField field, int value) {
        field.set(buffer(), offset() + LENGTH * Objects.checkIndex(entry, depth()), value);
        return this;
    }

    private static ComputedField each(String name, FixedField field, String label) {
        return ComputedField.of(name, field.type(), label, (h, occurrence, out) -> {
            if (occurrence >= h.headerLength() / LENGTH) {
                return false;
            }
            out.setNumber(field.get(h.buffer(), h.offset() + LENGTH * occurrence));
            return true;
        });
    }

    private static ComputedField last(String name, FixedField field, String label) {
        return ComputedField.number(
                name,
                field.type(),
                label,
                LENGTH,
                h -> field.get(h.buffer(), h.offset() + LENGTH * (h.headerLength() / LENGTH - 1)));
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        int length = LENGTH;
        while (length <= available && (Bits.u8(p.buffer(), offset + length - 2) & 1) == 0) {
            length += LENGTH;
        }
        if (length > available) {
            p.truncated(PROTOCOL, offset, end, length);
            return;
        }
        int next = offset + length;
        if (p.add(PROTOCOL, offset, next, end) && available > length) {
            carried(p, (int) TOP_LABEL.get(p.buffer(), next - LENGTH), next, end);
        }
    }

    private static void carried(PacketParser p, int label, int offset, int end) {
        if (label == ASSOCIATED_CHANNEL) {
            PwAssociatedChannel.dissect(p, offset, end);
            return;
        }
        switch (Bits.u8(p.buffer(), offset) >>> 4) {
            case 4 -> Ipv4.dissect(p, offset, end);
            case 6 -> Ipv6.dissect(p, offset, end);
            case 1 -> PwAssociatedChannel.dissect(p, offset, end);
            case 0 -> PwControlWord.dissectOrEthernet(p, offset, end);
            default -> {
                // of a kind that only those who agreed on the label know
            }
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            for (int at = assembly.offset(); at < assembly.headerEnd(); at += LENGTH) {
                TOP_BOTTOM.set(assembly.buffer(), at, at + LENGTH == assembly.headerEnd() ? 1 : 0);
            }
        }
    }

    @Override
    public String summary() {
        return "MPLS label " + label(0) + (depth() > 1 ? " and " + (depth() - 1) + " more" : "");
    }
}
