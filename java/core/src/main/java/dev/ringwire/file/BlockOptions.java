package dev.ringwire.file;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options of a pcapng block or packet, in order; a code may be there more than once. Immutable: {@code with} gives
 * new ones. Options nobody here knows are kept as they are.
 *
 * <pre>{@code
 * BlockOptions options = BlockOptions.NONE.with(CaptureInterface.IF_NAME, "eth0").withComment("uplink");
 * }</pre>
 *
 * Source: draft-ietf-opsawg-pcapng section 3.5.
 */
public final class BlockOptions {
    /** None at all. */
    public static final BlockOptions NONE = new BlockOptions(ByteBuffer.allocate(0), true);

    /** Code of a comment, in every block. */
    public static final int COMMENT = 1;
    /** Code of a packet's flags, 4 bytes: direction, reception type, length of the check sequence, errors of the link. */
    public static final int EPB_FLAGS = 2;
    /** Code of a packet's hash: it holds for the bytes it was made of. */
    public static final int EPB_HASH = 3;
    /** Code of how many packets were lost before this one, 8 bytes. */
    public static final int EPB_DROPCOUNT = 4;

    private static final int LONGEST = 0xffff;

    // Codes, lengths and values as in a file, without opt_endofopt; never changed.
    private final ByteBuffer encoded;
    private final boolean big;

    private BlockOptions(ByteBuffer encoded, boolean big) {
        this.encoded = encoded;
        this.big = big;
    }

    /** Copies what stands there, up to the end or the first that reaches over it. */
    static BlockOptions read(ByteBuffer b, boolean big, int from, int end) {
        PcapngOptions walk = new PcapngOptions(b, big, from, end);
        int to = from;
        while (walk.next()) {
            to = walk.end();
        }
        if (to == from) {
            return NONE;
        }
        return new BlockOptions(ByteBuffer.allocate(to - from).put(0, b, from, to - from), big);
    }

    PcapngOptions walk() {
        return new PcapngOptions(encoded, big, 0, encoded.capacity());
    }

    /** Aims a walk at them. */
    void walk(PcapngOptions walk) {
        walk.aim(encoded, big, 0, encoded.capacity());
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return encoded.capacity() == 0;
    }

    /** The codes, in order. */
    public List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        PcapngOptions walk = walk();
        while (walk.next()) {
            codes.add(walk.code);
        }
        return codes;
    }

    /** The value of the first option of a code, numbers in the byte order of the file; null if there is none. */
    public byte @Nullable [] value(int code) {
        List<byte[]> values = values(code);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The values of all options of a code, as {@link #value}. */
    public List<byte[]> values(int code) {
        List<byte[]> values = new ArrayList<>();
        PcapngOptions walk = walk();
        while (walk.next()) {
            if (walk.code == code) {
                values.add(walk.bytes());
            }
        }
        return values;
    }

    /** The first option of a code as text, without the zeros some writers append; the empty string if there is none. */
    public String text(int code) {
        PcapngOptions walk = walk();
        while (walk.next()) {
            if (walk.code == code) {
                return walk.text();
            }
        }
        return "";
    }

    /** The first option of a code as number, unsigned; empty if there is none of 1, 2, 4 or 8 bytes. */
    public OptionalLong number(int code) {
        PcapngOptions walk = walk();
        while (walk.next()) {
            if (walk.code == code) {
                return switch (walk.length) {
                    case 1 -> OptionalLong.of(Bits.u8(encoded, walk.value));
                    case 2 -> OptionalLong.of(big ? Bits.u16(encoded, walk.value) : Bits.u16Le(encoded, walk.value));
                    case 4 -> OptionalLong.of(walk.u32() & 0xffff_ffffL);
                    case 8 -> OptionalLong.of(walk.u64());
                    default -> OptionalLong.empty();
                };
            }
        }
        return OptionalLong.empty();
    }

    /** The comments. */
    public List<String> comments() {
        List<String> comments = new ArrayList<>();
        PcapngOptions walk = walk();
        while (walk.next()) {
            if (walk.code == COMMENT) {
                comments.add(walk.text());
            }
        }
        return comments;
    }

    /** These and a comment. */
    public BlockOptions withComment(String text) {
        return with(COMMENT, text);
    }

    /** These and one of text. */
    public BlockOptions with(int code, String text) {
        return with(code, text.getBytes(StandardCharsets.UTF_8));
    }

    /** These and one whose value is a 32-bit number. */
    public BlockOptions with32(int code, int number) {
        ByteBuffer value = ByteBuffer.allocate(4);
        if (big) {
            Bits.put32(value, 0, number);
        } else {
            Bits.put32Le(value, 0, number);
        }
        return with(code, value.array());
    }

    /** These and one whose value is a 64-bit number. */
    public BlockOptions with64(int code, long number) {
        ByteBuffer value = ByteBuffer.allocate(8);
        Bits.put64(value, 0, big ? number : Long.reverseBytes(number));
        return with(code, value.array());
    }

    /**
     * These and one of bytes.
     *
     * @throws IllegalArgumentException if the code is not in 1..65535 or the value longer than 65535 bytes
     */
    public BlockOptions with(int code, byte[] value) {
        if (code < 1 || code > LONGEST || value.length > LONGEST) {
            throw new IllegalArgumentException("option " + code + " of " + value.length + " bytes: both are at most "
                    + LONGEST + ", the code at least 1");
        }
        int size = encoded.capacity();
        ByteBuffer more = ByteBuffer.allocate(size + 4 + (value.length + 3 & ~3));
        more.put(0, encoded, 0, size);
        if (big) {
            Bits.put16(more, size, code);
            Bits.put16(more, size + 2, value.length);
        } else {
            Bits.put16Le(more, size, code);
            Bits.put16Le(more, size + 2, value.length);
        }
        more.put(size + 4, value);
        return new BlockOptions(more, big);
    }

    /** These but those of a code. */
    public BlockOptions without(int code) {
        if (value(code) == null) {
            return this;
        }
        BlockOptions kept = new BlockOptions(NONE.encoded, big);
        PcapngOptions walk = walk();
        while (walk.next()) {
            if (walk.code != code) {
                kept = kept.with(walk.code, walk.bytes());
            }
        }
        return kept;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof BlockOptions other && (big == other.big || isEmpty()) && encoded.equals(other.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("[");
        PcapngOptions walk = walk();
        while (walk.next()) {
            out.append(out.length() == 1 ? "" : ", ")
                    .append(walk.code)
                    .append(":")
                    .append(walk.length);
        }
        return out.append("]").toString();
    }
}
