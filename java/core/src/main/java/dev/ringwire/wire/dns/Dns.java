package dev.ringwire.wire.dns;

import dev.ringwire.wire.Assembly;
import dev.ringwire.wire.DecodeError;
import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Optional;

/**
 * A DNS message in a packet, RFC 1035 section 4.1.1: the header, and behind it questions and records up to the end.
 *
 * <pre>
 *                                 1  1  1  1  1  1
 *   0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 * |                      ID                       |
 * |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 * |                    QDCOUNT                    |
 * |                    ANCOUNT                    |
 * |                    NSCOUNT                    |
 * |                    ARCOUNT                    |
 * </pre>
 *
 * <p>Decoding a packet proves the header alone. Names and records are read where they stand when a field is asked for;
 * {@link #message()} makes objects of them. mDNS and LLMNR are headers of their own, {@link Mdns} and {@link Llmnr},
 * because some bits mean something else there.
 */
public class Dns extends Header {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 12;

    public static final FixedField ID =
            FixedField.hex("dns.id", 0, 16, "identifier").alias("dns.ident");
    public static final FixedField FLAGS = FixedField.hex("dns.flags", 16, 16, "all flags");
    public static final FixedField RESPONSE =
            FixedField.flag("dns.flags.response", 16, "response, not query").alias("dns.query_resp");
    public static final FixedField OPCODE =
            FixedField.decimal("dns.flags.opcode", 17, 4, "kind of query").alias("dns.op_code");
    public static final FixedField AUTHORITATIVE = FixedField.flag(
                    "dns.flags.authoritative", 21, "the server is an authority for the name")
            .alias("dns.authoritative")
            .when(DnsFields::isPlainResponse);
    public static final FixedField TRUNCATED =
            FixedField.flag("dns.flags.truncated", 22, "records were left out").alias("dns.truncated");
    public static final FixedField RECDESIRED = FixedField.flag("dns.flags.recdesired", 23, "recursion desired")
            .alias("dns.recursion_requested")
            .when(DnsFields::isPlain);
    public static final FixedField RECAVAIL = FixedField.flag("dns.flags.recavail", 24, "recursion available")
            .alias("dns.recursion_available")
            .when(DnsFields::isPlainResponse);
    public static final FixedField Z =
            FixedField.flag("dns.flags.z", 25, "reserved").when(DnsFields::isPlain);
    public static final FixedField AUTHENTICATED = FixedField.flag(
                    "dns.flags.authenticated", 26, "all of it is proved by DNSSEC")
            .alias("dns.authentic_data")
            .when(DnsFields::hasAuthenticated);
    public static final FixedField CHECKDISABLE = FixedField.flag(
                    "dns.flags.checkdisable", 27, "data that is not proved will do")
            .alias("dns.check_disabled")
            .when(DnsFields::isPlain);
    public static final FixedField RCODE = FixedField.decimal("dns.flags.rcode", 28, 4, "response code")
            .alias("dns.resp_code")
            .when(DnsFields::isResponse);
    public static final FixedField QUERIES = FixedField.decimal("dns.count.queries", 32, 16, "number of questions")
            .alias("dns.query_count")
            .when(DnsFields::isNoUpdate);
    public static final FixedField ANSWERS = FixedField.decimal("dns.count.answers", 48, 16, "number of answers")
            .alias("dns.answer_count")
            .when(DnsFields::isNoUpdate);
    public static final FixedField AUTH_RR = FixedField.decimal(
                    "dns.count.auth_rr", 64, 16, "number of authority records")
            .alias("dns.auth_count")
            .when(DnsFields::isNoUpdate);
    public static final FixedField ADD_RR = FixedField.decimal(
                    "dns.count.add_rr", 80, 16, "number of additional records")
            .alias("dns.ad_count");
    public static final Protocol PROTOCOL = Protocol.of(
            "DNS",
            "dns",
            Dns::new,
            DnsFields.ALL,
            (p, offset, end) -> dissect(Dns.PROTOCOL, p, offset, end),
            Selector.udpPort(53));

    private final RecordIndex index = new RecordIndex(this);
    private int indexed = -1;

    /** The bytes that {@link #message(DnsMessage)} made, and what their length and count fields should be. */
    private ByteBuffer crafted = ByteBuffer.allocate(0);

    private int[] dataAt = {};
    private int[] dataLength = {};
    private int[] counts = {};

    /** A header of its own with all bits zero, and nothing behind it. */
    public Dns() {
        super(LENGTH);
    }

    /** A header of its own with what {@code message} says. */
    public static Dns of(DnsMessage message) {
        return new Dns().message(message);
    }

    /**
     * The message that these bytes are, in place.
     *
     * @throws DecodeException if they hold no whole header
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Dns wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Dns(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Identifier, which a reply repeats. */
    public int id() {
        return getInt(ID);
    }

    /** Sets id. */
    public Dns id(int value) {
        put(ID, value);
        return this;
    }

    /** All flags. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Dns flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** Response, not query. */
    public boolean response() {
        return getFlag(RESPONSE);
    }

    /** Sets response. */
    public Dns response(boolean value) {
        put(RESPONSE, value ? 1 : 0);
        return this;
    }

    /** Kind of query. */
    public int opcode() {
        return getInt(OPCODE);
    }

    /** Sets opcode. */
    public Dns opcode(int value) {
        put(OPCODE, value);
        return this;
    }

    /** The server is an authority for the name. */
    public boolean authoritative() {
        return getFlag(AUTHORITATIVE);
    }

    /** Sets authoritative. */
    public Dns authoritative(boolean value) {
        put(AUTHORITATIVE, value ? 1 : 0);
        return this;
    }

