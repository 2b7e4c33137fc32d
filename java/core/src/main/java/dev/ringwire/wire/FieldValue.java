package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Where {@link Field#read} puts what it found: a number, or a range of bytes that stay where they are. Reused by its
 * owner, so that reading allocates nothing; a range is borrowed like the header it came from.
 */
public final class FieldValue {
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private long number;
    private ByteBuffer buffer = NO_BYTES;
    private int offset;
    private int length;
    private byte[] own = {};
    private ByteBuffer ownBuffer = NO_BYTES;

    /** Holds nothing yet. */
    public FieldValue() {}

    /** An unsigned number, a flag, or an address of up to 48 bits. */
    public long number() {
        return number;
    }

    /** The memory of a range, to be read by absolute index. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** First byte of the range. */
    public int offset() {
        return offset;
    }

    /** Bytes in the range. */
    public int length() {
        return length;
    }

    /** A range as text in UTF-8. */
    String text() {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** For fields: the value is a number. */
    public void setNumber(long number) {
        this.number = number;
    }

    /** For fields: the value is a range of bytes. */
    public void setRange(ByteBuffer buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    /**
     * For fields: room for text that the packet does not hold as it is shown. What was there is kept while the room
     * grows; {@link #setText} makes the beginning of it the value.
     */
    public byte[] room(int bytes) {
        if (own.length < bytes) {
            own = Arrays.copyOf(own, Math.max(bytes, 2 * own.length));
            ownBuffer = ByteBuffer.wrap(own);
        }
        return own;
    }

    /** For fields: the value is the first bytes of {@link #room}. */
    public void setText(int bytes) {
        setRange(ownBuffer, 0, bytes);
    }

    /** The value as an object of the type that {@link FieldType} names. */
    public Object toObject(FieldType type) {
        return switch (type) {
            case DECIMAL, SIGNED, HEX -> number;
            case FLAG -> number != 0;
            case MAC -> new MacAddress(number);
            case IPV4 -> new Ipv4Address((int) number);
            case IPV6 -> new Ipv6Address(Bits.i64(buffer, offset), Bits.i64(buffer, offset + 8));
            case BYTES -> {
                byte[] bytes = new byte[length];
                buffer.get(offset, bytes);
                yield bytes;
            }
            case TEXT -> text();
            case TIME ->
                Instant.ofEpochSecond(Math.floorDiv(number, 1_000_000_000L), Math.floorMod(number, 1_000_000_000L));
        };
    }
}
