package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Transmission Control Protocol, RFC 9293.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |          Source Port          |       Destination Port        |
 * |                        Sequence Number                        |
 * |                     Acknowledgment Number                     |
 * |Offset |Res|A|C|E|U|A|P|R|S|F|            Window             |
 * |           Checksum            |        Urgent Pointer         |
 * |                    Options (0 to 40 bytes)                    |
 * </pre>
 */
public final class Tcp extends ListHeader {
    /** Bytes of the fixed part. */
    public static final int LENGTH = 20;

    public static final FixedField SRCPORT = FixedField.decimal("tcp.srcport", 0, 16, "source port");
    public static final FixedField DSTPORT = FixedField.decimal("tcp.dstport", 16, 16, "destination port");
    public static final FixedField SEQ_RAW =
            FixedField.decimal("tcp.seq_raw", 32, 32, "sequence number").alias("tcp.seq");
    public static final FixedField ACK_RAW =
            FixedField.decimal("tcp.ack_raw", 64, 32, "acknowledgment number").alias("tcp.ack");
    public static final FixedField DATA_OFFSET =
            FixedField.decimal("tcp.data_offset", 96, 4, "header length in 32-bit words");
    public static final FixedField FLAGS = FixedField.hex("tcp.flags", 100, 12, "reserved bits and flags");
    public static final FixedField FLAGS_RES = FixedField.decimal("tcp.flags.res", 100, 3, "reserved bits");
    public static final FixedField FLAGS_AE = FixedField.flag("tcp.flags.ae", 103, "accurate ECN, once the nonce sum")
            .alias("tcp.flags.ns");
    public static final FixedField FLAGS_CWR = FixedField.flag("tcp.flags.cwr", 104, "congestion window reduced");
    public static final FixedField FLAGS_ECE = FixedField.flag("tcp.flags.ece", 105, "ECN echo");
    public static final FixedField FLAGS_URG = FixedField.flag("tcp.flags.urg", 106, "urgent pointer is valid");
    public static final FixedField FLAGS_ACK = FixedField.flag("tcp.flags.ack", 107, "acknowledgment number is valid");
    public static final FixedField FLAGS_PUSH = FixedField.flag("tcp.flags.push", 108, "push");
    public static final FixedField FLAGS_RESET = FixedField.flag("tcp.flags.reset", 109, "reset the connection");
    public static final FixedField FLAGS_SYN = FixedField.flag("tcp.flags.syn", 110, "synchronize sequence numbers");
    public static final FixedField FLAGS_FIN = FixedField.flag("tcp.flags.fin", 111, "no more data from the sender");
    public static final FixedField WINDOW_SIZE_VALUE =
            FixedField.decimal("tcp.window_size_value", 112, 16, "window, not scaled");
    public static final FixedField CHECKSUM = FixedField.hex("tcp.checksum", 128, 16, "checksum");
    public static final FixedField URGENT_POINTER = FixedField.decimal("tcp.urgent_pointer", 144, 16, "urgent pointer");
    static final ComputedField PORT = ComputedField.either("tcp.port", SRCPORT, DSTPORT, "source or destination port");
    static final ComputedField HDR_LEN = ComputedField.number(
            "tcp.hdr_len", FieldType.DECIMAL, "header length in bytes", 13, h -> 4 * h.get(DATA_OFFSET));
    /** Of a header cut short nobody knows. */
    static final ComputedField LEN = ComputedField.number(
            "tcp.len",
            FieldType.DECIMAL,
            "bytes of payload",
            LENGTH,
            h -> h.headerLength() < 4 * h.get(DATA_OFFSET) ? -1 : h.bodyLength());

