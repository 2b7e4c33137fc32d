package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Internet Group Management Protocol, versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376). Which version a message is
 * of, its type says, and for queries its length.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      | Max Resp Code |           Checksum            |
 * |                         Group Address                         |
 * | Resv  |S| QRV |     QQIC      |     Number of Sources (N)     |  queries of version 3
 * |                    N source addresses ...                     |
 *
 * |  Type = 0x22  |    Reserved   |           Checksum            |  reports of version 3
 * |           Reserved            |  Number of Group Records (M)  |
 * |           M group records, see GroupRecord ...                |
 * </pre>
 */
public final class Igmp extends ListHeader {
    /** Bytes of a message of version 1 or 2, and of the fixed part of a report of version 3. */
    public static final int LENGTH = 8;

    /** Bytes of the fixed part of a query of version 3. */
    public static final int QUERY_LENGTH = 12;

    /** Values of {@link #type}. */
    public static final int MEMBERSHIP_QUERY = 0x11;

    public static final int V1_MEMBERSHIP_REPORT = 0x12;
    public static final int V2_MEMBERSHIP_REPORT = 0x16;
    public static final int LEAVE_GROUP = 0x17;
    public static final int V3_MEMBERSHIP_REPORT = 0x22;

    private static final int RECORD_FIXED = 8;

    public static final FixedField TYPE = FixedField.hex("igmp.type", 0, 8, "message type");
    /** As it stands; what queries show as igmp.max_resp is the time it stands for. */
    public static final FixedField MAX_RESP_CODE = FixedField.decimal("igmp.max_resp", 8, 8, "max resp code");

    public static final FixedField CHECKSUM = FixedField.hex("igmp.checksum", 16, 16, "checksum");
    public static final FixedField GROUP =
            FixedField.ipv4("igmp.maddr", 32, "group address").when(Igmp::hasGroup);
    public static final FixedField S =
            FixedField.flag("igmp.s", 68, "suppress router-side processing").when(Igmp::isQuery3);
    public static final FixedField QRV = FixedField.decimal("igmp.qrv", 69, 3, "querier's robustness variable")
            .when(Igmp::isQuery3);
    public static final FixedField QQIC = FixedField.decimal("igmp.qqic", 72, 8, "querier's query interval code")
            .when(Igmp::isQuery3);
    public static final FixedField NUM_SRC =
            FixedField.decimal("igmp.num_src", 80, 16, "number of sources").when(Igmp::isQuery3);
    public static final FixedField NUM_GRP_RECS = FixedField.decimal(
                    "igmp.num_grp_recs", 48, 16, "number of group records")
            .when(h -> h.get(Igmp.TYPE) == V3_MEMBERSHIP_REPORT);

    private static final Layout SOURCES = new Layout() {
        @Override
        public int first(Header header) {
            return isQuery3(header) ? QUERY_LENGTH : -1;
        }

        @Override
        public int size(Header header, int at, int end) {
            return 4;
        }
    };
    private static final Layout RECORDS = GroupRecord.layout(TYPE, V3_MEMBERSHIP_REPORT, 4);

    static final ComputedField VERSION = ComputedField.number(
            "igmp.version", FieldType.DECIMAL, "version, as type and length say", 1, Igmp::version);
    static final ComputedField MAX_RESP = ComputedField.number(
            "igmp.max_resp", FieldType.DECIMAL, "time to respond within, tenths of a second", 2, h -> switch (version(
                    h)) {
                case 2 -> h.get(MAX_RESP_CODE);
                case 3 -> h.get(TYPE) == MEMBERSHIP_QUERY ? fromCode((int) h.get(MAX_RESP_CODE), 8) : -1;
                default -> -1;
            });
    static final ComputedField SADDR = field(
                    "igmp.saddr", FieldType.IPV4, "source address of a query", SOURCES, number(0, 4))
            .alias("igmp.obj.saddr");
    static final ComputedField RECORD =
            field("igmp.obj.grecs", FieldType.BYTES, "each group record of a report", RECORDS, rest(0));
    static final ComputedField RECORD_TYPE =
            number("igmp.record_type", "type of a group record", RECORDS, 0, 1).alias("igmpv3grouprecord.type");
    static final ComputedField AUX_DATA_LEN = number(
                    "igmp.aux_data_len", "auxiliary data of a group record, 32-bit words", RECORDS, 1, 1)
            .alias("igmpv3grouprecord.aux_data_len");
    static final ComputedField RECORD_NUM_SRC =
            number("igmp.num_src", "sources of a group record", RECORDS, 2, 2).alias("igmpv3grouprecord.num_src");
    static final ComputedField RECORD_GROUP = field(
                    "igmp.maddr", FieldType.IPV4, "address of a group record", RECORDS, number(4, 4))
            .alias("igmpv3grouprecord.group_address");
    static final ComputedField RECORD_SOURCE = field(
                    "igmp.saddr", FieldType.IPV4, "source address of a group record", RECORDS, Igmp::recordSource)
            .alias("igmpv3grouprecord.source_addresses");
    static final ComputedField AUX_DATA = field(
                    "igmp.aux_data", FieldType.BYTES, "auxiliary data of a group record", RECORDS, GroupRecord::auxData)
            .alias("igmpv3grouprecord.aux_data");
    public static final Protocol PROTOCOL = Protocol.of(
            "IGMP",
            "igmp",
            Igmp::new,
            List.of(
                    VERSION,
                    TYPE,
                    MAX_RESP,
                    CHECKSUM,
                    GROUP,
                    S,
                    QRV,
                    QQIC,
                    NUM_SRC,
                    SADDR,
                    NUM_GRP_RECS,
                    RECORD_TYPE,
                    AUX_DATA_LEN,
                    RECORD_NUM_SRC,
                    RECORD_GROUP,
                    RECORD_SOURCE,
                    AUX_DATA,
                    RECORD),
            Igmp::dissect,
            Selector.ipProtocol(2));

