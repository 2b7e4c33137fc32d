package dev.ringwire.frame;

import dev.ringwire.bytes.Lease;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One frame as it was on the wire, with what its source knows of it. Borrowed from the source until the source's next
 * call to {@code next}: {@link #copy()} keeps it. Accessors read the source's own record in place; nothing is filled in
 * that nobody asks for.
 *
 * <p>The bytes are {@link #buffer()} from {@link #offset()} over {@link #length()}. A VLAN tag that the network card
 * or kernel took out of the frame stands in the bytes again; {@link #strippedVlanTag()} tells that it was out.
 */
public abstract class Frame extends Lease {
    private @Nullable ByteBuffer buffer;
    private int offset;
    private int length;

    /** For sources. */
    protected Frame() {}

    /**
     * Points this frame at its next bytes and ends every loan over the former ones.
     *
     * @param buffer the memory; its position and limit are not used but must enclose the range
     * @param offset absolute index of the first byte
     * @param length captured bytes
     */
    protected final void aim(ByteBuffer buffer, int offset, int length) {
        endLoans();
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    /**
     * Points this frame at its next bytes in the memory it is in, and ends every loan over the former ones; much cheaper
     * than naming the same buffer again.
     */
    protected final void aim(int offset, int length) {
        endLoans();
        this.offset = offset;
        this.length = length;
    }

    /** The memory this frame is in, without a word if it is in none. */
    protected final @Nullable ByteBuffer memory() {
        return buffer;
    }

    /** Takes the bytes away: every later access to them throws. */
    protected final void release() {
        endLoans();
        buffer = null;
    }

    /**
     * The memory that holds the frame, to be read by absolute index only.
     *
     * @throws IllegalStateException before the first frame and after the source closed
     */
    public final ByteBuffer buffer() {
        ByteBuffer b = buffer;
        if (b == null) {
            throw new IllegalStateException("no frame here: the source has not read one yet, or is closed");
        }
        return b;
    }

    /** Index of the first byte in {@link #buffer()}; means nothing where that throws. */
    public final int offset() {
        return offset;
    }

    /** Captured bytes; at most {@link #originalLength()} unless the source is inconsistent. */
    public final int length() {
        return length;
    }

    /** Bytes the frame had on the wire. */
    public abstract int originalLength();

    /** Whether the source knows when the frame was captured; only pcapng's simple packets do not say. */
    public boolean hasTimestamp() {
        return true;
    }

    /**
     * Nanoseconds since 1970-01-01T00:00Z, 0 without {@link #hasTimestamp()}; what the resolution of the source does not
     * hold is zero.
     */
    public abstract long timestampNanos();

    /** {@link #timestampNanos()} for people. */
    public final Instant timestamp() {
        long ns = timestampNanos();
        return Instant.ofEpochSecond(Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L));
    }

    /** What the first byte is. */
    public abstract LinkType linkType();

    /** Index of the interface in the source: its place in a pcapng section, or the kernel's ifindex; 0 if unknown. */
    public int interfaceId() {
        return 0;
    }

    /** Name of that interface, or the empty string. */
    public String interfaceName() {
        return "";
    }

    /** Which way the frame went. */
    public Direction direction() {
        return Direction.UNKNOWN;
    }

    /** TPID in the upper, TCI in the lower 16 bits of the tag that was stripped from the frame, or 0 if none was. */
    public int strippedVlanTag() {
        return 0;
    }

    /**
     * Whether its transport checksum need not be looked at: the kernel or the network card found it right, or the frame
     * has not left this computer and nobody has filled it in.
     */
    public boolean checksumTrusted() {
        return false;
    }

    /** Most bytes of payload in each of the segments that this frame was put together from; 0 if it is one, or unknown. */
    public int gsoSize() {
        return 0;
    }

    /** One captured byte, {@code 0 <= index < length()}. */
    public final byte get(int index) {
        return buffer().get(offset + Objects.checkIndex(index, length));
    }

    /** The captured bytes in an array of their own. */
    public final byte[] bytes() {
        byte[] out = new byte[length];
        buffer().get(offset, out);
        return out;
    }

    /** The captured bytes as a read-only buffer, borrowed like the frame. */
    public final ByteBuffer slice() {
        return buffer().slice(offset, length).asReadOnlyBuffer();
    }

    /** A frame with the same bytes and metadata, owned by the caller for as long as it likes. */
    public final Frame copy() {
        return new KeptFrame(
                bytes(),
                originalLength(),
                hasTimestamp(),
                timestampNanos(),
                linkType(),
                interfaceId(),
                interfaceName(),
                direction(),
                strippedVlanTag(),
                checksumTrusted(),
                gsoSize());
    }

    /** A frame over the caller's own bytes, captured whole. */
    public static Frame of(byte[] bytes, LinkType linkType, long timestampNanos) {
        return new KeptFrame(
                bytes, bytes.length, true, timestampNanos, linkType, 0, "", Direction.UNKNOWN, 0, false, 0);
    }

    @Override
    public String toString() {
        return buffer == null
                ? "Frame[none]"
                : "Frame[" + timestamp() + " " + linkType() + " " + length + " of " + originalLength() + " bytes]";
    }
}
