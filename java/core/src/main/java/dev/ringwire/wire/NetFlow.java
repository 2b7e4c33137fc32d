package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cisco NetFlow, versions 5 and 1 with their records, and the header of version 9 (RFC 3954), whose records mean what
 * templates say.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |            Version            |             Count             |
 * |                    System uptime, milliseconds                |
 * |                         Unix seconds                          |
 * |    Unix nanoseconds (1, 5)     |    Flow sequence (9)          |
 * |      Flow sequence (5)         |    Source identifier (9)      |
 * |  Engine type  |   Engine ID   |Mod|      Sampling rate (5)    |
 * :                           Records                             :
 * </pre>
 */
public final class NetFlow extends Header {
    /** Bytes of the fixed part of version 5. */
    public static final int LENGTH = 24;

    /** Bytes of a record of version 5. */
    public static final int RECORD = 48;

    private static final int MAX_RECORDS = 0xffff / RECORD;

    private static final int LENGTH_1 = 16;
    private static final int RECORD_1 = 52;
    private static final int LENGTH_9 = 20;
    private static final long NANOS = 1_000_000L;

    public static final FixedField VERSION =
            FixedField.decimal("cflow.version", 0, 16, "version").alias("netflow.version");
    public static final FixedField COUNT =
            FixedField.decimal("cflow.count", 16, 16, "records").alias("netflow.count");
    public static final FixedField SYS_UPTIME =
            FixedField.decimal("netflow.sys_uptime", 32, 32, "milliseconds since the exporter started");
    public static final FixedField UNIX_SECS = FixedField.decimal(
                    "cflow.unix_secs", 64, 32, "seconds since 1970 of the export")
            .alias("netflow.unix_secs");
    public static final FixedField UNIX_NSECS = FixedField.decimal(
                    "cflow.unix_nsecs", 96, 32, "nanoseconds behind them")
            .alias("netflow.unix_nano_seconds")
            .when(h -> version(h) != 9);
    public static final FixedField SEQUENCE = FixedField.decimal("cflow.sequence", 128, 32, "flows seen before these")
            .when(h -> version(h) == 5);
    public static final FixedField ENGINE_TYPE =
            FixedField.decimal("cflow.engine_type", 160, 8, "kind of engine").when(h -> version(h) == 5);
    public static final FixedField ENGINE_ID =
            FixedField.decimal("cflow.engine_id", 168, 8, "slot of the engine").when(h -> version(h) == 5);
    public static final FixedField SAMPLING_MODE =
            FixedField.decimal("cflow.samplingmode", 176, 2, "sampling mode").when(h -> version(h) == 5);
    public static final FixedField SAMPLE_RATE = FixedField.decimal(
                    "cflow.samplerate", 178, 14, "packets of which one is looked at")
            .when(h -> version(h) == 5);

    // Fields of a record, counted from its start.
    public static final FixedField SRC_ADDR = FixedField.ipv4("cflow.srcaddr", 0, "source address");
    public static final FixedField DST_ADDR = FixedField.ipv4("cflow.dstaddr", 32, "destination address");
    public static final FixedField NEXT_HOP = FixedField.ipv4("cflow.nexthop", 64, "next hop");
    public static final FixedField INPUT = FixedField.decimal("cflow.inputint", 96, 16, "interface in");
    public static final FixedField OUTPUT = FixedField.decimal("cflow.outputint", 112, 16, "interface out");
    public static final FixedField PACKETS = FixedField.decimal("cflow.packets", 128, 32, "packets");
    public static final FixedField OCTETS = FixedField.decimal("cflow.octets", 160, 32, "bytes");
    public static final FixedField FIRST = FixedField.decimal("cflow.timestart", 192, 32, "uptime at the first packet");
    public static final FixedField LAST = FixedField.decimal("cflow.timeend", 224, 32, "uptime at the last packet");
    public static final FixedField SRC_PORT = FixedField.decimal("cflow.srcport", 256, 16, "source port");
    public static final FixedField DST_PORT = FixedField.decimal("cflow.dstport", 272, 16, "destination port");
    public static final FixedField TCP_FLAGS = FixedField.hex("cflow.tcpflags", 296, 8, "flags seen, or-ed");
    public static final FixedField PROT = FixedField.decimal("cflow.protocol", 304, 8, "IP protocol");
    public static final FixedField TOS = FixedField.hex("cflow.tos", 312, 8, "type of service");
    public static final FixedField SRC_AS = FixedField.decimal("cflow.srcas", 320, 16, "source autonomous system");
    public static final FixedField DST_AS = FixedField.decimal("cflow.dstas", 336, 16, "destination autonomous system");
    public static final FixedField SRC_MASK = FixedField.decimal("cflow.srcmask", 352, 8, "source prefix length");
    public static final FixedField DST_MASK = FixedField.decimal("cflow.dstmask", 360, 8, "destination prefix length");
    private static final FixedField TCP_FLAGS_1 = FixedField.hex("cflow.tcpflags", 320, 8, "flags seen, or-ed");

