package dev.ringwire.stack.network;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fragments of one packet that have come so far. */
final class FragmentedPacket {
    /** What keeping a packet, or one fragment of it, costs besides its bytes, roughly. */
    static final int OVERHEAD = 256;

    /** Fragments begin at a multiple of so many bytes. */
    private static final int UNIT = 8;

    private static final int LONGEST = 65_535;
    private static final int UNKNOWN = -1;

    /** What became of a fragment. */
    enum Added {
        TAKEN,
        /** The same has come before. */
        COPY,
        OVERLAP,
        MALFORMED
    }

    /** One fragment. */
    private static final class Piece {
        final int from;
        final byte[] bytes;
        final int arrival;

        Piece(int from, byte[] bytes, int arrival) {
            this.from = from;
            this.bytes = bytes;
            this.arrival = arrival;
        }

        int to() {
            return from + bytes.length;
        }
    }

    final Reassembly.Key key;
    final long deadline;
    int bytes;

    private final List<Piece> pieces = new ArrayList<>();
    /** Units that are there. */
    private final BitSet covered = new BitSet();

    private int end = UNKNOWN;
    private @Nullable PacketBuffer first;
    private int prefix;
    private int congestion;
    private boolean dead;

    FragmentedPacket(Reassembly.Key key, long deadline) {
        this.key = key;
        this.deadline = deadline;
    }

    int count() {
        return pieces.size();
    }

    /** The first fragment, if it has come. */
    @Nullable
    PacketBuffer first() {
        return first;
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
        pieces.clear();
        covered.clear();
        first = null;
    }

    /** Bytes that keeping a fragment costs; the first is kept with its headers, too. */
    int cost(PacketBuffer fragment, int from) {
        return OVERHEAD + (from == 0 ? 2 * fragment.length() + PacketBuffer.HEADROOM : fragment.length());
    }

    Added add(PacketBuffer fragment, int from, boolean more, int headers, OverlapPolicy policy) {
        int length = fragment.length();
        int to = from + length;
        if (length == 0 || more && length % UNIT != 0 || tooLong(to, headers, fragment) || !endFits(to, more)) {
            return Added.MALFORMED;
        }
        int firstUnit = from / UNIT;
        int lastUnit = (to + UNIT - 1) / UNIT;
        int hit = covered.nextSetBit(firstUnit);
        if (hit >= 0 && hit < lastUnit && policy == OverlapPolicy.STRICT) {
            return isCopy(fragment, from, to) ? Added.COPY : Added.OVERLAP;
        }
        if (!more) {
            end = to;
        }
        covered.set(firstUnit, lastUnit);
        byte[] copy = new byte[length];
        fragment.bytes().get(fragment.offset(), copy);
        pieces.add(new Piece(from, copy, pieces.size()));
        // Two of four: the packet was marked as delayed on its way (RFC 3168 section 5.3).
        congestion |= (fragment.trafficClass() & 3) == 3 ? 3 : 0;
        PacketBuffer known = first;
        if (from == 0 && (known == null || policy != OverlapPolicy.FIRST && policy != OverlapPolicy.BSD)) {
            first = fragment.copy();
            prefix = headers;
        }
        return Added.TAKEN;
    }

    /** 65535 is the longest an IPv4 packet, and the longest payload of an IPv6 header, can be. */
    private static boolean tooLong(int end, int headers, PacketBuffer packet) {
        return end + headers > LONGEST + (packet.isIpv6() ? Ipv6Layer.HEADER : 0);
    }

    /** Whether headers of the first fragment and payload make no packet that is too long; once it is whole. */
    boolean fits() {
        return !tooLong(end, prefix, Objects.requireNonNull(first));
    }

    /** Whether the packet ends at one place only, and behind all that has come. */
    private boolean endFits(int to, boolean more) {
        if (end != UNKNOWN) {
            return more ? to <= end : to == end;
        }
        return more || covered.length() * UNIT <= to;
    }

    private boolean isCopy(PacketBuffer fragment, int from, int to) {
        ByteBuffer bytes = fragment.bytes().duplicate().limit(fragment.end()).position(fragment.offset());
        for (Piece piece : pieces) {
            if (piece.from == from && piece.to() == to && bytes.equals(ByteBuffer.wrap(piece.bytes))) {
                return true;
            }
        }
        return false;
    }

    boolean isWhole() {
        return end != UNKNOWN && covered.cardinality() == (end + UNIT - 1) / UNIT;
    }

    /** The packet, from its payload on. */
    PacketBuffer whole(StackContext context, OverlapPolicy policy) {
        PacketBuffer head = Objects.requireNonNull(first);
        PacketBuffer whole = context.take();
        whole.copyKnowledge(head);
        int link = head.linkOffset() < 0 ? 0 : head.networkOffset() - head.linkOffset();
        int at = whole.offset() - prefix;
        whole.bytes().put(at - link, head.bytes(), head.networkOffset() - link, link + prefix);
        whole.linkOffset(link == 0 ? -1 : at - link);
        whole.networkOffset(at);
        whole.trafficClass(whole.trafficClass() | congestion);
        // The last that is written at a place is the one that counts there.
        pieces.sort(order(policy));
        int payload = whole.append(end);
        for (Piece piece : pieces) {
            whole.bytes().put(payload + piece.from, piece.bytes);
        }
        return whole;
    }

    private static Comparator<Piece> order(OverlapPolicy policy) {
        Comparator<Piece> arrival = Comparator.comparingInt(piece -> piece.arrival);
        Comparator<Piece> place = Comparator.comparingInt(piece -> piece.from);
        return switch (policy) {
            case STRICT, LAST -> arrival;
            case FIRST -> arrival.reversed();
            case BSD -> place.reversed().thenComparing(arrival.reversed());
            case LINUX -> place.reversed().thenComparing(arrival);
            case BSD_RIGHT -> place.thenComparing(arrival);
        };
    }
}
