package dev.ringwire.wire.dns;

import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.ComputedField;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.dns.RecordIndex.Values;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Makes fields of values inside the data of records. */
final class RdataFields {
    private static final int[] BEHIND_NAME = steps("N");
    private static final int[] BEHIND_HASH = steps("4SS");

    private RdataFields() {}

    /** What stands at a place in the data. */
    enum Kind {
        U8(1),
        /** The length octet of a character-string. */
        LENGTH(1),
        U16(2),
        U32(4),
        IPV4(4),
        IPV6(16),
        EUI48(6),
        SECONDS(4),
        NAME(1),
        /** A character-string in ASCII. */
        STRING(1),
        /** A character-string as bytes. */
        OCTETS(1),
        /** A character-string in Base32. */
        BASE32(1),
        /** What is left, as bytes. */
        REST(0),
        /** What is left, in ASCII. */
        TEXT(0);

        private final int needed;

        Kind(int needed) {
            this.needed = needed;
        }
    }

    private static FieldType typeOf(Kind kind) {
        return switch (kind) {
            case U8, LENGTH, U16, U32 -> FieldType.DECIMAL;
            case IPV4 -> FieldType.IPV4;
            case IPV6 -> FieldType.IPV6;
            case EUI48 -> FieldType.MAC;
            case SECONDS -> FieldType.TIME;
            case NAME, STRING, BASE32, TEXT -> FieldType.TEXT;
            case OCTETS, REST -> FieldType.BYTES;
        };
    }

    static ComputedField values(String name, FieldType type, String label, Values values) {
        return ComputedField.of(
                name, type, label, (header, n, out) -> ((Dns) header).index().read(values, n, out));
    }

    /**
     * One value in the data of each record of some types.
     *
     * @param path what stands before it: a number of bytes, N for a name, S for a character-string, as in {@code 4SS}
     */
    static ComputedField data(String name, String label, Kind kind, String path, int... types) {
        int[] steps = steps(path);
        return values(name, typeOf(kind), label, (index, entry, state, out) -> {
            if (state != 0 || index.isQuestion(entry) || !isOneOf(index.type(entry), types)) {
                return Values.NONE;
            }
            int end = index.dataEnd(entry);
            int at = walk(index, index.data(entry), end, steps);
            return at >= 0 && index.data(entry) < end && read(index, kind, at, end, out) ? 1 : Values.NONE;
        });
    }

    /** {@link #data} shown in hexadecimal. */
    static ComputedField hex(String name, String label, Kind kind, String path, int... types) {
        ComputedField field = data(name, label, kind, path, types);
        return ComputedField.of(name, FieldType.HEX, label, field.reader()).width(8 * kind.needed);
    }

    /** Some bits of a number in the data. */
    static ComputedField bits(
            String name, FieldType type, String label, Kind kind, int shift, int mask, String path, int... types) {
        ComputedField field = data(name, label, kind, path, types);
        return ComputedField.of(name, type, label, (header, n, out) -> {
                    if (!field.read(header, n, out)) {
                        return false;
                    }
                    out.setNumber(out.number() >>> shift & mask);
                    return true;
                })
                .width(8 * kind.needed);
    }

    static boolean isOneOf(int type, int... types) {
        for (int one : types) {
            if (one == type) {
                return true;
            }
        }
        return false;
    }

    /** Where the type bitmap of a record starts, or -1. */
    static int bitmap(RecordIndex index, int entry) {
        int[] path = switch (index.type(entry)) {
            case DnsType.NSEC -> BEHIND_NAME;
            case DnsType.NSEC3 -> BEHIND_HASH;
            default -> null;
        };
        return path == null ? -1 : walk(index, index.data(entry), index.dataEnd(entry), path);
    }