    static final ComputedField OPTIONS =
            ComputedField.of("tcp.options", FieldType.BYTES, "all options", (h, occurrence, out) -> {
                out.setRange(h.buffer(), h.offset() + LENGTH, h.headerLength() - LENGTH);
                return occurrence == 0 && h.headerLength() > LENGTH;
            });
    private static final Options LAYOUT = new Options(LENGTH);
    static final ComputedField OPTION_KIND = LAYOUT.kind("tcp.option_kind");
    static final ComputedField OPTION_LEN = LAYOUT.length("tcp.option_len");
    static final ComputedField MSS = LAYOUT.value("tcp.options.mss_val", 2, 2, 2, "maximum segment size");
    static final ComputedField WSCALE = LAYOUT.value("tcp.options.wscale.shift", 3, 2, 1, "window scale shift");
    static final ComputedField TSVAL = LAYOUT.value("tcp.options.timestamp.tsval", 8, 2, 4, "timestamp value");
    static final ComputedField TSECR = LAYOUT.value("tcp.options.timestamp.tsecr", 8, 6, 4, "timestamp echo reply");
    static final ComputedField SACK_LE = LAYOUT.values("tcp.options.sack_le", 5, 2, 4, 8, "left edge of a SACK block");
    static final ComputedField SACK_RE = LAYOUT.values("tcp.options.sack_re", 5, 6, 4, 8, "right edge of a SACK block");
    static final ComputedField PAYLOAD = ComputedField.payload("tcp.payload", "payload");
    public static final Protocol PROTOCOL = Protocol.of(
            "TCP",
            "tcp",
            Tcp::new,
            List.of(
                    SRCPORT,
                    DSTPORT,
                    PORT,
                    LEN,
                    SEQ_RAW,
                    ACK_RAW,
                    DATA_OFFSET,
                    HDR_LEN,
                    FLAGS,
                    FLAGS_RES,
                    FLAGS_AE,
                    FLAGS_CWR,
                    FLAGS_ECE,
                    FLAGS_URG,
                    FLAGS_ACK,
                    FLAGS_PUSH,
                    FLAGS_RESET,
                    FLAGS_SYN,
                    FLAGS_FIN,
                    WINDOW_SIZE_VALUE,
                    CHECKSUM,
                    URGENT_POINTER,
                    OPTIONS,
                    OPTION_KIND,
                    OPTION_LEN,
                    MSS,
                    WSCALE,
                    TSVAL,
                    TSECR,
                    SACK_LE,
                    SACK_RE,
                    PAYLOAD),
            Tcp::dissect,
            Selector.ipProtocol(6));

