package dev.ringwire.wire;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A header with a list in it: options, records, addresses. Remembers which value of which field was read last, so that
 * reading them one after the other takes time by the length of the list and not by its square.
 */
abstract class ListHeader extends Header {
    private @Nullable Value lastValue;
    private int lastRevision;
    private int lastOccurrence;
    private int element;
    private int index;

    ListHeader(int length) {
        super(length);
    }

    /** How a list is laid out. Places are counted from the start of the header. */
    interface Layout {
        /** Where the list starts; negative if this header has none. */
        int first(Header header);

        /**
         * Bytes of the element at {@code at}; 0 or less if that makes no sense or there is none. Called only where there
         * is a byte; looks at no byte behind {@code end}.
         */
        int size(Header header, int at, int end);

        /** Where the list ends at the latest. */
        default int end(Header header) {
            return header.headerLength();
        }

        /** Of the {@code here} bytes of a last element that is not whole, those whose fields are shown. */
        default int head(int here) {
            return 0;
        }
    }

    /**
     * A list whose elements have a fixed part that says how long they are; the fixed part counts where the rest of it is
     * missing.
     *
     * @param first where the list starts, counted from the start of the header
     * @param behind whether it is the header's body; otherwise it ends with the header
     * @param fixed bytes of the fixed part
     * @param length finds the bytes of an element
     */
    record Sized(int first, boolean behind, int fixed, Length length) implements Layout {
        /** Finds how long an element is. */
        interface Length {
            /** Bytes of the element at {@code at} of the buffer, whose fixed part is there. */
            int of(ByteBuffer b, int at);
        }

        @Override
        public int first(Header header) {
            return header.headerLength() < first ? -1 : first;
        }

        @Override
        public int size(Header header, int at, int end) {
            int size = end - at < fixed ? -1 : length.of(header.buffer(), header.offset() + at);
            return size < fixed ? -1 : size;
        }

        @Override
        public int end(Header header) {
            return header.headerLength() + (behind ? header.bodyCaptured() : 0);
        }

        @Override
        public int head(int here) {
            return here < fixed ? 0 : fixed;
        }

        /** A field of the fixed part, stated as counted from the start of an element. */
        ComputedField each(FixedField field) {
            return field(field.name(), field.type(), field.label(), this, (h, element, size, i, out) -> {
                        if (i > 0 || field.byteEnd() > size) {
                            return false;
                        }
                        out.setNumber(field.get(h.buffer(), h.offset() + element));
                        return true;
                    })
                    .width(field.bitWidth());
        }

        /** What stands behind the fixed part. */
        ComputedField data(String name, String label) {
            return field(name, FieldType.BYTES, label, this, rest(fixed));
        }
    }

    /** Finds the values of a field in one element of a list. */
    interface Value {
        /** Reads the {@code i}-th value of the element; false if it has not so many. */
        boolean read(Header header, int at, int size, int i, FieldValue out);
    }

    /** A field with a value, or several, in elements of a list. */
    static ComputedField field(String name, FieldType type, String label, Layout layout, Value value) {
        return ComputedField.of(
                name,
                type,
                label,
                (header, occurrence, out) -> ((ListHeader) header).read(layout, value, occurrence, out));
    }

    /** A number in each element. */
    static ComputedField number(String name, String label, Layout layout, int at, int bytes) {
        return field(name, FieldType.DECIMAL, label, layout, number(at, bytes));
    }

    /** The MAC address behind the first two bytes of an element. */
    static final Value MAC = number(2, 6);

    /** The number of 1, 2 or 4 bytes at byte {@code at} of an element. */
    static Value number(int at, int bytes) {
        return numbers(at, bytes, 0);
    }

    /** The numbers of 1, 2, 4 or 6 bytes at byte {@code at} of an element, and every {@code stride} bytes further. */
    static Value numbers(int at, int bytes, int stride) {
        return (h, element, size, i, out) -> {
            int from = at + i * stride;
            if (i > 0 && stride == 0 || from + bytes > size) {
                return false;
            }
            out.setNumber(number(h.buffer(), h.offset() + element + from, bytes));
            return true;
        };
    }

