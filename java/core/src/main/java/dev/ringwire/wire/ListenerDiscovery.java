package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The messages of Multicast Listener Discovery, version 1 (RFC 2710) and 2 (RFC 3810), as parts of {@link Icmpv6}.
 *
 * <pre>
 * |     Type      |     Code      |           Checksum            |
 * |    Maximum Response Code      |           Reserved            |  query; version 1 report and done
 * |                 Multicast Address, 16 bytes                   |
 * | Resv  |S| QRV |     QQIC      |     Number of Sources (N)     |  query of version 2
 * |                 N source addresses, 16 bytes each             |
 *
 * |           Reserved            |  Number of Records (M)        |  version 2 report
 * |           M records, see GroupRecord ...                      |
 * </pre>
 */
final class ListenerDiscovery {
    static final int QUERY_LENGTH = 28;

    private static final int RECORD_FIXED = 20;

    static final FixedField MAX_RESPONSE_DELAY = FixedField.decimal(
                    "icmpv6.mld.maximum_response_delay", 32, 16, "ms to respond within, version 1")
            .when(h -> isVersion1((int) h.get(Icmpv6.TYPE)) && !isQuery2(h));
    // As they stand; what queries show is what they stand for.
    static final FixedField MAX_RESPONSE_CODE =
            FixedField.decimal("icmpv6.mld.maximum_response_code", 32, 16, "maximum response code");
    static final FixedField QQIC = FixedField.decimal("icmpv6.mld.qqi", 200, 8, "querier's query interval code");

    private static ComputedField decoded(String name, FixedField code, String label) {
        return ComputedField.number(
                name,
                FieldType.DECIMAL,
                label,
                QUERY_LENGTH,
                h -> isQuery2(h) ? Igmp.fromCode((int) h.get(code), code.bitWidth()) : -1);
    }

    static final FixedField MULTICAST_ADDRESS = FixedField.ipv6("icmpv6.mld.multicast_address", 64, "group address")
            .when(h -> isVersion1((int) h.get(Icmpv6.TYPE)));
    static final FixedField FLAG =
            FixedField.hex("icmpv6.mld.flag", 192, 8, "flags of a query").when(ListenerDiscovery::isQuery2);
    static final FixedField S = FixedField.flag("icmpv6.mld.flag.s", 196, "suppress router-side processing")
            .when(ListenerDiscovery::isQuery2);
    static final FixedField QRV = FixedField.decimal("icmpv6.mld.flag.qrv", 197, 3, "querier's robustness variable")
            .when(ListenerDiscovery::isQuery2);
    static final FixedField NB_SOURCES = FixedField.decimal("icmpv6.mld.nb_sources", 208, 16, "number of sources")
            .when(ListenerDiscovery::isQuery2);
    static final FixedField NB_RECORDS = FixedField.decimal("icmpv6.mldr.nb_mcast_records", 48, 16, "number of records")
            .when(Icmpv6.is(Icmpv6.MULTICAST_LISTENER_REPORT_V2));

    static final ListHeader.Layout SOURCES = new ListHeader.Layout() {
        @Override
        public int first(Header header) {
            return isQuery2(header) ? QUERY_LENGTH : -1;
        }

        @Override
        public int size(Header header, int at, int end) {
            return 16;
        }
    };
    static final ListHeader.Layout RECORDS = GroupRecord.layout(Icmpv6.TYPE, Icmpv6.MULTICAST_LISTENER_REPORT_V2, 16);

    static final List<Field> FIELDS = List.of(
            MAX_RESPONSE_DELAY,
            decoded("icmpv6.mld.maximum_response_code", MAX_RESPONSE_CODE, "ms to respond within, version 2"),
            MULTICAST_ADDRESS,
            FLAG,
            S,
            QRV,
            decoded("icmpv6.mld.qqi", QQIC, "seconds between queries"),
            NB_SOURCES,
            ListHeader.field(
                    "icmpv6.mld.source_address",
                    FieldType.IPV6,
                    "source address of a query",
                    SOURCES,
                    ListHeader.runs(0, 16, false)),
            NB_RECORDS,
            ListHeader.number("icmpv6.mldr.mar.record_type", "type of a record", RECORDS, 0, 1),
            ListHeader.number(
                    "icmpv6.mldr.mar.aux_data_len", "auxiliary data of a record, 32-bit words", RECORDS, 1, 1),
            ListHeader.number("icmpv6.mldr.mar.nb_sources", "sources of a record", RECORDS, 2, 2),
            ListHeader.field(
                    "icmpv6.mldr.mar.multicast_address",
                    FieldType.IPV6,
                    "group address of a record",
                    RECORDS,
                    ListHeader.runs(4, 16, false)),
            ListHeader.field(
                    "icmpv6.mldr.mar.source_address",
                    FieldType.IPV6,
                    "source address of a record",
                    RECORDS,
                    ListenerDiscovery::recordSource),
            ListHeader.field(
                    "icmpv6.mldr.mar.auxiliary_data",
                    FieldType.BYTES,
                    "auxiliary data of a record",
                    RECORDS,
                    GroupRecord::auxData));

    private ListenerDiscovery() {}

    /** Whether a message has the shape of version 1; queries of version 2 begin with it. */
    static boolean isVersion1(int type) {
        return type >= Icmpv6.MULTICAST_LISTENER_QUERY && type <= Icmpv6.MULTICAST_LISTENER_DONE;
    }

    static boolean isQuery2(Header h) {
        return h.headerLength() >= QUERY_LENGTH && h.get(Icmpv6.TYPE) == Icmpv6.MULTICAST_LISTENER_QUERY;
    }

    private static boolean recordSource(Header h, int at, int size, int i, FieldValue out) {
        ByteBuffer b = h.buffer();
        int record = h.offset() + at;
        if (i >= Bits.u16(b, record + 2)) {
            return false;
        }
        out.setRange(b, record + RECORD_FIXED + 16 * i, 16);
        return true;
    }
}
