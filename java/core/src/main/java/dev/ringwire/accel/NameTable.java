package dev.ringwire.accel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The names of one DNS message, as {@link NameDecompressor} found them; made once and filled again and again. For one
 * thread.
 *
 * <p>A name is kept in uncompressed wire form: each label behind its length octet, and a zero octet at the end.
 */
public final class NameTable {
    /** Bytes that must be left before a name: the longest one, and what is copied behind it eight at a time. */
    static final int ROOM = 264;

    // Layout of the memory, known to native/jni/dnsnames_jni.c: count and error position, padding, entries, bytes.
    private static final int ENTRIES = 16;
    private static final int ENTRY = 16;

    // Parts of an entry.
    static final int POSITION = 0;
    static final int END = 1;
    static final int OFFSET = 2;
    static final int LENGTH = 3;
    static final int PARTS = 4;

    private static final int MAX_NAMES = 1 << 16;
    private static final int MAX_CAPACITY = 1 << 24;

    private final int maxNames;
    private final int capacity;
    private int count;
    private int where;

    /** Whether the names are in the arrays of the reader in Java, not in the memory that C fills. */
    private boolean inArrays = true;

    private int[] entries = {};
    private byte[] names = {};
    private @Nullable NameReader reader;
    private @Nullable Memory memory;
    private ByteBuffer table = ByteBuffer.allocate(0);

    /** Where a message is copied to that the implementation cannot read in place. */
    private byte[] array = new byte[0];

    private Memory staging = Memory.allocate(512);
    private final byte[] label = new byte[256];

    /** Room for the names of nearly every message: 256 names, 16 KiB. */
    public NameTable() {
        this(256, 16 << 10);
    }

    /**
     * @param maxNames how many names there is room for, at most 65536
     * @param capacity bytes for the names in wire form, at most 16 MiB; 264 must be left before a name is read
     * @throws IllegalArgumentException if an argument is negative or too large
     */
    public NameTable(int maxNames, int capacity) {
        if (maxNames < 0 || maxNames > MAX_NAMES || capacity < 0 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("table of " + maxNames + " names and " + capacity + " bytes");
        }
        this.maxNames = maxNames;
        this.capacity = capacity;
    }

    /** How many names there are. */
    public int count() {
        return count;
    }

    /**
     * Position in the message behind the last record; after an error that of the name, record or data that is wrong.
     */
    public int where() {
        return where;
    }

    /** Position in the message at which a name stands. */
    public int position(int name) {
        return part(name, POSITION);
    }

    /** Position in the message behind the last byte of a name there. */
    public int end(int name) {
        return part(name, END);
    }

    /** Octets of a name in wire form: 1 to 255, with the zero at the end. */
    public int length(int name) {
        return part(name, LENGTH);
    }

    /** Index of a name's first octet in {@link #toBytes}. */
    public int offset(int name) {
        return part(name, OFFSET);
    }

    /** A copy of the wire forms of all names, each at its {@link #offset}; equal names may share theirs. */
    public byte[] toBytes() {
        if (inArrays && reader != null) {
            return Arrays.copyOf(names, reader.used());
        }
        int used = 0;
        for (int i = 0; i < count; i++) {
            used = Math.max(used, offset(i) + length(i));
        }
        byte[] out = new byte[used];
        table.get(bytes(), out);
        return out;
    }

    /**
     * Copies the wire form of a name.
     *
     * @return its length in bytes
     * @throws IndexOutOfBoundsException if there is no such name, or no room for it
     */
    public int copy(int name, byte[] to, int offset) {
        int length = length(name);
        Objects.checkFromIndexSize(offset, length, to.length);
        if (inArrays) {
            System.arraycopy(names, offset(name), to, offset, length);
        } else {
            table.get(bytes() + offset(name), to, offset, length);
        }
        return length;
    }

    /**
     * A name in the presentation form of RFC 1035, section 5.1, without the dot at the end: a dot or backslash within a
     * label has a backslash before it, an octet that is no printable ASCII is a backslash and three decimal digits. The
     * root is a single dot.
     */
    public String text(int name) {
        byte[] wire = label;
        int length = copy(name, wire, 0);
        if (length == 1) {
            return ".";
        }
        // Nearly every name is letters, digits, hyphens and underscores: there only the length octets change.
        for (int at = 0, next = 0; at < length - 1; at++) {
            int octet = wire[at];
            if (at == next) {
                next = at + 1 + octet;
                wire[at] = '.';
            } else if (octet <= ' ' || octet > '~' || octet == '.' || octet == '\\') {
                copy(name, wire, 0);
                return escaped(wire, length);
            }
        }
        return new String(wire, 1, length - 2, StandardCharsets.ISO_8859_1);
    }

    /** Whether another table has the same names from the same places. */
    boolean sameAs(NameTable other) {
        boolean same = count() == other.count() && where() == other.where();
        for (int i = 0; same && i < count(); i++) {
            same = position(i) == other.position(i) && end(i) == other.end(i) && text(i).equals(other.text(i));
        }
        return same;
    }

    private static String escaped(byte[] wire, int length) {
        StringBuilder text = new StringBuilder(4 * length);
        for (int at = 0, next = 0; at < length - 1; at++) {
            int octet = wire[at] & 0xff;
            if (at == next) {
                next = at + 1 + octet;
                if (at > 0) {
                    text.append('.');
                }
            } else if (octet == '.' || octet == '\\') {
                text.append('\\').append((char) octet);
            } else if (octet <= ' ' || octet > '~') {
                text.append('\\')
                        .append((char) ('0' + octet / 100))
                        .append((char) ('0' + octet / 10 % 10))
                        .append((char) ('0' + octet % 10));
            } else {
                text.append((char) octet);
            }
        }
        return text.toString();
    }

    private int part(int name, int part) {
        int entry = Objects.checkIndex(name, count);
        return inArrays ? entries[PARTS * entry + part] : table.getInt(ENTRIES + entry * ENTRY + 4 * part);
    }

    int maxNames() {
        return maxNames;
    }

    int capacity() {
        return capacity;
    }

    /** Where the bytes of the names start in the memory. */
    private int bytes() {
        return ENTRIES + maxNames * ENTRY;
    }

    /** What C fills; {@link #filledMemory} must follow. */
    Memory memory() {
        if (memory == null) {
            memory = Memory.allocate(ENTRIES + maxNames * ENTRY + capacity);
            table = memory.bytes();
        }
        return memory;
    }

    void filledMemory() {
        inArrays = false;
        count = table.getInt(0);
        where = table.getInt(4);
    }

    /** What fills the arrays; {@link #filledArrays} must follow. */
    NameReader reader() {
        if (reader == null) {
            entries = new int[PARTS * maxNames];
            names = new byte[capacity];
            reader = new NameReader(entries, names);
        }
        return reader;
    }

    void filledArrays(int count, int where) {
        inArrays = true;
        this.count = count;
        this.where = where;
    }

    /** An array with room for {@code length} bytes, to be overwritten. */
    byte[] array(int length) {
        if (array.length < length) {
            array = new byte[Math.max(length, 512)];
        }
        return array;
    }

    /** Memory with room for {@code length} bytes, to be overwritten. */
    Memory staging(int length) {
        if (staging.size() < length) {
            staging = Memory.allocate(NameDecompressor.MAX_MESSAGE);
        }
        return staging;
    }
}