    /** A version 2 report of its own. */
    public Igmp() {
        super(LENGTH);
        type(V2_MEMBERSHIP_REPORT);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Igmp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Igmp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** 1, 2 or 3 as type and length say; -1 for types of other protocols. */
    public int version() {
        return version(this);
    }

    private static int version(Header h) {
        return switch ((int) h.get(TYPE)) {
            case V1_MEMBERSHIP_REPORT -> 1;
            case V2_MEMBERSHIP_REPORT, LEAVE_GROUP -> 2;
            case V3_MEMBERSHIP_REPORT -> 3;
            case MEMBERSHIP_QUERY ->
                h.headerLength() >= QUERY_LENGTH ? 3 : h.headerLength() > 1 && h.get(MAX_RESP_CODE) == 0 ? 1 : 2;
            default -> -1;
        };
    }

    private static boolean isQuery3(Header h) {
        return h.headerLength() >= QUERY_LENGTH && h.get(TYPE) == MEMBERSHIP_QUERY;
    }

    private static boolean hasGroup(Header h) {
        int version = version(h);
        return version > 0 && h.get(TYPE) != V3_MEMBERSHIP_REPORT;
    }

    private static boolean recordSource(Header h, int at, int size, int i, FieldValue out) {
        ByteBuffer b = h.buffer();
        int record = h.offset() + at;
        if (i >= Bits.u16(b, record + 2)) {
            return false;
        }
        out.setNumber(Bits.u32(b, record + RECORD_FIXED + 4 * i));
        return true;
    }

    /** A time or interval that is coded as RFC 3376 section 4.1.1 or RFC 3810 section 5.1.3 say, in 8 or 16 bits. */
    static long fromCode(int code, int bits) {
        if (code >>> bits - 1 == 0) {
            return code;
        }
        int mantissaBits = bits - 4;
        int mantissa = code & (1 << mantissaBits) - 1 | 1 << mantissaBits;
        return (long) mantissa << (code >>> mantissaBits & 7) + 3;
    }

    /** Message type. */
    public int type() {
        return getInt(TYPE);
    }

    /** Sets type. */
    public Igmp type(int value) {
        put(TYPE, value);
        return this;
    }

    /** Max Resp Code as it stands: tenths of a second in version 2, also in version 3 if below 128; else a float. */
    public int maxRespCode() {
        return getInt(MAX_RESP_CODE);
    }

    /** Sets maxRespCode. */
    public Igmp maxRespCode(int value) {
        put(MAX_RESP_CODE, value);
        return this;
    }

    /** Checksum. */
    public int checksum() {
        return getInt(CHECKSUM);
    }

    /** Sets checksum. */
    public Igmp checksum(int value) {
        put(CHECKSUM, value);
        return this;
    }

    /** Group address of all messages but reports of version 3. */
    public Ipv4Address group() {
        return getIpv4(GROUP);
    }

    /** Sets group. */
    public Igmp group(Ipv4Address value) {
        put(GROUP, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Suppress router-side processing, of a query of version 3. */
    public boolean s() {
        return get(S) != 0;
    }

    /** Sets s; the header grows to that of a query of version 3. */
    public Igmp s(boolean value) {
        atLeast(QUERY_LENGTH);
        put(S, value ? 1 : 0);
        return this;
    }

    /** Querier's robustness variable, of a query of version 3. */
    public int qrv() {
        return (int) get(QRV);
    }

    /** Sets qrv; the header grows to that of a query of version 3. */
    public Igmp qrv(int value) {
        atLeast(QUERY_LENGTH);
        put(QRV, value);
        return this;
    }

    /** Querier's query interval code, of a query of version 3. */
    public int qqic() {
        return (int) get(QQIC);
    }

    /** Sets qqic; the header grows to that of a query of version 3. */
    public Igmp qqic(int value) {
        atLeast(QUERY_LENGTH);
        put(QQIC, value);
        return this;
    }

    /** Number of sources, of a query of version 3. */
    public int numberOfSources() {
        return (int) get(NUM_SRC);
    }

    /** Sets numberOfSources; the header grows to that of a query of version 3. */
    public Igmp numberOfSources(int value) {
        atLeast(QUERY_LENGTH);
        put(NUM_SRC, value);
        return this;
    }

    /** Source addresses of a query of version 3. */
    public List<Ipv4Address> sources() {
        var sources = new ArrayList<Ipv4Address>();
        each(SOURCES, (at, size) -> sources.add(new Ipv4Address(Bits.i32(buffer(), at))));
        return sources;
    }

    /** Replaces the sources; the header grows to that of a query of version 3. Their number stays as it is. */
    public Igmp sources(List<Ipv4Address> sources) {
        atLeast(QUERY_LENGTH);
        ByteBuffer bytes = ByteBuffer.allocate(4 * sources.size());
        sources.forEach(source -> bytes.putInt(source.bits()));
        tail(QUERY_LENGTH, bytes.array());
        return this;
    }

    /** Number of group records, of a report of version 3. */
    public int numberOfGroupRecords() {
        return getInt(NUM_GRP_RECS);
    }

    /** Sets numberOfGroupRecords. */
    public Igmp numberOfGroupRecords(int value) {
        put(NUM_GRP_RECS, value);
        return this;
    }

    /** Group records of a report of version 3. */
    public List<GroupRecord<Ipv4Address>> groupRecords() {
        var records = new ArrayList<GroupRecord<Ipv4Address>>();
        each(RECORDS, (at, size) -> records.add(GroupRecord.decode(buffer(), at, 4, Ipv4Address::of)));
        return records;
    }

    /** Makes this a report of version 3 with these group records. Their number stays as it is. */
    public Igmp groupRecords(List<GroupRecord<Ipv4Address>> records) {
        type(V3_MEMBERSHIP_REPORT);
        tail(LENGTH, GroupRecord.encode(records, 4, Ipv4Address::toBytes));
        return this;
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        if (available < LENGTH) {
            p.truncated(PROTOCOL, offset, end, LENGTH);
            return;
        }
        int type = Bits.u8(p.buffer(), offset);
        int length = LENGTH;
        if (type == MEMBERSHIP_QUERY && end - offset >= QUERY_LENGTH) {
            length = available < QUERY_LENGTH ? QUERY_LENGTH : QUERY_LENGTH + 4 * Bits.u16(p.buffer(), offset + 10);
        } else if (type == V3_MEMBERSHIP_REPORT) {
            length = GroupRecord.reportLength(p.buffer(), offset, available, 4);
        }
        if (length > available) {
            p.truncated(PROTOCOL, offset, end, length);
        } else {
            p.add(PROTOCOL, offset, offset + length, end);
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            if (type() == V3_MEMBERSHIP_REPORT) {
                assembly.set(NUM_GRP_RECS, count(RECORDS));
            } else if (isQuery3(this)) {
                assembly.set(NUM_SRC, count(SOURCES));
            }
        }
        if (assembly.checksums()) {
            assembly.checksum(CHECKSUM, assembly.networkEnd());
        }
    }

    @Override
    public String summary() {
        return "igmp "
                + switch (type()) {
                    case MEMBERSHIP_QUERY -> "query v" + version() + (group().bits() == 0 ? "" : " of " + group());
                    case V1_MEMBERSHIP_REPORT -> "v1 report " + group();
                    case V2_MEMBERSHIP_REPORT -> "v2 report " + group();
                    case LEAVE_GROUP -> "leave " + group();
                    case V3_MEMBERSHIP_REPORT -> "v3 report, " + numberOfGroupRecords() + " group record(s)";
                    default -> "type " + type();
                };
    }
}
