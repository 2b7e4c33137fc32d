package dev.ringwire.wire.dns;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Where the questions and records of a message stand, up to the first whose name or fixed part is damaged or was not
 * captured. Positions are indexes in the header's buffer.
 */
final class RecordIndex {
    private static final int FIXED = 10;

    private final Dns dns;
    private int[] names = new int[16];
    private int[] bodies = new int[16]; // where the type stands
    private int questions;
    private int count;
    int limit;

    RecordIndex(Dns dns) {
        this.dns = dns;
    }

    void build() {
        ByteBuffer b = dns.buffer();
        int start = dns.offset();
        limit = start + dns.headerLength();
        count = 0;
        questions = 0;
        if (dns.headerLength() < Dns.LENGTH) {
            return;
        }
        int at = start + Dns.LENGTH;
        int asked = Bits.u16(b, start + 4);
        int records = Bits.u16(b, start + 6) + Bits.u16(b, start + 8) + Bits.u16(b, start + 10);
        for (int i = 0; i < asked + records; i++) {
            int body = skipName(b, at);
            int fixed = i < asked ? 4 : FIXED;
            if (body < 0 || limit - body < fixed) {
                return;
            }
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                bodies = Arrays.copyOf(bodies, 2 * count);
            }
            names[count] = at;
            bodies[count] = body;
            count++;
            questions = i < asked ? count : questions;
            at = body + (i < asked ? 4 : FIXED + Bits.u16(b, body + 8));
            if (at > limit) {
                return;
            }
        }
    }

    /** The position behind a name, or -1; where a pointer leads is not looked at. */
    private int skipName(ByteBuffer b, int at) {
        while (at < limit) {
            int octet = Bits.u8(b, at);
            if (octet == 0) {
                return at + 1;
            }
            if (octet >= 0xc0) {
                return at + 2;
            }
            if (octet >= 0x40) {
                return -1;
            }
            at += octet + 1;
        }
        return -1;
    }

    int questions() {
        return questions;
    }

    int records() {
        return count - questions;
    }

    /** Where the owner's name of a record, or of a question, stands. */
    int name(int entry) {
        return names[entry];
    }

    /** Where its type stands. */
    int body(int entry) {
        return bodies[entry];
    }

    int count() {
        return count;
    }

    private int bodyOf(int record) {
        return bodies[questions + Objects.checkIndex(record, records())];
    }

    int rdLengthAt(int record) {
        return bodyOf(record) + 8 - dns.offset();
    }

    int rdLength(int record) {
        return Bits.u16(dns.buffer(), bodyOf(record) + 8);
    }

    String summary() {
        ByteBuffer b = dns.buffer();
        String id = "0x" + Integer.toHexString(dns.id());
        if (dns.response()) {
            return "response " + id + ", " + dns.answerCount() + "/" + dns.authorityCount() + "/"
                    + dns.additionalCount() + " records";
        }
        return "query " + id + (questions > 0 ? ", type " + DnsType.text(Bits.u16(b, bodies[0])) : "");
    }
}