    /** Bytes to skip, -1 for a name, -2 for a character-string. */
    private static int[] steps(String path) {
        var steps = new int[path.length()];
        int count = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == 'N' || c == 'S') {
                steps[count++] = c == 'N' ? -1 : -2;
                continue;
            }
            int end = i + 1;
            while (end < path.length() && Character.isDigit(path.charAt(end))) {
                end++;
            }
            steps[count++] = Integer.parseInt(path, i, end, 10);
            i = end - 1;
        }
        return Arrays.copyOf(steps, count);
    }

    private static int walk(RecordIndex index, int at, int end, int[] steps) {
        for (int step : steps) {
            if (step == -1) {
                at = NameText.skip(index.buffer(), at, index.limit());
            } else if (step == -2) {
                at = at < end ? at + 1 + Bits.u8(index.buffer(), at) : -1;
            } else {
                at += step;
            }
            if (at < 0 || at > end) {
                return -1;
            }
        }
        return at;
    }

    /** Reads what stands at a position, if all of it does. */
    static boolean read(RecordIndex index, Kind kind, int at, int end, FieldValue out) {
        ByteBuffer b = index.buffer();
        if (end - at < kind.needed) {
            return false;
        }
        switch (kind) {
            case U8, LENGTH -> out.setNumber(Bits.u8(b, at));
            case U16 -> out.setNumber(Bits.u16(b, at));
            case U32, IPV4 -> out.setNumber(Bits.u32(b, at));
            case EUI48 -> out.setNumber(Bits.u48(b, at));
            case SECONDS -> out.setNumber(Bits.u32(b, at) * 1_000_000_000);
            case IPV6 -> out.setRange(b, at, 16);
            case NAME -> {
                return NameText.read(index, at, out);
            }
            case REST -> out.setRange(b, at, end - at);
            case TEXT -> {
                return NameText.ascii(b, at, end - at, out);
            }
            case STRING, OCTETS, BASE32 -> {
                int length = Bits.u8(b, at);
                return end - at > length && string(b, kind, at + 1, length, out);
            }
        }
        return true;
    }

    private static boolean string(ByteBuffer b, Kind kind, int at, int length, FieldValue out) {
        if (kind == Kind.STRING) {
            return NameText.ascii(b, at, length, out);
        }
        out.setRange(b, at, length);
        if (kind == Kind.BASE32) {
            byte[] bytes = new byte[length];
            b.get(at, bytes);
            String text = Base32.encode(new Octets(bytes, 0, length)).toLowerCase(Locale.ROOT);
            for (int i = 0; i < text.length(); i++) {
                out.room(text.length())[i] = (byte) text.charAt(i);
            }
            out.setText(text.length());
        }
        return true;
    }

    /** Every character-string in the data. */
    static ComputedField strings(String name, String label, Kind kind, int type) {
        return values(name, typeOf(kind), label, (index, entry, state, out) -> {
            if (index.isQuestion(entry) || index.type(entry) != type) {
                return Values.NONE;
            }
            int at = state == 0 ? index.data(entry) : (int) state;
            int end = index.dataEnd(entry);
            if (at >= end || !read(index, kind, at, end, out)) {
                return Values.NONE;
            }
            return at + 1L + Bits.u8(index.buffer(), at);
        });
    }

    /** Reads a value of an element from its code up to its end. */
    @FunctionalInterface
    interface ElementReader {
        boolean read(RecordIndex index, int at, int end, FieldValue out);
    }

    /** One value in each of the elements that stand in the data and have the right code. */
    static ComputedField element(
            String name, Elements elements, String label, FieldType type, IntPredicate codes, ElementReader reader) {
        return values(name, type, label, (index, entry, state, out) -> {
            for (long at = elements.first(index, entry, state); at >= 0; at = elements.next(index, entry, at)) {
                if (codes.test(Bits.u16(index.buffer(), (int) at))
                        && reader.read(index, (int) at, elements.end(index, entry, at), out)) {
                    long next = elements.next(index, entry, at);
                    return next < 0 ? Long.MAX_VALUE : next;
                }
            }
            return Values.NONE;
        });
    }

    /**
     * One value in each of the elements of some codes, or of all.
     *
     * @param skip bytes before it, code and length included
     */
    static ComputedField element(String name, Elements elements, String label, Kind kind, int skip, int... codes) {
        return element(
                name,
                elements,
                label,
                typeOf(kind),
                code -> codes.length == 0 || isOneOf(code, codes),
                (index, at, end, out) -> at + skip <= end && read(index, kind, at + skip, end, out));
    }

    /**
     * Values one after the other in each of the elements of one code. The state holds the element in its upper half, and
     * where to go on in its lower.
     */
    static ComputedField list(String name, Elements elements, String label, Kind kind, int code) {
        return values(name, typeOf(kind), label, (index, entry, state, out) -> {
            int inner = (int) state;
            for (long at = elements.first(index, entry, state >>> 32);
                    at >= 0;
                    at = elements.next(index, entry, at), inner = 0) {
                int end = elements.end(index, entry, at);
                int from = inner == 0 ? (int) at + Elements.HEAD : inner;
                if (Bits.u16(index.buffer(), (int) at) == code && from < end && read(index, kind, from, end, out)) {
                    int size = kind.needed
                            + (kind == Kind.STRING || kind == Kind.LENGTH ? Bits.u8(index.buffer(), from) : 0);
                    return at << 32 | from + size;
                }
            }
            return Values.NONE;
        });
    }

    /** Lists of code, length and value of 16 bits each and as many bytes, behind a name or not. */
    enum Elements {
        OPTIONS,
        PARAMS;

        /** Bytes before the value of an element. */
        static final int HEAD = 4;

        /** The element to begin with: the first, or the one that the state tells; -1 if there is none. */
        long first(RecordIndex index, int entry, long state) {
            if (state != 0 || index.isQuestion(entry)) {
                return state == Long.MAX_VALUE || state == 0 ? -1 : state;
            }
            int type = index.type(entry);
            int end = index.dataEnd(entry);
            int at = index.data(entry);
            if (this == PARAMS) {
                if (type != DnsType.SVCB && type != DnsType.HTTPS) {
                    return -1;
                }
                at = NameText.skip(index.buffer(), at + 2, index.limit());
            } else if (type != DnsType.OPT) {
                return -1;
            }
            return at >= 0 && end - at >= HEAD ? at : -1;
        }

        int end(RecordIndex index, int entry, long at) {
            return Math.min(index.dataEnd(entry), (int) at + HEAD + Bits.u16(index.buffer(), (int) at + 2));
        }

        long next(RecordIndex index, int entry, long at) {
            int next = end(index, entry, at);
            return index.dataEnd(entry) - next >= HEAD ? next : -1;
        }
    }
}
