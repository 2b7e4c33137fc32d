package dev.ringwire.examples;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.ComputedField;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A protocol of one's own with a variable header, from zero in plain Java: the part of DNS (RFC 1035) that asks for and
 * gives IPv4 addresses. The whole message is the header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |              ID               |R| Opcode|A|T|D|A|0|A|C| Rcode |
 * |           Questions           |            Answers            |
 * |          Authorities          |          Additional           |
 * |  Questions: name, type, class; records: name, type, class, TTL, length, data
 * </pre>
 */
public final class SmallDns extends Header {
    public static final int LENGTH = 12;
    public static final int A = 1;

    private static final int IN = 1;
    private static final int POINTER = 0xc0;
    private static final int MAX_NAME = 255;

    public static final FixedField ID = FixedField.hex("smalldns.id", 0, 16, "which query is answered");
    public static final FixedField RESPONSE = FixedField.flag("smalldns.response", 16, "0 query, 1 response");
    public static final FixedField RECURSE = FixedField.flag("smalldns.recdesired", 23, "recursion wanted");
    public static final FixedField RCODE = FixedField.decimal("smalldns.rcode", 28, 4, "response code");
    public static final FixedField QUESTIONS = FixedField.decimal("smalldns.questions", 32, 16, "questions");
    public static final FixedField ANSWERS = FixedField.decimal("smalldns.answers", 48, 16, "answers");
    static final ComputedField QUERY_NAME =
            ComputedField.of("smalldns.qry.name", FieldType.TEXT, "name asked for", (header, n, out) -> {
                SmallDns dns = (SmallDns) header;
                return n < dns.get(QUESTIONS) && name(dns, dns.record(n), out);
            });
    static final ComputedField ADDRESS =
            ComputedField.of("smalldns.a", FieldType.IPV4, "address in an answer", (header, n, out) -> {
                SmallDns dns = (SmallDns) header;
                int at = dns.address(n);
                out.setNumber(at < 0 ? 0 : Bits.u32(dns.buffer(), dns.offset() + at));
                return at >= 0;
            });

    public static final Protocol PROTOCOL = Protocol.of(
            "SmallDNS",
            "smalldns",
            SmallDns::new,
            List.of(ID, RESPONSE, RECURSE, RCODE, QUESTIONS, QUERY_NAME, ANSWERS, ADDRESS),
            SmallDns::dissect,
            Selector.udpPort(53));

    public SmallDns() {
        super(LENGTH);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    public int id() {
        return getInt(ID);
    }

    public SmallDns id(int value) {
        put(ID, value);
        return this;
    }

    public boolean response() {
        return getFlag(RESPONSE);
    }

    public SmallDns response(boolean value) {
        put(RESPONSE, value ? 1 : 0);
        return this;
    }

    public boolean recursionDesired() {
        return getFlag(RECURSE);
    }

    public SmallDns recursionDesired(boolean value) {
        put(RECURSE, value ? 1 : 0);
        return this;
    }

    public int rcode() {
        return getInt(RCODE);
    }

    public SmallDns rcode(int value) {
        put(RCODE, value);
        return this;
    }

    public int questions() {
        return getInt(QUESTIONS);
    }

    public SmallDns questions(int value) {
        put(QUESTIONS, value);
        return this;
    }

    public int answers() {
        return getInt(ANSWERS);
    }

    public SmallDns answers(int value) {
        put(ANSWERS, value);
        return this;
    }

    /** All behind the first 12 bytes. */
    public byte[] records() {
        return tail(LENGTH);
    }

    public SmallDns records(byte[] bytes) {
        tail(LENGTH, bytes);
        return this;
    }

    /** Adds a question, and counts it. */
    public SmallDns question(String name, int type) {
        byte[] behind = ByteBuffer.allocate(4)
                .putShort((short) type)
                .putShort((short) IN)
                .array();
        return append(name, behind).questions(questions() + 1);
    }

    /** Adds an answer, and counts it; questions come before. */
    public SmallDns answer(String name, int ttl, Ipv4Address address) {
        byte[] behind = ByteBuffer.allocate(14)
                .putShort((short) A)
                .putShort((short) IN)
                .putInt(ttl)
                .putShort((short) 4)
                .putInt(address.bits())
                .array();
        return append(name, behind).answers(answers() + 1);
    }

    private SmallDns append(String name, byte[] behind) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(records());
        Map<String, Integer> known = names();
        String rest = name;
        while (!rest.isEmpty() && !known.containsKey(rest)) {
            int dot = rest.indexOf('.');
            byte[] label = (dot < 0 ? rest : rest.substring(0, dot)).getBytes(StandardCharsets.US_ASCII);
            if (label.length == 0 || label.length > 63) {
                throw new IllegalArgumentException("a label of " + label.length + " bytes in \"" + name + "\"");
            }
            out.write(label.length);
            out.writeBytes(label);
            rest = dot < 0 ? "" : rest.substring(dot + 1);
        }
        if (rest.isEmpty()) {
            out.write(0);
        } else {
            out.write(POINTER | known.get(rest) >> 8);
            out.write(known.get(rest));
        }
        out.writeBytes(behind);
        return records(out.toByteArray());
    }

