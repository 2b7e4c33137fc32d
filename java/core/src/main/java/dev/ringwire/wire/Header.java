package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.bytes.Lease;
import java.nio.ByteBuffer;

/**
 * A protocol header: always a view, over a frame when decoded and over storage of its own when crafted. Decoded headers
 * are borrowed from their frame and throw {@link IllegalStateException} once the frame's source has moved on. Every
 * accessor reads big-endian bytes in place; every setter writes what it is told and corrects nothing else.
 *
 * <p>A protocol of one's own extends this with its fields, a public constructor without arguments that calls
 * {@link #Header(int)}, and accessors over {@link #get} and {@link #put}.
 */
public abstract class Header {
    private ByteBuffer buffer;
    private Lease lease = Lease.OWNED;
    private int generation;
    private int offset;
    private int headerLength;
    private int end;
    private int limit;
    private int revision;

    /** A header over {@code length} zero bytes of its own. */
    protected Header(int length) {
        own(ByteBuffer.allocate(length), length);
    }

    private void own(ByteBuffer storage, int headerLength) {
        buffer = storage;
        lease = Lease.OWNED;
        generation = Lease.OWNED.generation();
        offset = 0;
        this.headerLength = headerLength;
        end = storage.capacity();
        limit = end;
        revision++;
    }

    /** Makes this a view; the caller has proved the bounds. */
    @SuppressWarnings("ReferenceEquality") // is meant
    final void aim(Lease lease, int generation, ByteBuffer buffer, int offset, int headerLength, int end, int limit) {
        // Storing a reference costs the collector's barrier, and mostly it is the same one.
        if (this.lease != lease) {
            this.lease = lease;
        }
        if (this.buffer != buffer) {
            this.buffer = buffer;
        }
        this.generation = generation;
        this.offset = offset;
        this.headerLength = headerLength;
        this.end = end;
        this.limit = limit;
        revision++;
    }

    /** A view of the same kind and length over other bytes, which have the same header. */
    final Header over(ByteBuffer bytes, int at, int end) {
        Header header = protocol().newHeader().get();
        int body = bodyLength();
        // What was not captured still belongs to it.
        int nominal = body > bodyCaptured() ? Math.max(end, at + headerLength + body) : end;
        header.aim(Lease.OWNED, Lease.OWNED.generation(), bytes, at, headerLength, nominal, bytes.capacity());
        return header;
    }

    /** Changes when this header may have other bytes than before: for what a protocol remembers of a header. */
    protected final int revision() {
        return revision;
    }

    /** What this is a header of. */
    public abstract Protocol protocol();

    /**
     * The memory that holds the header, to be read by absolute index only.
     *
     * @throws IllegalStateException if it was borrowed and has gone back
     */
    public final ByteBuffer buffer() {
        if (lease.generation() != generation) {
            throw Lease.ended(protocol().name() + " header");
        }
        return buffer;
    }

    /** Index of the header's first byte in {@link #buffer()}. */
    public final int offset() {
        return offset;
    }

    /** Bytes of the header with its options. */
    public final int headerLength() {
        return headerLength;
    }

    /** Bytes behind the header that it carries by the length fields; more than were captured, perhaps. */
    public final int bodyLength() {
        return end - offset - headerLength;
    }

    /** Bytes of what it carries that are here: {@link #bodyLength()} cut to what was captured. */
    public final int bodyCaptured() {
        return Math.max(0, Math.min(end, limit) - offset - headerLength);
    }

    /** A copy of the header's bytes, options included, payload not. */
    public final byte[] toBytes() {
        byte[] out = new byte[headerLength];
        buffer().get(offset, out);
        return out;
    }

    /** Bytes of this header from {@code from} to its end: its options. */
    protected final byte[] tail(int from) {
        byte[] out = new byte[Math.max(0, headerLength - from)];
        buffer().get(offset + from, out);
        return out;
    }

    /** Replaces the bytes of this header from {@code from} on; the header owns its storage afterwards. */
    protected final void tail(int from, byte[] bytes) {
        int payload = bodyCaptured();
        ByteBuffer storage = ByteBuffer.allocate(from + bytes.length + payload);
        storage.put(0, buffer(), offset, from);
        storage.put(from, bytes);
        storage.put(from + bytes.length, buffer(), offset + headerLength, payload);
        own(storage, from + bytes.length);
    }