    /** A header of its own with the protocol's defaults. */
    public Tcp() {
        super(LENGTH);
        dataOffset(5).window(65535);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Tcp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Tcp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Source port. */
    public int srcPort() {
        return getInt(SRCPORT);
    }

    /** Sets srcPort. */
    public Tcp srcPort(int value) {
        put(SRCPORT, value);
        return this;
    }

    /** Destination port. */
    public int dstPort() {
        return getInt(DSTPORT);
    }

    /** Sets dstPort. */
    public Tcp dstPort(int value) {
        put(DSTPORT, value);
        return this;
    }

    /** Sequence number. */
    public long sequenceNumber() {
        return get(SEQ_RAW);
    }

    /** Sets sequenceNumber. */
    public Tcp sequenceNumber(long value) {
        put(SEQ_RAW, value);
        return this;
    }

    /** Acknowledgment number. */
    public long acknowledgmentNumber() {
        return get(ACK_RAW);
    }

    /** Sets acknowledgmentNumber. */
    public Tcp acknowledgmentNumber(long value) {
        put(ACK_RAW, value);
        return this;
    }

    /** Header length in 32-bit words. */
    public int dataOffset() {
        return getInt(DATA_OFFSET);
    }

    /** Sets dataOffset. */
    public Tcp dataOffset(int value) {
        put(DATA_OFFSET, value);
        return this;
    }

    /** Reserved bits and flags. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Tcp flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** Reserved bits. */
    public int reserved() {
        return getInt(FLAGS_RES);
    }

    /** Sets reserved. */
    public Tcp reserved(int value) {
        put(FLAGS_RES, value);
        return this;
    }

    /** Accurate ECN, once the nonce sum. */
    public boolean ae() {
        return getFlag(FLAGS_AE);
    }

    /** Sets ae. */
    public Tcp ae(boolean value) {
        put(FLAGS_AE, value ? 1 : 0);
        return this;
    }

    /** Congestion window reduced. */
    public boolean cwr() {
        return getFlag(FLAGS_CWR);
    }

    /** Sets cwr. */
    public Tcp cwr(boolean value) {
        put(FLAGS_CWR, value ? 1 : 0);
        return this;
    }

    /** ECN echo. */
    public boolean ece() {
        return getFlag(FLAGS_ECE);
    }

    /** Sets ece. */
    public Tcp ece(boolean value) {
        put(FLAGS_ECE, value ? 1 : 0);
        return this;
    }

    /** Urgent pointer is valid. */
    public boolean urg() {
        return getFlag(FLAGS_URG);
    }

    /** Sets urg. */
    public Tcp urg(boolean value) {
        put(FLAGS_URG, value ? 1 : 0);
        return this;
    }

    /** Acknowledgment number is valid. */
    public boolean ack() {
        return getFlag(FLAGS_ACK);
    }

    /** Sets ack. */
    public Tcp ack(boolean value) {
        put(FLAGS_ACK, value ? 1 : 0);
        return this;
    }

    /** Push. */
    public boolean psh() {
        return getFlag(FLAGS_PUSH);
    }

    /** Sets psh. */
    public Tcp psh(boolean value) {
        put(FLAGS_PUSH, value ? 1 : 0);
        return this;
    }

    /** Reset the connection. */
    public boolean rst() {
        return getFlag(FLAGS_RESET);
    }

    /** Sets rst. */
    public Tcp rst(boolean value) {
        put(FLAGS_RESET, value ? 1 : 0);
        return this;
    }

    /** Synchronize sequence numbers. */
    public boolean syn() {
        return getFlag(FLAGS_SYN);
    }

    /** Sets syn. */
    public Tcp syn(boolean value) {
        put(FLAGS_SYN, value ? 1 : 0);
        return this;
    }

    /** No more data from the sender. */
    public boolean fin() {
        return getFlag(FLAGS_FIN);
    }

    /** Sets fin. */
    public Tcp fin(boolean value) {
        put(FLAGS_FIN, value ? 1 : 0);
        return this;
    }

    /** Window, not scaled. */
    public int window() {
        return getInt(WINDOW_SIZE_VALUE);
    }

    /** Sets window. */
    public Tcp window(int value) {
        put(WINDOW_SIZE_VALUE, value);
        return this;
    }

    /** Checksum. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Tcp checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    /** Urgent pointer. */
    public int urgentPointer() {
        return getInt(URGENT_POINTER);
    }

    /** Sets urgentPointer. */
    public Tcp urgentPointer(int value) {
        put(URGENT_POINTER, value);
        return this;
    }

    /** The options as they stand, padding included. */
    public byte[] options() {
        return tail(LENGTH);
    }

    /**
     * Replaces the options; zeros (end of option list) fill up to a multiple of four bytes. The data offset stays as it
     * is.
     *
     * @throws IllegalArgumentException if they are longer than 40 bytes
     */
    public Tcp options(byte[] options) {
        tail(LENGTH, Options.padded("TCP", options));
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int headerLength = (Bits.u8(p.buffer(), offset + 12) >>> 4) * 4;
        if (headerLength < LENGTH || available < headerLength) {
            reject(p, offset, end, headerLength);
            return;
        }
        if (p.add(PROTOCOL, offset, offset + headerLength, end)) {
            p.tcpPorts(Bits.u16(p.buffer(), offset), Bits.u16(p.buffer(), offset + 2), offset + headerLength, end);
        }
    }

    /** Says what is wrong; apart, so that the way of a good packet stays small enough to be inlined. */
    private static void reject(PacketParser p, int offset, int end, int headerLength) {
        if (headerLength < LENGTH) {
            p.malformed(PROTOCOL, offset, end, 13, LENGTH, "tcp.hdr_len is " + headerLength + ", below " + LENGTH);
        } else {
            p.truncated(PROTOCOL, offset, end, headerLength);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(DATA_OFFSET, (assembly.headerEnd() - assembly.offset()) / 4);
        }
        if (assembly.checksums()) {
            assembly.transportChecksum(CHECKSUM, 6, assembly.networkEnd());
        }
    }

    /** The flags as tcpdump writes them: {@code S} SYN, {@code F} FIN, {@code R} RST, {@code P} PSH, {@code .} ACK ... */
    private String flagText() {
        int flags = flags();
        var out = new StringBuilder();
        String letters = "FSRP.UEWe";
        for (int i = 0; i < letters.length(); i++) {
            if ((flags >>> i & 1) != 0) {
                out.append(letters.charAt(i));
            }
        }
        return out.length() == 0 ? "none" : out.toString();
    }

    @Override
    public String summary() {
        return "Flags [" + flagText() + "], seq " + sequenceNumber()
                + (ack() ? ", ack " + acknowledgmentNumber() : "")
                + ", win " + window() + ", length " + bodyLength();
    }
}
