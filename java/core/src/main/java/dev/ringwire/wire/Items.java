package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/**
 * A list inside a header or behind it whose items say how long they are: options, tags, chunks. Fields of an item are
 * stated as {@link FixedField}s counted from where the item starts.
 *
 * @param from where the list starts, counted from the start of the header
 * @param behind whether it is the header's body; otherwise it ends with the header
 * @param minimum bytes of the fixed part of an item
 * @param step bytes of an item
 */
record Items(int from, boolean behind, int minimum, Step step) {
    /** Finds how long an item is. */
    @FunctionalInterface
    interface Step {
        /** Bytes of the item at {@code at}, whose fixed part is there; less than that if it makes no sense. */
        int length(ByteBuffer b, int at);
    }

    /** Where an item is, so that reading all of them does not start from the first one again and again. */
    static final class Cursor {
        private int revision;
        private int index;
        private int at;
    }

    private int end(Header h) {
        return h.offset() + h.headerLength() + (behind ? h.bodyCaptured() : 0);
    }

    /** Index of the n-th item, or -1; its fixed part is whole. */
    int find(Header h, int n) {
        if (h.headerLength() < from) {
            return -1;
        }
        ByteBuffer b = h.buffer();
        int end = end(h);
        Cursor cursor = h.listCursor();
        boolean known = cursor.revision == h.revision() && cursor.index <= n;
        int i = known ? cursor.index : 0;
        int at = known ? cursor.at : h.offset() + from;
        for (; at + minimum <= end; i++) {
            if (i == n) {
                cursor.revision = h.revision();
                cursor.index = n;
                cursor.at = at;
                return at;
            }
            int length = step.length(b, at);
            if (length < minimum || length > end - at) {
                return -1;
            }
            at += length;
        }
        return -1;
    }

    /** The value of a field in each item. */
    ComputedField each(FixedField item) {
        return ComputedField.of(item.name(), item.type(), item.label(), (h, occurrence, out) -> {
                    int at = find(h, occurrence);
                    if (at < 0 || item.byteEnd() > minimum) {
                        return false;
                    }
                    out.setNumber(item.get(h.buffer(), at));
                    return true;
                })
                .width(item.bitWidth());
    }

    /** What stands behind the fixed part of each item that {@code type}, two bytes at its start, says; any if -1. */
    ComputedField data(String name, FieldType fieldType, int type, String label) {
        return ComputedField.of(name, fieldType, label, (h, occurrence, out) -> {
            int seen = 0;
            for (int n = 0, at; (at = find(h, n)) >= 0; n++) {
                int length = step.length(h.buffer(), at);
                if (type >= 0 && Bits.u16(h.buffer(), at) != type
                        || length <= minimum
                        || length > end(h) - at
                        || seen++ != occurrence) {
                    continue;
                }
                out.setRange(h.buffer(), at + minimum, length - minimum);
                return true;
            }
            return false;
        });
    }
}