    /** Whether this header has the field: its condition holds and its bytes are inside the header. */
    public final boolean has(Field field) {
        return field.read(this, 0, new FieldValue());
    }

    /**
     * Reads a field of up to 64 bits as an unsigned number, whether its condition holds or not.
     *
     * @throws IllegalStateException if the field lies behind the end of this header
     */
    public final long get(FixedField field) {
        if (field.byteEnd() > headerLength) {
            throw tooShort(field);
        }
        return field.get(buffer(), offset);
    }

    final IllegalStateException tooShort(FixedField field) {
        return new IllegalStateException(
                "this " + protocol().name() + " header of " + headerLength + " bytes has no " + field.name());
    }

    // The accessors below read fields that every header of a protocol has: its dissector has proved that they are
    // there.

    /** Reads a field of up to 31 bits. */
    protected final int getInt(FixedField field) {
        return (int) field.get(buffer(), offset);
    }

    /** Reads a bit. */
    protected final boolean getFlag(FixedField field) {
        return field.get(buffer(), offset) != 0;
    }

    /** Reads a MAC address field. */
    protected final MacAddress getMac(FixedField field) {
        return new MacAddress(field.get(buffer(), offset));
    }

    /** Reads an IPv4 address field. */
    protected final Ipv4Address getIpv4(FixedField field) {
        return new Ipv4Address((int) field.get(buffer(), offset));
    }

    /** Reads an IPv6 address field. */
    protected final Ipv6Address getIpv6(FixedField field) {
        int at = offset + field.byteOffset();
        return new Ipv6Address(Bits.i64(buffer(), at), Bits.i64(buffer, at + 8));
    }

    /**
     * Writes a field.
     *
     * @throws IllegalArgumentException if the value does not fit, naming the field and its range
     * @throws IllegalStateException if the field lies behind the end of this header
     * @throws java.nio.ReadOnlyBufferException if the header is a view over memory that may not be written
     */
    protected final void put(FixedField field, long value) {
        if (field.byteEnd() > headerLength) {
            throw tooShort(field);
        }
        field.set(buffer(), offset, value);
        revision++;
    }

    /** Writes an IPv6 address field. */
    protected final void put(FixedField field, Ipv6Address value) {
        if (field.byteEnd() > headerLength) {
            throw tooShort(field);
        }
        int at = offset + field.byteOffset();
        Bits.put64(buffer(), at, value.high());
        Bits.put64(buffer(), at + 8, value.low());
        revision++;
    }

    /**
     * Writes a field of up to 64 bits by its statement, as the setter named after it does; for code that has names of
     * fields and not of methods.
     *
     * @throws IllegalArgumentException if the value does not fit, naming the field and its range, or if the field is
     *     an IPv6 address
     * @throws IllegalStateException if the field lies behind the end of this header
     * @throws java.nio.ReadOnlyBufferException if the header is a view over memory that may not be written
     */
    public final void set(FixedField field, long value) {
        if (field.byteEnd() > headerLength) {
            throw tooShort(field);
        }
        if (field.type() == FieldType.IPV6) {
            throw new IllegalArgumentException(field.name() + " is an IPv6 address, not a number");
        }
        put(field, value);
    }

    /**
     * Writes a field by text: numbers in decimal or, with {@code 0x}, in hexadecimal; flags as 0 or 1; addresses as they
     * are shown.
     *
     * @throws IllegalArgumentException if the text is no such value or the value does not fit, naming the field
     * @throws IllegalStateException if the field lies behind the end of this header
     * @throws java.nio.ReadOnlyBufferException if the header is a view over memory that may not be written
     */
    public final void set(FixedField field, String text) {
        if (field.type() != FieldType.IPV6) {
            set(field, FieldFormat.parse(field, text));
            return;
        }
        if (field.byteEnd() > headerLength) {
            throw tooShort(field);
        }
        put(field, FieldFormat.parseIpv6(field, text));
    }

    /**
     * Fills in what {@link Packet#toBytes(Fix...)} asked for, in the packet being written. Called from the innermost
     * layer outwards. A header with neither length nor checksum has nothing to do.
     */
    protected void fix(Assembly assembly) {}

    /** One line that says what the header says, as a person would put it. */
    public String summary() {
        return protocol().name();
    }

    @Override
    public String toString() {
        return protocol().name() + " " + HeaderText.fields(this);
    }
}
