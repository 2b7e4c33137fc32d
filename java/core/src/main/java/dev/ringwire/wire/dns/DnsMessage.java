package dev.ringwire.wire.dns;

import dev.ringwire.wire.DecodeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A DNS message as objects, RFC 1035 section 4; never changes. It stays valid for ever: it shares nothing with
 * the bytes that it was read from.
 *
 * <pre>{@code
 * byte[] query = DnsMessage.query("riverbed.com", DnsType.A).id(0x3e4e).build().toBytes();
 * ...
 * for (DnsRecord record : DnsMessage.decode(reply).answers()) {
 *     if (record.data() instanceof Rdata.A a) {
 *         System.out.println(record.name() + " has " + a.address());
 *     }
 * }
 * }</pre>
 */
public final class DnsMessage {
    /** Bytes of the longest message. */
    public static final int MAX_LENGTH = 0xffff;

    private final int id;
    private final int flags;
    private final List<DnsQuestion> questions;
    private final List<DnsRecord> answers;
    private final List<DnsRecord> authority;
    private final List<DnsRecord> additional;

    private DnsMessage(
            int id,
            int flags,
            List<DnsQuestion> questions,
            List<DnsRecord> answers,
            List<DnsRecord> authority,
            List<DnsRecord> additional) {
        this.id = id;
        this.flags = flags;
        this.questions = questions;
        this.answers = answers;
        this.authority = authority;
        this.additional = additional;
    }

    /**
     * Reads a message of at most 65535 bytes. Bytes behind its last record are left out.
     *
     * @throws DecodeException if it is damaged: offsets count from the message's first byte
     */
    public static DnsMessage decode(byte[] message) {
        return read(message);
    }

    /**
     * Reads the message in some bytes of a buffer.
     *
     * @throws DecodeException if it is damaged: offsets count from the message's first byte
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static DnsMessage decode(ByteBuffer buffer, int offset, int length) {
        byte[] copy = new byte[length];
        buffer.get(offset, copy);
        return read(copy);
    }

    private static DnsMessage read(byte[] message) {
        var in = new MessageReader(message);
        return new DnsMessage(
                in.u16At(0),
                in.u16At(2),
                in.questions(in.u16At(4)),
                in.records(in.u16At(6)),
                in.records(in.u16At(8)),
                in.records(in.u16At(10)));
    }

    /** An empty message to fill. */
    public static Builder builder() {
        return new Builder();
    }

    /** A question in class IN that wants recursion. Its identifier is 0 unless set. */
    public static Builder query(String name, int type) {
        return builder().recursionDesired(true).question(DnsQuestion.of(name, type));
    }

    /** A message that starts as a copy of this one. */
    public Builder toBuilder() {
        var builder = builder().id(id).flags(flags);
        builder.questions.addAll(questions);
        builder.answers.addAll(answers);
        builder.authority.addAll(authority);
        builder.additional.addAll(additional);
        return builder;
    }

    /** What a reply repeats of its query. */
    public int id() {
        return id;
    }

    /** The second 16 bits of the header. */
    public int flags() {
        return flags;
    }

    private boolean flag(int mask) {
        return (flags & mask) != 0;
    }

    /** Whether it is a response, not a query. */
    public boolean isResponse() {
        return flag(Flags.RESPONSE);
    }

    /** Kind of query: 0 standard, 4 notify, 5 update. */
    public int opcode() {
        return flags >>> Flags.OPCODE_SHIFT & 15;
    }

    /** Whether the server is an authority for the name. */
    public boolean isAuthoritative() {
        return flag(Flags.AUTHORITATIVE);
    }

    /** Whether records were left out for want of room. */
    public boolean isTruncated() {
        return flag(Flags.TRUNCATED);
    }

    /** Whether the server shall ask others. */
    public boolean isRecursionDesired() {
        return flag(Flags.RECURSION_DESIRED);
    }

    /** Whether the server does ask others. */
    public boolean isRecursionAvailable() {
        return flag(Flags.RECURSION_AVAILABLE);
    }

    /** Whether the server has proved all of it by DNSSEC. */
    public boolean isAuthenticData() {
        return flag(Flags.AUTHENTIC_DATA);
    }

    /** Whether the server need not prove it. */
    public boolean isCheckingDisabled() {
        return flag(Flags.CHECKING_DISABLED);
    }

    /** Response code: 0 no error, 2 server failure, 3 no such name; with the upper bits that EDNS adds. */
    public int rcode() {
        return flags & 15 | edns().map(Edns::extendedRcode).orElse(0) << 4;
    }

    /** The name of the response code: {@code NOERROR}, {@code SERVFAIL}, {@code NXDOMAIN}... */
    public String rcodeText() {
        return MessageText.rcode(rcode());
    }

    /** What is asked. */
    public List<DnsQuestion> questions() {
        return questions;
    }

    /** What answers it. */
    public List<DnsRecord> answers() {
        return answers;
    }

