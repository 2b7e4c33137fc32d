package dev.ringwire.examples;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.Assembly;
import dev.ringwire.wire.ComputedField;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;
import java.util.List;

/**
 * A protocol of one's own with a fixed header: what the machines of a cluster tell each other on UDP port 4100.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |Version|L|  0  |     Load      |            Length             |
 * |            Sequence           |           Checksum            |
 * |                         Node (IPv4)                           |
 * </pre>
 */
public final class Heartbeat extends Header {
    public static final int LENGTH = 12;

    public static final FixedField VERSION = FixedField.decimal("heartbeat.version", 0, 4, "version");
    public static final FixedField LEADER = FixedField.flag("heartbeat.leader", 4, "whether the node leads");
    public static final FixedField LOAD = FixedField.decimal("heartbeat.load", 8, 8, "load in percent");
    public static final FixedField LEN = FixedField.decimal("heartbeat.len", 16, 16, "bytes of header and note");
    public static final FixedField SEQ = FixedField.decimal("heartbeat.seq", 32, 16, "sequence number");
    public static final FixedField CHECKSUM = FixedField.hex("heartbeat.checksum", 48, 16, "RFC 1071 checksum");
    public static final FixedField NODE =
            FixedField.ipv4("heartbeat.node", 64, "who it is about").alias("heartbeat.addr");
    static final ComputedField NOTE = ComputedField.payload("heartbeat.note", "what it says besides");

    public static final Protocol PROTOCOL = Protocol.of(
            "Heartbeat",
            "heartbeat",
            Heartbeat::new,
            "heartbeat.len",
            List.of(VERSION, LEADER, LOAD, LEN, SEQ, CHECKSUM, NODE, NOTE),
            Heartbeat::dissect,
            Selector.udpPort(4100));

    public Heartbeat() {
        super(LENGTH);
        put(VERSION, 1);
        put(LEN, LENGTH);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    public int version() {
        return getInt(VERSION);
    }

    public Heartbeat version(int value) {
        put(VERSION, value);
        return this;
    }

    public boolean leader() {
        return getFlag(LEADER);
    }

    public Heartbeat leader(boolean value) {
        put(LEADER, value ? 1 : 0);
        return this;
    }

    public int load() {
        return getInt(LOAD);
    }

    public Heartbeat load(int value) {
        put(LOAD, value);
        return this;
    }

    public int length() {
        return getInt(LEN);
    }

    public Heartbeat length(int value) {
        put(LEN, value);
        return this;
    }

    public int sequence() {
        return getInt(SEQ);
    }

    public Heartbeat sequence(int value) {
        put(SEQ, value);
        return this;
    }

    public int checksum() {
        return getInt(CHECKSUM);
    }

    public Heartbeat checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    public Ipv4Address node() {
        return getIpv4(NODE);
    }

    public Heartbeat node(Ipv4Address value) {
        put(NODE, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Proves that the header is there, says how far it and its note go, and hands nothing on. */
    private static void dissect(PacketParser p, int offset, int end) {
        if (p.available(offset, end) < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int length = Bits.u16(p.buffer(), offset + 2);
        if (length < LENGTH) {
            p.malformed(PROTOCOL, offset, end, LENGTH, LENGTH, "heartbeat.len is " + length + ", below " + LENGTH);
            return;
        }
        p.add(PROTOCOL, offset, offset + LENGTH, Math.min(end, offset + length));
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.end() - assembly.offset());
        }
        if (assembly.checksums()) {
            assembly.checksum(CHECKSUM, assembly.offset() + (int) assembly.get(LEN));
        }
    }

    @Override
    public String summary() {
        return "Heartbeat " + sequence() + " of " + node() + (leader() ? ", leader" : "") + ", load " + load() + "%";
    }
}