    public static final Protocol PROTOCOL = Protocol.of(
            "NetFlow",
            "cflow",
            NetFlow::new,
            List.of(
                    VERSION,
                    COUNT,
                    SYS_UPTIME,
                    uptime(),
                    UNIX_SECS,
                    UNIX_NSECS,
                    sequence9(),
                    ENGINE_TYPE,
                    ENGINE_ID,
                    SAMPLING_MODE,
                    SAMPLE_RATE,
                    each(SRC_ADDR),
                    each(DST_ADDR),
                    each(NEXT_HOP),
                    each(INPUT),
                    each(OUTPUT),
                    each(PACKETS),
                    each(OCTETS),
                    each(FIRST, FIRST, FieldType.TIME),
                    each(LAST, LAST, FieldType.TIME),
                    each(SRC_PORT),
                    each(DST_PORT),
                    each(TCP_FLAGS, TCP_FLAGS_1, FieldType.HEX),
                    each(PROT),
                    each(TOS),
                    each(SRC_AS, null, FieldType.DECIMAL),
                    each(DST_AS, null, FieldType.DECIMAL),
                    each(SRC_MASK, null, FieldType.DECIMAL),
                    each(DST_MASK, null, FieldType.DECIMAL)),
            NetFlow::dissect,
            Selector.udpPort(2055),
            Selector.udpPort(9996));

