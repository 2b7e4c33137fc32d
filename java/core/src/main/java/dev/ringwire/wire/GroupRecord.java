package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a host says of one multicast group, in a report of IGMPv3 (RFC 3376 section 4.2.4) or MLDv2 (RFC 3810 section
 * 5.2.4).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |  Record Type  |  Aux Data Len |     Number of Sources (N)     |
 * |              Multicast Address (4 or 16 bytes)                |
 * |                    N source addresses ...                     |
 * |                    Auxiliary data ...                         |
 * </pre>
 *
 * @param <A> {@link dev.ringwire.address.Ipv4Address} or {@link dev.ringwire.address.Ipv6Address}
 */
public final class GroupRecord<A> {
    /** Values of {@link #type}. */
    public static final int MODE_IS_INCLUDE = 1;

    public static final int MODE_IS_EXCLUDE = 2;
    public static final int CHANGE_TO_INCLUDE_MODE = 3;
    public static final int CHANGE_TO_EXCLUDE_MODE = 4;
    public static final int ALLOW_NEW_SOURCES = 5;
    public static final int BLOCK_OLD_SOURCES = 6;

    private final int type;
    private final A group;
    private final List<A> sources;
    private final byte[] auxData;

    /** A record without auxiliary data, as both RFCs want them. */
    public GroupRecord(int type, A group, List<A> sources) {
        this(type, group, sources, new byte[0]);
    }

    /**
     * A record.
     *
     * @throws IllegalArgumentException if the type is not 0..255, there are more than 65535 sources, or the auxiliary
     *     data is no multiple of four bytes or longer than 1020
     */
    public GroupRecord(int type, A group, List<A> sources, byte[] auxData) {
        if (type < 0 || type > 0xff || sources.size() > 0xffff || auxData.length % 4 != 0 || auxData.length > 1020) {
            throw new IllegalArgumentException("a group record has a type of 0..255, not " + type
                    + ", up to 65535 sources, not " + sources.size()
                    + ", and up to 1020 bytes of auxiliary data in fours, not " + auxData.length);
        }
        this.type = type;
        this.group = group;
        this.sources = List.copyOf(sources);
        this.auxData = auxData.clone();
    }

    /** Record type. */
    public int type() {
        return type;
    }

    /** The multicast address. */
    public A group() {
        return group;
    }

    /** The source addresses. */
    public List<A> sources() {
        return sources;
    }

    /** Auxiliary data, mostly none. */
    public byte[] auxData() {
        return auxData.clone();
    }

    /** The layout of a list of records that starts at byte 8, with addresses of this many bytes. */
    static ListHeader.Layout layout(FixedField messageType, int report, int addressBytes) {
        return new ListHeader.Layout() {
            @Override
            public int first(Header header) {
                return header.headerLength() > 8 && header.get(messageType) == report ? 8 : -1;
            }

            @Override
            public int size(Header header, int at, int end) {
                return at + 4 > end ? -1 : sizeOf(header.buffer(), header.offset() + at, addressBytes);
            }
        };
    }

    /** A field's value: the auxiliary data of a record. */
    static boolean auxData(Header h, int at, int size, int i, FieldValue out) {
        int record = h.offset() + at;
        int length = 4 * Bits.u8(h.buffer(), record + 1);
        out.setRange(h.buffer(), record + size - length, length);
        return i == 0 && length > 0;
    }

    /** Bytes of the record that starts here. */
    static int sizeOf(ByteBuffer b, int at, int addressBytes) {
        int sources = Bits.u16(b, at + 2);
        return 4 + addressBytes * (1 + sources) + 4 * Bits.u8(b, at + 1);
    }

    /** Bytes of a report up to the end of its last record, or more than there are if one is not whole. */
    static int reportLength(ByteBuffer b, int offset, int available, int addressBytes) {
        int length = 8;
        for (int left = Bits.u16(b, offset + 6); left > 0 && length <= available; left--) {
            length += length + 4 > available ? 4 + addressBytes : sizeOf(b, offset + length, addressBytes);
        }
        return length;
    }

    /** The bytes of records, each with its lengths right. */
    static <A> byte[] encode(List<GroupRecord<A>> records, int addressBytes, Function<A, byte[]> bytes) {
        int length = 0;
        for (GroupRecord<A> record : records) {
            length += 4 + addressBytes * (1 + record.sources.size()) + record.auxData.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (GroupRecord<A> record : records) {
            out.put((byte) record.type).put((byte) (record.auxData.length / 4));
            out.putShort((short) record.sources.size()).put(bytes.apply(record.group));
            record.sources.forEach(source -> out.put(bytes.apply(source)));
            out.put(record.auxData);
        }
        return out.array();
    }

    /** The record in these bytes, whole. */
    static <A> GroupRecord<A> decode(ByteBuffer b, int at, int addressBytes, Function<byte[], A> address) {
        int count = Bits.u16(b, at + 2);
        var addresses = new ArrayList<A>(1 + count);
        byte[] bytes = new byte[addressBytes];
        for (int i = 0; i <= count; i++) {
            b.get(at + 4 + i * addressBytes, bytes);
            addresses.add(address.apply(bytes));
        }
        byte[] aux = new byte[4 * Bits.u8(b, at + 1)];
        b.get(at + 4 + (1 + count) * addressBytes, aux);
        return new GroupRecord<>(Bits.u8(b, at), addresses.get(0), addresses.subList(1, 1 + count), aux);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof GroupRecord<?> other
                && type == other.type
                && group.equals(other.group)
                && sources.equals(other.sources)
                && Arrays.equals(auxData, other.auxData);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type + group.hashCode()) + sources.hashCode();
    }

    @Override
    public String toString() {
        return "GroupRecord[type " + type + ", group " + group + ", sources " + sources
                + (auxData.length == 0 ? "" : ", " + auxData.length + " bytes of auxiliary data") + "]";
    }
}
