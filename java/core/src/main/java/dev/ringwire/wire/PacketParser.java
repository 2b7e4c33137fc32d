package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import dev.ringwire.bytes.Lease;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the headers of a frame and remembers where they are; allocates nothing. One parser serves one thread, frame
 * after frame:
 *
 * <pre>{@code
 * PacketParser parser = new PacketParser();
 * Tcp tcp = new Tcp();
 * while (source.next()) {
 *     parser.parse(source.frame());
 *     if (parser.view(tcp)) {
 *         count[tcp.dstPort()]++;
 *     }
 * }
 * }</pre>
 *
 * <p>Parsing never throws on what a frame holds: {@link #error()} says where decoding had to stop. Packets quoted inside
 * ICMP errors are kept apart: {@code view} does not see them.
 */
public final class PacketParser {
    /** Layers that one frame may have; decoding stops there. */
    public static final int MAX_LAYERS = 32;

    private static final String TOO_DEEP = "more than " + MAX_LAYERS + " layers";

    private static final int PRESENT_BITS = 64;
    private static final int END = -1;

    /** Calls of {@link #next} that one frame may take where protocols are not all built in. */
    private static final int MAX_STEPS = 4 * MAX_LAYERS;

    private final Protocols protocols;
    private boolean watched; // as dissectors that are not our own may fail
    private int steps;

    private Lease lease = Lease.OWNED;
    private int generation;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int limit;
    private int frameEnd; // by its length on the wire

    // Nothing here is cleared between frames: `total` says how many layers hold, `present` which protocols they have.
    // Layers touch, so that a header ends where the next layer starts.
    private final int[] ids = new int[MAX_LAYERS + 1]; // a store of a reference would cost a barrier
    private final long[] spans =
            new long[MAX_LAYERS + 1]; // where the layer starts, and in the upper half where it ends
    private int total;
    private int found; // total, and the layers of a quoted packet behind
    private long present;
    private int payloadOffset;
    private int payloadEnd;

    /** Layers before those of a quoted packet; -1 while nothing is quoted. */
    private int quotedFrom;

    private long quotedPresent;
    private int quotedEnd;

    /** The protocol of a header that is not whole, or -1. */
    private int partial;

    private int partialOffset;
    private int partialAvailable;

    private @Nullable Protocol errorLayer;
    private int errorOffset;
    private int errorEnd;
    private int errorNeeded;
    private @Nullable String errorReason;

    /** A parser that knows the {@link Protocols#installed} protocols and has seen no frame yet. */
    public PacketParser() {
        this(Protocols.installed());
    }

    /** A parser that knows these protocols and has seen no frame yet. */
    public PacketParser(Protocols protocols) {
        this.protocols = protocols;
        watched = !protocols.builtIn();
    }

    /** Finds the headers of a frame. Headers viewed through this parser are borrowed as the frame is. */
    public void parse(Frame frame) {
        int length = frame.length();
        begin(frame, frame.buffer(), frame.offset(), length);
        // An original length below the captured one is a lie of the file; the bytes are there.
        int end = start + Math.max(length, frame.originalLength());
        if (end < start) {
            end = limit;
        }
        link(frame.linkType(), end);
    }

    /**
     * Finds the headers of bytes that stay the caller's.
     *
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public void parse(ByteBuffer bytes, int offset, int length, LinkType linkType) {
        Objects.checkFromIndexSize(offset, length, bytes.capacity());
        begin(Lease.OWNED, bytes, offset, length);
        link(linkType, limit);
    }

    void parseAs(Protocol protocol, ByteBuffer bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.capacity());
        begin(Lease.OWNED, bytes, offset, length);
        frameEnd = limit;
        payload(offset, limit);
        watched |= !Protocols.standard().contains(protocol);
        next(protocol, offset, limit);
        finish();
    }

    @SuppressWarnings("ReferenceEquality") // is meant
    private void begin(Lease owner, ByteBuffer bytes, int offset, int length) {
        // Storing a reference costs the collector's barrier, and mostly it is the same one.
        if (lease != owner) {
            lease = owner;
        }
        if (buffer != bytes) {
            buffer = bytes;
        }
        generation = owner.generation();
        start = offset;
        limit = offset + length;
        present = 0;
        total = 0;
        quotedFrom = -1;
        partial = -1;
        if (errorLayer != null) {
            errorLayer = null;
        }
    }

    private void link(LinkType linkType, int end) {
        frameEnd = end;
        payload(start, end);
        switch (linkType.value()) {
            case 1 -> Ethernet.dissect(this, start, end);
            // DLT_RAW, DLT_RAW of OpenBSD, LINKTYPE_RAW, and the two that claim one version.
            case 12, 14, 101, 228, 229 -> ip(start, end);
            default -> nextOrNone(protocols.link(linkType.value()), start, end);
        }
        finish();
    }

    /** What was found inside a quoted packet is kept behind `total`. */
    private void finish() {
        if (watched) {
            steps = 0;
            proveBounds();
        }
        ids[total] = END;
        spans[total] = payloadOffset;
        if (quotedFrom >= 0) {
            found = total;
            total = quotedFrom;
            present = quotedPresent;
            payloadOffset = start(quotedFrom);
            payloadEnd = quotedEnd;
        } else {
            found = total;
        }
    }

    private int start(int layer) {
        return (int) spans[layer];
    }

    private int nominalEnd(int layer) {
        return (int) (spans[layer] >>> 32);
    }

    // ---- for dissectors ----

    /** The bytes being parsed, to be read by absolute index. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Bytes from {@code offset} that were captured and belong to the layer whose bytes end at {@code end}. */
    public int available(int offset, int end) {
        return Math.min(end, limit) - offset;
    }

    /**
     * Tells of a whole header. What it carries is the packet's payload, unless it is handed on.
     *
     * @param offset where it starts: where the layer before ends
     * @param headerEnd where it ends; the caller has proved that all of it was captured, and hands on what starts there
     * @param end where the bytes it carries end
     * @return false if the frame has too many layers already: return at once
     */
    public boolean add(Protocol protocol, int offset, int headerEnd, int end) {
        int i = total;
        if (i == MAX_LAYERS) {
            fail(protocol, offset, end, 0, TOO_DEEP);
            return false;
        }
        int id = protocol.id();
        ids[i] = id;
        spans[i] = (long) end << 32 | offset;
        present |= id < PRESENT_BITS ? 1L << id : 0;
        payloadOffset = headerEnd;
        payloadEnd = end;
        total = i + 1;
        return true;
    }

    /** The header needs more bytes than there are. What is there of it stays readable by field name. */
    public void truncated(Protocol protocol, int offset, int end, int needed) {
        partial(protocol, offset, Math.max(0, available(offset, end)));
        fail(protocol, offset, end, needed, null);
    }

    /**
     * The header says something about itself that cannot be.
     *
     * @param readable bytes of it that make sense, and stay readable by field name
     * @param needed bytes it would take
     * @param reason what is wrong, with the field's name and value
     */
    public void malformed(Protocol protocol, int offset, int end, int readable, int needed, String reason) {
        partial(protocol, offset, Math.max(0, Math.min(readable, available(offset, end))));
        fail(protocol, offset, end, needed, reason);
    }

    private void partial(Protocol protocol, int offset, int available) {
        partial = protocol.id();
        partialOffset = offset;
        partialAvailable = available;
    }

    private void fail(Protocol protocol, int offset, int end, int needed, @Nullable String reason) {
        payload(offset, end);
        // A quoted packet is cut by design, so its end is no error of the frame.
        if (quotedFrom < 0) {
            errorLayer = protocol;
            errorOffset = offset;
            errorEnd = end;
            errorNeeded = needed;
            errorReason = reason;
        }
    }

    private void payload(int offset, int end) {
        payloadOffset = offset;
        payloadEnd = end;
    }

    /** What follows is of an EtherType. */
    public void etherType(int type, int offset, int end) {
        switch (type) {
            case 0x0800 -> Ipv4.dissect(this, offset, end);
            case 0x86dd -> Ipv6.dissect(this, offset, end);
            default -> nextOrNone(protocols.etherType(type), offset, end);
        }
    }

    /** What follows is of an IP protocol number, or an IPv6 next header. */
    public void ipProtocol(int number, int offset, int end) {
        switch (number) {
            case 6 -> Tcp.dissect(this, offset, end);
            case 17 -> Udp.dissect(this, offset, end);
            default -> nextOrNone(protocols.ipProtocol(number), offset, end);
        }
    }

    /** What follows is IPv4 or IPv6, as the version in its first four bits says. */
    void ip(int offset, int end) {
        int version = available(offset, end) > 0 ? Bits.u8(buffer, offset) >>> 4 : 4;
        if (version == 6) {
            Ipv6.dissect(this, offset, end);
        } else {
            Ipv4.dissect(this, offset, end);
        }
    }

    /** What follows is what a UDP datagram between these ports carries. */
    void udpPorts(int a, int b, int offset, int end) {
        Protocol protocol = protocols.udpPort(a, b);
        if (protocol != null && available(offset, end) > 0) {
            next(protocol, offset, end);
        }
    }

    /** What follows is what a TCP segment between these ports carries. */
    void tcpPorts(int a, int b, int offset, int end) {
        Protocol protocol = protocols.tcpPort(a, b);
        if (protocol != null && available(offset, end) > 0) {
            next(protocol, offset, end);
        }
    }

    /** What follows is of the protocol that a value in a table means, if there is one; see {@link Selector}. */
    public void next(String table, int value, int offset, int end) {
        nextOrNone(protocols.other(table, value), offset, end);
    }

    /** What follows is of this protocol. */
    public void next(Protocol protocol, int offset, int end) {
        if (watched) {
            watch(protocol, offset, end);
        } else {
            protocol.dissector().dissect(this, offset, end);
        }
    }

    /** A dissector of the user's that fails, or never comes to an end, is an error of the packet. */
    private void watch(Protocol protocol, int offset, int end) {
        if (++steps > MAX_STEPS) {
            fail(protocol, offset, end, 0, TOO_DEEP);
            return;
        }
        int before = total;
        try {
            protocol.dissector().dissect(this, offset, end);
        } catch (RuntimeException | StackOverflowError e) {
            if (Protocols.standard().contains(protocol)) {
                throw e;
            }
            int at = payloadOffset;
            int to = payloadEnd;
            fail(protocol, offset, end, 0, "its dissector failed: " + e);
            if (total > before) {
                payload(at, to); // behind the header that it told of
            }
        }
        if (total > before && start(before) != offset) {
            drop(before, offset);
        } else if (total == before && (payloadOffset < offset || payloadOffset > limit)) {
            payload(offset, end);
        }
    }

    /** Drops the layers from the first on that its dissector said to be where it cannot be. */
    private void proveBounds() {
        if (partial >= 0 && (partialOffset < start || partialAvailable > limit - partialOffset)) {
            partial = -1;
        }
        for (int i = 0, from = start; i < total; i++) {
            int next = i + 1 < total ? start(i + 1) : payloadOffset;
            if (start(i) < from || next < start(i) || next > limit || nominalEnd(i) < next) {
                drop(i, Math.max(from, Math.min(start(i), limit)));
                break;
            }
            from = start(i);
        }
        if (total == 0) {
            payload(start, frameEnd);
        }
        // An end that cannot be is none, before it is counted with.
        payloadEnd = Math.max(payloadEnd, payloadOffset);
        errorEnd = Math.max(errorEnd, errorOffset);
    }

    private void drop(int layer, int at) {
        Protocol culprit = Protocol.byId(ids[layer]);
        total = layer;
        present = 0;
        for (int i = 0; i < layer; i++) {
            present |= ids[i] < PRESENT_BITS ? 1L << ids[i] : 0;
        }
        partial = -1;
        if (layer < quotedFrom) {
            quotedFrom = -1;
        }
        fail(culprit, at, limit, 0, "its dissector told of a header outside the bytes there are");
    }

    private void nextOrNone(@Nullable Protocol protocol, int offset, int end) {
        if (protocol != null) {
            next(protocol, offset, end);
        }
    }

    /** What follows is the start of a packet that an ICMP error quotes. */
    void quote(Protocol protocol, int offset, int end) {
        if (quotedFrom < 0) {
            quotedFrom = total;
            quotedPresent = present;
            quotedEnd = end;
        }
        protocol.dissector().dissect(this, offset, end);
    }

    // ---- for readers ----

    /** Layers found, not counting those of a quoted packet. */
    public int count() {
        return total;
    }

    /** Layers found; those from {@link #count()} on are of a quoted packet. */
    public int countWithQuoted() {
        return found;
    }

    /** The layer's protocol, outermost first and those of a quoted packet last. */
    public Protocol protocol(int layer) {
        return Protocol.byId(ids[Objects.checkIndex(layer, found)]);
    }

    /** The {@link Protocol#id()} of the layer's protocol, quicker than the protocol itself. */
    public int protocolId(int layer) {
        return ids[Objects.checkIndex(layer, found)];
    }

    /** Index of the layer's first byte in the frame's buffer. */
    public int offset(int layer) {
        return start(Objects.checkIndex(layer, found));
    }

    /** Index of the first byte behind the layer's header. */
    public int headerEnd(int layer) {
        return start(Objects.checkIndex(layer, found) + 1);
    }

    /** Index where the bytes that the layer carries end by the length fields: perhaps behind what was captured. */
    public int carriedEnd(int layer) {
        return nominalEnd(Objects.checkIndex(layer, found));
    }

    /** The protocol of the last header if that is not whole, which {@link #count()} leaves out; otherwise null. */
    public @Nullable Protocol partial() {
        return partial < 0 ? null : Protocol.byId(partial);
    }

    /** Index of the first byte of the header that {@link #partial()} tells of. */
    public int partialOffset() {
        return partialOffset;
    }

    /** How many bytes of the header that {@link #partial()} tells of can be read. */
    public int partialLength() {
        return partialAvailable;
    }

    /** Whether the frame has such a header, whole. */
    public boolean has(Protocol protocol) {
        return indexOf(protocol) >= 0;
    }

    /** The first layer of a protocol, or -1. */
    public int indexOf(Protocol protocol) {
        int id = protocol.id();
        if (id < PRESENT_BITS && (present & 1L << id) == 0) {
            return -1;
        }
        return indexOf(id, 0, total);
    }

    private int indexOf(int id, int from, int to) {
        for (int i = from; i < to; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** Points {@code header} at the first header of its protocol; false, and it stays as it was, if there is none. */
    public boolean view(Header header) {
        int layer = indexOf(header.protocol());
        if (layer < 0) {
            return false;
        }
        aim(header, layer);
        return true;
    }

    /**
     * Points {@code header} at the n-th header of its protocol, the outermost being 1.
     *
     * @throws IllegalArgumentException if {@code n} is below 1
     */
    public boolean view(Header header, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n counts from 1, not " + n);
        }
        int seen = 0;
        for (int i = indexOf(header.protocol());
                i >= 0;
                i = indexOf(header.protocol().id(), i + 1, total)) {
            if (++seen == n) {
                aim(header, i);
                return true;
            }
        }
        return false;
    }

    void aim(Header header, int layer) {
        int at = start(layer);
        header.aim(lease, generation, buffer, at, start(layer + 1) - at, nominalEnd(layer), limit);
    }

    /**
     * For queries by name: like {@code view} for the layer at or behind {@code from}, but also into a quoted packet, and
     * into the last header when it is cut short.
     *
     * @return where to go on looking, or -1 if there was none
     */
    public int viewAny(Header header, int from) {
        Protocol protocol = header.protocol();
        int layer;
        if (from == 0 && (layer = indexOf(protocol)) >= 0) {
            aim(header, layer);
            return layer + 1;
        }
        if (from == 0 && found == total && partial != protocol.id()) {
            return -1;
        }
        layer = indexOf(protocol.id(), from, found);
        if (layer >= 0) {
            aim(header, layer);
            return layer + 1;
        }
        if (partial == protocol.id() && from <= MAX_LAYERS) {
            header.aim(
                    lease,
                    generation,
                    buffer,
                    partialOffset,
                    partialAvailable,
                    partialOffset + partialAvailable,
                    limit);
            return MAX_LAYERS + 1;
        }
        return -1;
    }

    /** Index of the first byte that is not decoded, behind the last header. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Captured bytes of the payload, padding not included. */
    public int payloadLength() {
        return Math.max(0, Math.min(payloadEnd, limit) - payloadOffset);
    }

    Raw raw(int offset, int length) {
        var raw = new Raw();
        raw.aim(lease, generation, buffer, offset, length, offset + length, limit);
        return raw;
    }

    int end(int layer) {
        return Math.min(nominalEnd(layer), limit);
    }

    /** Why decoding stopped early, or null if it did not; made when asked for. */
    public @Nullable DecodeError error() {
        if (errorLayer == null) {
            return null;
        }
        int available = Math.max(0, available(errorOffset, errorEnd));
        String limitName = limitName();
        String reason = errorReason != null
                ? errorReason
                : "needs " + errorNeeded + " bytes, " + available + " are left by " + limitName;
        return new DecodeError(errorLayer.name(), errorOffset - start, errorNeeded, available, limitName, reason);
    }

    private String limitName() {
        if (limit < errorEnd) {
            return "frame.cap_len";
        }
        // To blame is the outermost layer that carries no more than this, and less than the layer around it.
        int outside = frameEnd;
        for (int i = 0; i < found; i++) {
            String field = Protocol.byId(ids[i]).lengthField();
            if (nominalEnd(i) == errorEnd && errorEnd < outside && !field.isEmpty()) {
                return field;
            }
            outside = nominalEnd(i);
        }
        return "frame.len";
    }

    @Override
    public String toString() {
        return "PacketParser"
                + Arrays.stream(ids, 0, total).mapToObj(Protocol::byId).toList();
    }
}