    /** Where each name, and each end of one, stands in full: what a later name can point to. */
    private Map<String, Integer> names() {
        var known = new HashMap<String, Integer>();
        for (int n = 0, at; (at = record(n)) >= 0 && at < headerLength(); n++) {
            for (int label = u8(at); label > 0 && label < POINTER; label = u8(at)) {
                String name = name(at);
                if (name != null && at < 0x4000) {
                    known.putIfAbsent(name, at);
                }
                at += 1 + label;
            }
        }
        return known;
    }

    /** A byte of the message, or -1 behind its end. */
    private int u8(int at) {
        return at >= 0 && at < headerLength() ? Bits.u8(buffer(), offset() + at) : -1;
    }

    /** The index behind a name, or -1 if it does not end. */
    private int behindName(int from) {
        int at = from;
        for (int label = u8(at); label > 0; label = u8(at)) {
            if (label >= POINTER) {
                return at + 2;
            }
            at += 1 + label;
        }
        return u8(at) == 0 ? at + 1 : -1;
    }

    /** The name at an index, or null if there is none. Pointers lead backwards, so that none is followed twice. */
    private @Nullable String name(int from) {
        var out = new StringBuilder();
        int at = from;
        int before = from;
        for (int label = u8(at); label != 0; label = u8(at)) {
            if (label >= POINTER) {
                at = (label & 63) << 8 | u8(at + 1);
                if (at >= before || at < 0) {
                    return null;
                }
                before = at;
                continue;
            }
            if (label < 0 || at + 1 + label > headerLength() || out.length() + label > MAX_NAME) {
                return null;
            }
            byte[] bytes = new byte[label];
            buffer().get(offset() + at + 1, bytes);
            out.append(out.length() == 0 ? "" : ".").append(new String(bytes, StandardCharsets.ISO_8859_1));
            at += 1 + label;
        }
        return out.toString();
    }

    private static boolean name(SmallDns dns, int at, FieldValue out) {
        String name = at < 0 ? null : dns.name(at);
        if (name == null) {
            return false;
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, out.room(text.length), 0, text.length);
        out.setText(text.length);
        return true;
    }

    /** Where the n-th question or record starts, or -1 if the message ends before. */
    private int record(int n) {
        int at = LENGTH;
        for (int i = 0; i < n; i++) {
            at = behindRecord(at, i);
        }
        return u8(at) < 0 ? -1 : at;
    }

    /** The index behind the n-th question or record, which starts at {@code at}; -1 if it does not end. */
    private int behindRecord(int at, int n) {
        int behind = behindName(at);
        if (behind < 0 || n < questions()) {
            return behind < 0 ? -1 : behind + 4;
        }
        int length = u8(behind + 9);
        return length < 0 ? -1 : behind + 10 + (u8(behind + 8) << 8 | length);
    }

    /** Where the data of the n-th answer with an IPv4 address starts, or -1. */
    private int address(int n) {
        int left = n;
        int at = record(questions());
        for (int i = questions(), to = i + answers(); i < to && at >= 0; i++) {
            int type = behindName(at);
            at = behindRecord(at, i);
            boolean isAddress = u8(type) == 0 && u8(type + 1) == A && at == type + 14 && at <= headerLength();
            if (isAddress && left-- == 0) {
                return type + 10;
            }
        }
        return -1;
    }

    private static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        p.add(PROTOCOL, offset, offset + available, end);
    }

    @Override
    public String summary() {
        String name = questions() > 0 ? name(LENGTH) : null;
        return "DNS " + (response() ? "response" : "query") + " 0x" + Integer.toHexString(id())
                + (name == null ? "" : " " + name) + (response() ? ", " + answers() + " answers" : "");
    }
}