    /** Who is the authority. */
    public List<DnsRecord> authority() {
        return authority;
    }

    /** What else may help. */
    public List<DnsRecord> additional() {
        return additional;
    }

    /** What the first OPT record says. */
    public Optional<Edns> edns() {
        for (DnsRecord record : additional) {
            if (record.type() == DnsType.OPT) {
                return Edns.of(record);
            }
        }
        return Optional.empty();
    }

    /**
     * The bytes of the message. Names are compressed where RFC 1035 has them; upper and lower case stay.
     *
     * @throws IllegalArgumentException if something does not fit: a section has more than 65535 records, or the message
     *     more bytes than 65535
     */
    public byte[] toBytes() {
        return write(new ArrayList<>()).toBytes();
    }

    /** Writes the message, and where the data of each record starts. */
    WireSink write(List<Integer> starts) {
        var out = new WireSink(true);
        out.u16(id);
        out.u16(flags);
        out.u16(questions.size());
        out.u16(answers.size());
        out.u16(authority.size());
        out.u16(additional.size());
        questions.forEach(out::question);
        for (List<DnsRecord> section : List.of(answers, authority, additional)) {
            section.forEach(record -> starts.add(out.record(record)));
        }
        if (out.position() > MAX_LENGTH) {
            throw new IllegalArgumentException("message of " + out.position() + " bytes, at most " + MAX_LENGTH);
        }
        return out;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof DnsMessage other
                && id == other.id
                && flags == other.flags
                && questions.equals(other.questions)
                && answers.equals(other.answers)
                && authority.equals(other.authority)
                && additional.equals(other.additional);
    }

    @Override
    public int hashCode() {
        return Arrays.asList(id, flags, questions, answers, authority, additional)
                .hashCode();
    }

    /** The message in the manner of {@code dig}, each record as a zone file has it. */
    @Override
    public String toString() {
        return MessageText.of(this);
    }

    /** Fills a message. What is set is what is written. */
    public static final class Builder {
        private int id;
        private int flags;
        private final List<DnsQuestion> questions = new ArrayList<>();
        private final List<DnsRecord> answers = new ArrayList<>();
        private final List<DnsRecord> authority = new ArrayList<>();
        private final List<DnsRecord> additional = new ArrayList<>();

        private Builder() {}

        private Builder flag(int mask, boolean value) {
            flags = value ? flags | mask : flags & ~mask;
            return this;
        }

        /** Identifier, 16 bits. */
        public Builder id(int value) {
            id = value;
            return this;
        }

        /** All flags at once, 16 bits. */
        public Builder flags(int value) {
            flags = value;
            return this;
        }

        /** A response, not a query. */
        public Builder response(boolean value) {
            return flag(Flags.RESPONSE, value);
        }

        /** Kind of query, 0 to 15. */
        public Builder opcode(int value) {
            flags = flags & ~(15 << Flags.OPCODE_SHIFT) | (value & 15) << Flags.OPCODE_SHIFT;
            return this;
        }

        /** The server is an authority for the name. */
        public Builder authoritative(boolean value) {
            return flag(Flags.AUTHORITATIVE, value);
        }

        /** Records were left out. */
        public Builder truncated(boolean value) {
            return flag(Flags.TRUNCATED, value);
        }

        /** The server shall ask others. */
        public Builder recursionDesired(boolean value) {
            return flag(Flags.RECURSION_DESIRED, value);
        }

        /** The server does ask others. */
        public Builder recursionAvailable(boolean value) {
            return flag(Flags.RECURSION_AVAILABLE, value);
        }

        /** All of it is proved by DNSSEC. */
        public Builder authenticData(boolean value) {
            return flag(Flags.AUTHENTIC_DATA, value);
        }

        /** The server need not prove it. */
        public Builder checkingDisabled(boolean value) {
            return flag(Flags.CHECKING_DISABLED, value);
        }

        /** Response code, 0 to 15. */
        public Builder rcode(int value) {
            flags = flags & ~15 | value & 15;
            return this;
        }

        /** One more question. */
        public Builder question(DnsQuestion question) {
            questions.add(question);
            return this;
        }

        /** One more answer. */
        public Builder answer(DnsRecord record) {
            answers.add(record);
            return this;
        }

        /** One more record of the authority section. */
        public Builder authority(DnsRecord record) {
            authority.add(record);
            return this;
        }

        /** One more additional record. */
        public Builder additional(DnsRecord record) {
            additional.add(record);
            return this;
        }

        /** One more additional record, which says this. */
        public Builder edns(Edns edns) {
            return additional(edns.toRecord());
        }

        /** The message. */
        public DnsMessage build() {
            return new DnsMessage(
                    id,
                    flags,
                    List.copyOf(questions),
                    List.copyOf(answers),
                    List.copyOf(authority),
                    List.copyOf(additional));
        }
    }
}