    /** A header of its own, of version 5 without records. */
    public NetFlow() {
        super(LENGTH);
        version(5);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static NetFlow wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new NetFlow(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Version. */
    public int version() {
        return getInt(VERSION);
    }

    /** Sets version. */
    public NetFlow version(int value) {
        put(VERSION, value);
        return this;
    }

    /** Records. */
    public int count() {
        return getInt(COUNT);
    }

    /** Sets count. */
    public NetFlow count(int value) {
        put(COUNT, value);
        return this;
    }

    /** Milliseconds since the exporter started. */
    public long sysUptime() {
        return get(SYS_UPTIME);
    }

    /** Sets sysUptime. */
    public NetFlow sysUptime(long value) {
        put(SYS_UPTIME, value);
        return this;
    }

    /** Seconds since 1970 of the export. */
    public long unixSecs() {
        return get(UNIX_SECS);
    }

    /** Sets unixSecs. */
    public NetFlow unixSecs(long value) {
        put(UNIX_SECS, value);
        return this;
    }

    /** Nanoseconds behind them, of versions 1 and 5. */
    public long unixNsecs() {
        return get(UNIX_NSECS);
    }

    /** Sets unixNsecs. */
    public NetFlow unixNsecs(long value) {
        put(UNIX_NSECS, value);
        return this;
    }

    /** Flows seen before these, of version 5. */
    public long flowSequence() {
        return get(SEQUENCE);
    }

    /** Sets flowSequence. */
    public NetFlow flowSequence(long value) {
        put(SEQUENCE, value);
        return this;
    }

    /** Records that are here, which {@link #count} may not be true about. */
    public int records() {
        return records(this);
    }

    /**
     * Makes room for this many records of version 5, new ones being zeros; {@link #count} stays.
     *
     * @throws IllegalArgumentException if that is more than a datagram holds
     */
    public NetFlow records(int n) {
        if (n < 0 || n > MAX_RECORDS) {
            throw new IllegalArgumentException("NetFlow takes 0.." + MAX_RECORDS + " records, not " + n);
        }
        tail(LENGTH, Arrays.copyOf(tail(LENGTH), n * RECORD));
        return this;
    }

    /** A field of a record, the first being 0: one of this class whose comment says that it is of a record. */
    public long record(int n, FixedField field) {
        return field.get(buffer(), place(this, Objects.checkIndex(n, records())));
    }

    /** Sets a field of a record. */
    public NetFlow record(int n, FixedField field, long value) {
        field.set(buffer(), place(this, Objects.checkIndex(n, records())), value);
        return this;
    }

    private static int version(Header h) {
        return Bits.u16(h.buffer(), h.offset());
    }

    private static int fixed(int version) {
        return version == 1 ? LENGTH_1 : version == 5 ? LENGTH : LENGTH_9;
    }

    private static int record(int version) {
        return version == 1 ? RECORD_1 : RECORD;
    }

    private static int records(Header h) {
        int version = h.headerLength() < 2 ? 9 : version(h);
        return version == 9 ? 0 : Math.max(0, (h.headerLength() - fixed(version)) / record(version));
    }

    private static int place(Header h, int n) {
        int version = version(h);
        return h.offset() + fixed(version) + n * record(version);
    }

    private static ComputedField each(FixedField field) {
        return each(field, field, field.type());
    }

    /** A field of each record; times are milliseconds. */
    private static ComputedField each(FixedField of5, @Nullable FixedField of1, FieldType type) {
        return ComputedField.of(of5.name(), type, of5.label() + " of each record", (h, occurrence, out) -> {
                    if (occurrence >= records(h)) {
                        return false;
                    }
                    FixedField field = version(h) == 1 ? of1 : of5;
                    if (field == null) {
                        return false;
                    }
                    long value = field.get(h.buffer(), place(h, occurrence));
                    out.setNumber(type == FieldType.TIME ? value * NANOS : value);
                    return true;
                })
                .width(of5.bitWidth());
    }

    private static ComputedField uptime() {
        return ComputedField.number(
                "cflow.sysuptime",
                FieldType.TIME,
                "time since the exporter started",
                SYS_UPTIME.byteEnd(),
                h -> h.get(SYS_UPTIME) * NANOS);
    }

    /** The sequence number is where version 1 and 5 have nanoseconds. */
    private static ComputedField sequence9() {
        return ComputedField.number("cflow.sequence", FieldType.DECIMAL, SEQUENCE.label(), LENGTH_1, h -> {
            if (version(h) == 9) {
                return h.get(UNIX_NSECS);
            }
            return SEQUENCE.read(h, 0, new FieldValue()) ? h.get(SEQUENCE) : -1;
        });
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        int version = available < 2 ? 5 : Bits.u16(p.buffer(), offset);
        if (version != 1 && version != 5 && version != 9) {
            return; // of a kind we do not know: stays payload
        }
        int length = fixed(version);
        if (available >= length && version != 9) {
            length += record(version) * Bits.u16(p.buffer(), offset + 2);
        }
        if (available < length) {
            p.truncated(PROTOCOL, offset, end, length);
        } else {
            p.add(PROTOCOL, offset, offset + length, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        int version = (int) assembly.get(VERSION);
        if (assembly.lengths() && (version == 1 || version == 5)) {
            int records = assembly.headerEnd() - assembly.offset() - fixed(version);
            assembly.set(COUNT, records / record(version));
        }
    }

    @Override
    public String summary() {
        return "NetFlow v" + version() + ", " + count() + " records";
    }
}