    /** Records were left out. */
    public boolean truncated() {
        return getFlag(TRUNCATED);
    }

    /** Sets truncated. */
    public Dns truncated(boolean value) {
        put(TRUNCATED, value ? 1 : 0);
        return this;
    }

    /** Recursion desired. */
    public boolean recursionDesired() {
        return getFlag(RECDESIRED);
    }

    /** Sets recursionDesired. */
    public Dns recursionDesired(boolean value) {
        put(RECDESIRED, value ? 1 : 0);
        return this;
    }

    /** Recursion available. */
    public boolean recursionAvailable() {
        return getFlag(RECAVAIL);
    }

    /** Sets recursionAvailable. */
    public Dns recursionAvailable(boolean value) {
        put(RECAVAIL, value ? 1 : 0);
        return this;
    }

    /** Reserved. */
    public boolean z() {
        return getFlag(Z);
    }

    /** Sets z. */
    public Dns z(boolean value) {
        put(Z, value ? 1 : 0);
        return this;
    }

    /** All of it is proved by DNSSEC. */
    public boolean authenticData() {
        return getFlag(AUTHENTICATED);
    }

    /** Sets authenticData. */
    public Dns authenticData(boolean value) {
        put(AUTHENTICATED, value ? 1 : 0);
        return this;
    }

    /** Data that is not proved will do. */
    public boolean checkingDisabled() {
        return getFlag(CHECKDISABLE);
    }

    /** Sets checkingDisabled. */
    public Dns checkingDisabled(boolean value) {
        put(CHECKDISABLE, value ? 1 : 0);
        return this;
    }

    /** Response code. */
    public int rcode() {
        return getInt(RCODE);
    }

    /** Sets rcode. */
    public Dns rcode(int value) {
        put(RCODE, value);
        return this;
    }

    /** Number of questions, of zones in updates. */
    public int questionCount() {
        return getInt(QUERIES);
    }

    /** Sets questionCount. */
    public Dns questionCount(int value) {
        put(QUERIES, value);
        return this;
    }

    /** Number of answers, of prerequisites in updates. */
    public int answerCount() {
        return getInt(ANSWERS);
    }

    /** Sets answerCount. */
    public Dns answerCount(int value) {
        put(ANSWERS, value);
        return this;
    }

    /** Number of authority records, of updates in updates. */
    public int authorityCount() {
        return getInt(AUTH_RR);
    }

    /** Sets authorityCount. */
    public Dns authorityCount(int value) {
        put(AUTH_RR, value);
        return this;
    }

    /** Number of additional records. */
    public int additionalCount() {
        return getInt(ADD_RR);
    }

    /** Sets additionalCount. */
    public Dns additionalCount(int value) {
        put(ADD_RR, value);
        return this;
    }

    /** How many records there are in all sections, up to the first that is damaged. */
    public int recordCount() {
        return index().records();
    }

    /**
     * The length field of a record.
     *
     * @param record from 0, over all sections
     * @throws IndexOutOfBoundsException if there is no such record
     */
    public int rdLength(int record) {
        return index().rdLength(record);
    }

    /**
     * Sets the length field of a record, and nothing else.
     *
     * @param record from 0, over all sections
     * @throws IndexOutOfBoundsException if there is no such record
     */
    public Dns rdLength(int record, int value) {
        put(FixedField.decimal("dns.resp.len", 8 * index().rdLengthAt(record), 16, "length of the data"), value);
        return this;
    }

    /**
     * The message as objects, which do not depend on this header.
     *
     * @throws DecodeException if it is damaged, or not all of it was captured
     */
    public DnsMessage message() {
        return DnsMessage.decode(buffer(), offset(), headerLength());
    }

    /** Replaces everything, header and records; this owns its storage afterwards. */
    public Dns message(DnsMessage message) {
        var starts = new ArrayList<Integer>();
        tail(0, message.write(starts).toBytes());
        crafted = buffer();
        dataAt = starts.stream().mapToInt(Integer::intValue).toArray();
        dataLength = new int[dataAt.length];
        for (int i = 0; i < dataAt.length; i++) {
            dataLength[i] = (crafted.get(dataAt[i] - 2) & 0xff) << 8 | crafted.get(dataAt[i] - 1) & 0xff;
        }
        counts = new int[] {questionCount(), answerCount(), authorityCount(), additionalCount()};
        return this;
    }

    /** What is wrong with names or records, if something is; offsets count from the message's first byte. */
    public Optional<DecodeError> damage() {
        try {
            message();
            return Optional.empty();
        } catch (DecodeException e) {
            return Optional.of(e.error());
        }
    }

    /** Where questions and records stand. */
    final RecordIndex index() {
        if (indexed != revision()) {
            index.build();
            indexed = revision();
        }
        return index;
    }

    static void dissect(Protocol protocol, PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(protocol, offset, end, LENGTH);
        } else {
            p.add(protocol, offset, offset + available, end);
        }
    }

    /** Restores what {@link #message(DnsMessage)} wrote; lengths and counts that came with a packet are left alone. */
    @Override
    @SuppressWarnings("ReferenceEquality") // is meant
    protected void fix(Assembly assembly) {
        if (!assembly.lengths() || buffer() != crafted) {
            return;
        }
        assembly.set(QUERIES, counts[0]);
        assembly.set(ANSWERS, counts[1]);
        assembly.set(AUTH_RR, counts[2]);
        assembly.set(ADD_RR, counts[3]);
        for (int i = 0; i < dataAt.length; i++) {
            assembly.buffer().putShort(assembly.offset() + dataAt[i] - 2, (short) dataLength[i]);
        }
    }

    @Override
    public String summary() {
        return protocol().name() + " " + index().summary();
    }
}