    private static long number(ByteBuffer b, int at, int bytes) {
        return switch (bytes) {
            case 1 -> Bits.u8(b, at);
            case 2 -> Bits.u16(b, at);
            case 4 -> Bits.u32(b, at);
            default -> Bits.u48(b, at);
        };
    }

    /** The signed number of 32 bits at byte {@code at} of an element. */
    static Value signed(int at) {
        return (h, element, size, i, out) -> {
            if (i > 0 || at + 4 > size) {
                return false;
            }
            out.setNumber(Bits.i32(h.buffer(), h.offset() + element + at));
            return true;
        };
    }

    /** Bits of a byte of an element. */
    static Value bits(int at, int shift, int mask) {
        return (h, element, size, i, out) -> {
            if (i > 0 || at >= size) {
                return false;
            }
            out.setNumber(Bits.u8(h.buffer(), h.offset() + element + at) >>> shift & mask);
            return true;
        };
    }

    /** Runs of {@code bytes} bytes (IPv6 addresses) from byte {@code at} of an element on; of all that fit, or one. */
    static Value runs(int at, int bytes, boolean many) {
        return (h, element, size, i, out) -> {
            int from = at + i * bytes;
            if (i > 0 && !many || from + bytes > size) {
                return false;
            }
            out.setRange(h.buffer(), h.offset() + element + from, bytes);
            return true;
        };
    }

    /** What is behind byte {@code at} of an element. */
    static Value rest(int at) {
        return (h, element, size, i, out) -> {
            if (i > 0 || at >= size) {
                return false;
            }
            out.setRange(h.buffer(), h.offset() + element + at, size - at);
            return true;
        };
    }

    /** The same in elements that start with a byte of this value. */
    static Value ofKind(int kind, Value value) {
        return (h, element, size, i, out) ->
                Bits.u8(h.buffer(), h.offset() + element) == kind && value.read(h, element, size, i, out);
    }

    private boolean read(Layout layout, Value value, int occurrence, FieldValue out) {
        int seen;
        int at;
        int i;
        if (lastValue == value && lastRevision == revision() && occurrence > lastOccurrence) {
            seen = lastOccurrence + 1;
            at = element;
            i = index + 1;
        } else {
            seen = 0;
            at = layout.first(this);
            i = 0;
        }
        int end = layout.end(this);
        while (at >= 0 && at < end) {
            int size = layout.size(this, at, end);
            boolean whole = size > 0 && size <= end - at;
            if (!whole) {
                size = layout.head(end - at);
            }
            if (size <= 0 || !value.read(this, at, size, i, out)) {
                if (!whole) {
                    break;
                }
                at += size;
                i = 0;
            } else if (seen++ == occurrence) {
                lastValue = value;
                lastRevision = revision();
                lastOccurrence = occurrence;
                element = at;
                index = i;
                return true;
            } else {
                i++;
            }
        }
        return false;
    }

    /** What to do with each whole element; places are counted from the start of the buffer. */
    interface Visitor {
        void visit(int at, int size);
    }

    /** Visits every whole element; returns how many there are. */
    final int each(Layout layout, Visitor visitor) {
        int count = 0;
        int end = layout.end(this);
        for (int at = layout.first(this); at >= 0 && at < end; count++) {
            int size = layout.size(this, at, end);
            if (size <= 0 || size > end - at) {
                break;
            }
            visitor.visit(offset() + at, size);
            at += size;
        }
        return count;
    }

    /** How many whole elements a list has. */
    final int count(Layout layout) {
        return each(layout, (at, size) -> {});
    }

    /** Grows the header with zeros. */
    final void atLeast(int length) {
        if (headerLength() < length) {
            tail(headerLength(), new byte[length - headerLength()]);
        }
    }

    /** The bytes behind the header, or the first of them; 0 means all. */
    final byte[] body(int bytes) {
        int here = bodyCaptured();
        byte[] body = new byte[bytes == 0 ? here : Math.min(here, bytes)];
        buffer().get(offset() + headerLength(), body);
        return body;
    }

    /** Reads an IPv6 address field that not every header of the protocol has. */
    final Ipv6Address address(FixedField field) {
        if (field.byteEnd() > headerLength()) {
            throw tooShort(field);
        }
        return getIpv6(field);
    }
}
