package dev.ringwire.wire.dns;

import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.FieldValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the questions and records of a message stand, up to the first whose name or fixed part is damaged or was not
 * captured; data may end early. Positions are indexes in the header's buffer.
 */
final class RecordIndex {
    private static final int FIXED = 10;

    private final Dns dns;

    /** Questions first, then the records of all sections. */
    private int[] names = new int[16];

    private int[] bodies = new int[16];
    private int questions;
    private int count;
    private int limit;

    /** Behind the last record if all that the counts tell of are there, or -1. */
    private int behind;

    // Where the next value of a field is looked for, so that a list of all of them is read once.
    private @Nullable Values last;
    private int nextOccurrence;
    private int nextEntry;
    private long nextState;

    RecordIndex(Dns dns) {
        this.dns = dns;
    }

    /** Reads the values of a field one after the other. */
    @FunctionalInterface
    interface Values {
        /** There are no more of them in an entry. */
        long NONE = -1;

        /**
         * Reads the next value of an entry.
         *
         * @param entry a question or record
         * @param state 0 at first, then what the call before returned
         * @return what the next call needs, or {@link #NONE}, and {@code out} holds no value
         */
        long next(RecordIndex index, int entry, long state, FieldValue out);
    }

    void build() {
        ByteBuffer b = dns.buffer();
        int start = dns.offset();
        limit = start + dns.headerLength();
        count = 0;
        questions = 0;
        behind = -1;
        last = null;
        if (dns.headerLength() < Dns.LENGTH) {
            return;
        }
        int at = start + Dns.LENGTH;
        int asked = Bits.u16(b, start + 4);
        int all = asked + Bits.u16(b, start + 6) + Bits.u16(b, start + 8) + Bits.u16(b, start + 10);
        for (int i = 0; i < all; i++) {
            int body = NameText.skip(b, at, limit);
            int fixed = i < asked ? 4 : FIXED;
            if (body < 0 || limit - body < fixed) {
                return;
            }
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                bodies = Arrays.copyOf(bodies, 2 * count);
            }
            names[count] = at;
            bodies[count++] = body;
            questions = i < asked ? count : questions;
            at = body + fixed + (i < asked ? 0 : Bits.u16(b, body + 8));
            if (at > limit) {
                return;
            }
        }
        behind = at;
    }

    /** Reads the n-th value of a field, from 0. */
    boolean read(Values values, int occurrence, FieldValue out) {
        boolean goOn = last == values && nextOccurrence == occurrence;
        int entry = goOn ? nextEntry : 0;
        long state = goOn ? nextState : 0;
        int seen = goOn ? occurrence : 0;
        while (entry < count) {
            state = values.next(this, entry, state, out);
            if (state == Values.NONE) {
                entry++;
                state = 0;
            } else if (seen++ == occurrence) {
                last = values;
                nextOccurrence = seen;
                nextEntry = entry;
                nextState = state;
                return true;
            }
        }
        return false;
    }

    Dns dns() {
        return dns;
    }

    ByteBuffer buffer() {
        return dns.buffer();
    }

    /** The end of what was captured of the message. */
    int limit() {
        return limit;
    }

    int behind() {
        return behind;
    }

    int records() {
        return count - questions;
    }

    boolean isQuestion(int entry) {
        return entry < questions;
    }

    /** Where the name stands. */
    int name(int entry) {
        return names[entry];
    }

    /** Where the type stands, and all that follows the name. */
    int body(int entry) {
        return bodies[entry];
    }

    int type(int entry) {
        return Bits.u16(buffer(), bodies[entry]);
    }

    /** Where the data starts. */
    int data(int entry) {
        return bodies[entry] + FIXED;
    }

    /** Where the data ends, or what was captured of it. */
    int dataEnd(int entry) {
        return Math.min(limit, data(entry) + Bits.u16(buffer(), bodies[entry] + 8));
    }

    /** Where the length of a record's data stands, counted from the header. */
    int rdLengthAt(int record) {
        return bodies[questions + Objects.checkIndex(record, records())] + 8 - dns.offset();
    }

    int rdLength(int record) {
        return Bits.u16(buffer(), dns.offset() + rdLengthAt(record));
    }

    String summary() {
        String id = "0x" + Integer.toHexString(dns.id());
        if (dns.response()) {
            return "response " + id + ", rcode " + dns.rcode() + ", " + dns.answerCount() + "/" + dns.authorityCount()
                    + "/" + dns.additionalCount() + " records";
        }
        var name = new FieldValue();
        if (questions == 0 || !NameText.read(this, name(0), name)) {
            return "query " + id;
        }
        byte[] text = new byte[name.length()];
        name.buffer().get(name.offset(), text);
        return "query " + id + ", " + DnsType.text(type(0)) + " " + new String(text, StandardCharsets.UTF_8);
    }
}
