package dev.ringwire.wire.dns;

import static dev.ringwire.wire.dns.RdataFields.bits;
import static dev.ringwire.wire.dns.RdataFields.data;
import static dev.ringwire.wire.dns.RdataFields.element;
import static dev.ringwire.wire.dns.RdataFields.hex;
import static dev.ringwire.wire.dns.RdataFields.list;
import static dev.ringwire.wire.dns.RdataFields.strings;
import static dev.ringwire.wire.dns.RdataFields.values;

import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.ComputedField;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.dns.RdataFields.Elements;
import dev.ringwire.wire.dns.RdataFields.Kind;
import dev.ringwire.wire.dns.RecordIndex.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The fields of {@link Dns}, in the order they stand in, by Wireshark's names and with its conditions. */
final class DnsFields {
    private static final int UPDATE = 5;
    private static final int CDS = 59;
    private static final int CDNSKEY = 60;
    private static final int TSIG = 250;
    private static final int DLV = 32769;

    private static final List<String> CAA_TAGS = List.of("issue", "issuewild", "iodef");

    private static final FixedField CONFLICT =
            FixedField.flag("dns.flags.conflict", 21, "the name is not unique").when(Llmnr.class::isInstance);
    private static final FixedField TENTATIVE = FixedField.flag(
                    "dns.flags.tentative", 23, "not yet proved to be unique")
            .when(Llmnr.class::isInstance);
    private static final FixedField ZONES = count("dns.count.zones", 32, "zones of an update");
    private static final FixedField PREREQUISITES = count("dns.count.prerequisites", 48, "prerequisites of an update");
    private static final FixedField UPDATES = count("dns.count.updates", 64, "records of an update");

    /** Types whose data tshark gives no name. */
    private static final int[] DECODED = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30, 33,
        35, 36, 37, 38, 39, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 55, 59, 60, 61, 62, 63, 64, 65, 99, 104,
        105, 106, 107, 108, 109, 249, 250, 257, 32769, 65281, 65282, 65422
    };

    static final List<Field> ALL = all();

    private DnsFields() {}

    static boolean isResponse(Header header) {
        return Dns.RESPONSE.get(header.buffer(), header.offset()) != 0;
    }

    static boolean isPlain(Header header) {
        return !(header instanceof Llmnr);
    }

    static boolean isPlainResponse(Header header) {
        return isPlain(header) && isResponse(header);
    }

    /** A query seldom has the flag, and is not shown without. */
    static boolean hasAuthenticated(Header header) {
        return isPlainResponse(header)
                || isPlain(header) && Dns.AUTHENTICATED.get(header.buffer(), header.offset()) != 0;
    }

    static boolean isUpdate(Header header) {
        return Dns.OPCODE.get(header.buffer(), header.offset()) == UPDATE;
    }

    static boolean isNoUpdate(Header header) {
        return !isUpdate(header);
    }

    private static FixedField count(String name, int bitOffset, String label) {
        return FixedField.decimal(name, bitOffset, 16, label).when(DnsFields::isUpdate);
    }

    private static List<Field> all() {
        var all = new ArrayList<Field>(List.of(
                Dns.ID,
                Dns.FLAGS,
                Dns.RESPONSE,
                Dns.OPCODE,
                Dns.AUTHORITATIVE,
                CONFLICT,
                Dns.TRUNCATED,
                Dns.RECDESIRED,
                TENTATIVE,
                Dns.RECAVAIL,
                Dns.Z,
                Dns.AUTHENTICATED,
                Dns.CHECKDISABLE,
                Dns.RCODE,
                Dns.QUERIES,
                ZONES,
                Dns.ANSWERS,
                PREREQUISITES,
                Dns.AUTH_RR,
                UPDATES,
                Dns.ADD_RR));
        all.addAll(questions());
        all.addAll(records());
        all.addAll(plainData());
        all.addAll(dnssec());
        all.addAll(serviceBinding());
        all.addAll(edns());
        all.addAll(rest());
        return all;
    }

    // ---- questions and the fixed part of records ----

    private static ComputedField question(String name, FieldType type, String label, Values values) {
        return values(
                name,
                type,
                label,
                (index, entry, state, out) ->
                        state == 0 && index.isQuestion(entry) ? values.next(index, entry, 0, out) : Values.NONE);
    }

    private static ComputedField record(String name, FieldType type, String label, Values values) {
        return values(
                name,
                type,
                label,
                (index, entry, state, out) ->
                        state == 0 && !index.isQuestion(entry) ? values.next(index, entry, 0, out) : Values.NONE);
    }

    private static long number(long value, FieldValue out) {
        out.setNumber(value);
        return 1;
    }

    private static long found(boolean found) {
        return found ? 1 : Values.NONE;
    }

    /** A number of a name that tshark counts in what it shows; of a single character it sees nothing. */
    private static Values ofName(ToIntFunction<String> number) {
        return (index, entry, state, out) -> {
            if (!NameText.read(index, index.name(entry), out)) {
                return Values.NONE;
            }
            byte[] raw = new byte[DnsName.MAX_LENGTH];
            int length = NameText.copy(index, index.name(entry), raw);
            String text = length == 0 ? "<Root>" : new String(raw, 0, length, StandardCharsets.ISO_8859_1);
            return number(text.length() > 1 ? number.applyAsInt(text) : 0, out);
        };
    }

    private static int classMask(RecordIndex index) {
        return index.dns() instanceof Mdns ? 0x7fff : 0xffff;
    }

    private static long classBit(RecordIndex index, int entry, FieldValue out) {
        return index.dns() instanceof Mdns
                ? number(Bits.u16(index.buffer(), index.body(entry) + 2) >>> 15, out)
                : Values.NONE;
    }

    private static List<Field> questions() {
        return List.of(
                question(
                        "dns.qry.name",
                        FieldType.TEXT,
                        "name asked for",
                        (index, entry, state, out) -> found(NameText.read(index, index.name(entry), out))),
                question("dns.qry.name.len", FieldType.DECIMAL, "characters of the name", ofName(String::length)),
                question(
                        "dns.count.labels",
                        FieldType.DECIMAL,
                        "labels of the name",
                        ofName(name ->
                                1 + (int) name.chars().filter(c -> c == '.').count())),
                question(
                        "dns.qry.type",
                        FieldType.DECIMAL,
                        "type asked for",
                        (index, entry, state, out) -> number(index.type(entry), out)),
                question(
                                "dns.qry.class",
                                FieldType.HEX,
                                "class asked for",
                                (index, entry, state, out) ->
                                        number(Bits.u16(index.buffer(), index.body(entry) + 2) & classMask(index), out))
                        .width(16),
                question(
                        "dns.qry.qu",
                        FieldType.FLAG,
                        "unicast will do (mDNS)",
                        (index, entry, state, out) -> classBit(index, entry, out)));
    }

    private static boolean isOpt(RecordIndex index, int entry) {
        return index.type(entry) == DnsType.OPT;
    }

    /** A number at an offset in the fixed part of records that are OPT or are not. */
    private static ComputedField fixed(
            String name, FieldType type, String label, boolean opt, ToNumber number, int bits) {
        return record(
                        name,
                        type,
                        label,
                        (index, entry, state, out) -> isOpt(index, entry) == opt
                                ? number(number.of(index, index.body(entry)), out)
                                : Values.NONE)
                .width(bits);
    }

    @FunctionalInterface
    private interface ToNumber {
        long of(RecordIndex index, int body);
    }

    /** The type, and behind it the types that a bitmap lists: Wireshark gives them the same name. */
    private static long types(RecordIndex index, int entry, long state, FieldValue out) {
        if (index.isQuestion(entry)) {
            return Values.NONE;
        }
        int end = index.dataEnd(entry);
        if (state == 0) {
            out.setNumber(index.type(entry));
            return (long) Math.max(0, RdataFields.bitmap(index, entry)) << 32 | 1;
        }
        // The window stands in the upper half of the state; the lower is one more than the first bit not looked at.
        int at = (int) (state >>> 32);
        int bit = (int) state - 1;
        while (at > 0 && end - at > 2) {
            int bits = 8 * Math.min(Bits.u8(index.buffer(), at + 1), end - at - 2);
            for (; bit < bits; bit++) {
                if ((Bits.u8(index.buffer(), at + 2 + (bit >> 3)) & 0x80 >> (bit & 7)) != 0) {
                    out.setNumber(Bits.u8(index.buffer(), at) << 8 | bit);
                    return (long) at << 32 | bit + 2;
                }
            }
            at += 2 + bits / 8;
            bit = 0;
        }
        return Values.NONE;
    }

    private static List<Field> records() {
        return List.of(
                record(
                        "dns.resp.name",
                        FieldType.TEXT,
                        "name of a record",
                        (index, entry, state, out) -> found(
                                index.type(entry) != DnsType.SRV && NameText.read(index, index.name(entry), out))),
                values("dns.resp.type", FieldType.DECIMAL, "type of a record, or in a bitmap", DnsFields::types),
                fixed(
                        "dns.resp.class",
                        FieldType.HEX,
                        "class of a record",
                        false,
                        (index, at) -> Bits.u16(index.buffer(), at + 2) & classMask(index),
                        16),
                record(
                        "dns.resp.cache_flush",
                        FieldType.FLAG,
                        "older records are wrong now (mDNS)",
                        (index, entry, state, out) -> classBit(index, entry, out)),
                fixed(
                        "dns.resp.ttl",
                        FieldType.DECIMAL,
                        "seconds to live",
                        false,
                        (index, at) -> Bits.u32(index.buffer(), at + 4),
                        32),
                fixed(
                        "dns.rr.udp_payload_size",
                        FieldType.DECIMAL,
                        "largest message over UDP",
                        true,
                        (index, at) -> Bits.u16(index.buffer(), at + 2) & classMask(index),
                        16),
                fixed(
                        "dns.resp.ext_rcode",
                        FieldType.HEX,
                        "upper bits of the response code",
                        true,
                        (index, at) -> Bits.u8(index.buffer(), at + 4),
                        8),
                fixed(
                        "dns.resp.edns0_version",
                        FieldType.DECIMAL,
                        "EDNS version",
                        true,
                        (index, at) -> Bits.u8(index.buffer(), at + 5),
                        8),
                fixed(
                        "dns.resp.z",
                        FieldType.HEX,
                        "EDNS flags",
                        true,
                        (index, at) -> Bits.u16(index.buffer(), at + 6),
                        16),
                fixed(
                        "dns.resp.z.do",
                        FieldType.FLAG,
                        "DNSSEC records are welcome",
                        true,
                        (index, at) -> Bits.u16(index.buffer(), at + 6) >>> 15,
                        1),
                fixed(
                        "dns.resp.z.reserved",
                        FieldType.HEX,
                        "the other EDNS flags",
                        true,
                        (index, at) -> Bits.u16(index.buffer(), at + 6) & 0x7fff,
                        16),
                record(
                        "dns.resp.len",
                        FieldType.DECIMAL,
                        "bytes of data",
                        (index, entry, state, out) -> number(Bits.u16(index.buffer(), index.body(entry) + 8), out)),
                srvOwner("dns.srv.service", 0, "service, from the name of an SRV record"),
                srvOwner("dns.srv.proto", 1, "protocol, from the name of an SRV record"),
                srvOwner("dns.srv.name", 2, "domain, from the name of an SRV record"));
    }

    /** The first label, the second, or the others of the name of an SRV record. */
    private static ComputedField srvOwner(String name, int part, String label) {
        return record(name, FieldType.TEXT, label, (index, entry, state, out) -> {
            byte[] room = out.room(DnsName.MAX_LENGTH);
            int length = index.type(entry) == DnsType.SRV ? NameText.copy(index, index.name(entry), room) : -1;
            int from = 0;
            for (int i = 0; i < part; i++) {
                while (from < length && room[from] != '.') {
                    from++;
                }
                from++;
            }
            int to = part == 2 ? length : from;
            while (to < length && room[to] != '.') {
                to++;
            }
            if (from >= length && !(length == 0 && part == 0)) {
                return Values.NONE;
            }
            System.arraycopy(room, from, room, 0, to - from);
            return found(NameText.show(to - from, out));
        });
    }

    // ---- data ----

    private static List<Field> plainData() {
        return List.of(
                data("dns.a", "IPv4 address", Kind.IPV4, "", 1),
                data("dns.ns", "name server", Kind.NAME, "", 2),
                data("dns.md", "mail destination", Kind.NAME, "", 3),
                data("dns.mf", "mail forwarder", Kind.NAME, "", 4),
                data("dns.cname", "name that this is an alias of", Kind.NAME, "", 5),
                data("dns.soa.mname", "primary name server", Kind.NAME, "", 6),
                data("dns.soa.rname", "mailbox of who is responsible", Kind.NAME, "N", 6),
                data("dns.soa.serial_number", "serial number", Kind.U32, "NN", 6),
                data("dns.soa.refresh_interval", "refresh interval in seconds", Kind.U32, "NN4", 6),
                data("dns.soa.retry_interval", "retry interval in seconds", Kind.U32, "NN8", 6),
                data("dns.soa.expire_limit", "expire limit in seconds", Kind.U32, "NN12", 6),
                data("dns.soa.minimum_ttl", "seconds that a denial lives", Kind.U32, "NN16", 6),
                data("dns.mb", "mailbox", Kind.NAME, "", 7),
                data("dns.mg", "member of a mail group", Kind.NAME, "", 8),
                data("dns.mr", "new name of a mailbox", Kind.NAME, "", 9),
                data("dns.null", "anything", Kind.REST, "", 10),
                data("dns.ptr.domain_name", "name that this points to", Kind.NAME, "", 12),
                data("dns.hinfo.cpu_length", "length of the CPU's name", Kind.U8, "", 13),
                data("dns.hinfo.cpu", "CPU", Kind.STRING, "", 13),
                data("dns.hinfo.os_length", "length of the system's name", Kind.U8, "S", 13),
                data("dns.hinfo.os", "operating system", Kind.STRING, "S", 13),
                data("dns.minfo.r", "mailbox of who is responsible for a list", Kind.NAME, "", 14),
                data("dns.minfo.e", "mailbox for errors", Kind.NAME, "N", 14),
                data("dns.mx.preference", "preference, the lowest first", Kind.U16, "", 15),
                data("dns.mx.mail_exchange", "mail exchange", Kind.NAME, "2", 15),
                strings("dns.txt.length", "length of a text", Kind.U8, 16),
                strings("dns.txt", "text", Kind.STRING, 16),
                data("dns.rp.mailbox", "mailbox of who is responsible", Kind.NAME, "", 17),
                data("dns.rp.txt_rr", "name with more text", Kind.NAME, "N", 17),
                data("dns.afsdb.subtype", "AFS subtype", Kind.U16, "", 18),
                data("dns.afsdb.hostname", "AFS host", Kind.NAME, "2", 18),
                data("dns.aaaa", "IPv6 address", Kind.IPV6, "", 28),
                data("dns.srv.priority", "priority, the lowest first", Kind.U16, "", 33),
                data("dns.srv.weight", "weight among equal priorities", Kind.U16, "2", 33),
                data("dns.srv.port", "port", Kind.U16, "4", 33),
                data("dns.srv.target", "host", Kind.NAME, "6", 33),
                data("dns.naptr.order", "order, the lowest first", Kind.U16, "", 35),
                data("dns.naptr.preference", "preference, the lowest first", Kind.U16, "2", 35),
                data("dns.naptr.flags_length", "length of the flags", Kind.U8, "4", 35),
                data("dns.naptr.flags", "flags", Kind.STRING, "4", 35),
                data("dns.naptr.service_length", "length of the services", Kind.U8, "4S", 35),
                data("dns.naptr.service", "services", Kind.STRING, "4S", 35),
                data("dns.naptr.regex_length", "length of the expression", Kind.U8, "4SS", 35),
                data("dns.naptr.regex", "regular expression", Kind.STRING, "4SS", 35),
                data("dns.naptr.replacement", "replacement", Kind.NAME, "4SSS", 35),
                data("dns.kx.preference", "preference of a key exchanger", Kind.U16, "", 36),
                data("dns.kx.key_exchange", "key exchanger", Kind.NAME, "2", 36),
                data("dns.dname", "name that a subtree is an alias of", Kind.NAME, "", 39),
                data("dns.sshfp.algorithm", "algorithm of an SSH key", Kind.U8, "", 44),
                data("dns.sshfp.fingerprint.type", "hash of an SSH key", Kind.U8, "1", 44),
                data("dns.sshfp.fingerprint", "fingerprint of an SSH key", Kind.REST, "2", 44),
                data("dns.tlsa.certificate_usage", "certificate usage", Kind.U8, "", 52),
                data("dns.tlsa.selector", "part of the certificate", Kind.U8, "1", 52),
                data("dns.tlsa.matching_type", "how it is matched", Kind.U8, "2", 52),
                data("dns.tlsa.certificate_association_data", "what it is matched with", Kind.REST, "3", 52),
                strings("dns.spf.length", "length of an SPF text", Kind.U8, 99),
                strings("dns.spf", "SPF text", Kind.STRING, 99),
                data("dns.eui48", "MAC address", Kind.EUI48, "", 108),
                hex("dns.caa.flags", "CAA flags", Kind.U8, "", 257),
                bits(
                        "dns.caa.flags.issuer_critical",
                        FieldType.FLAG,
                        "the issuer must know the tag",
                        Kind.U8,
                        7,
                        1,
                        "",
                        257),
                caa("dns.caa.issue", "may issue certificates", "issue"),
                caa("dns.caa.issuewild", "may issue wildcard certificates", "issuewild"),
                caa("dns.caa.iodef", "where to report", "iodef"),
                caa("dns.caa.unknown", "value of another tag", null),
                data("dns.caa.tag_length", "length of the tag", Kind.U8, "1", 257),
                data("dns.caa.tag", "tag", Kind.STRING, "1", 257),
                data("dns.caa.value", "value", Kind.TEXT, "1S", 257));
    }

    /** The value of CAA records with a tag; null for the tags that have no field. */
    private static Field caa(String name, String label, @Nullable String wanted) {
        return record(name, FieldType.TEXT, label, (index, entry, state, out) -> {
            int at = index.data(entry);
            int end = index.dataEnd(entry);
            int value = end - at < 2 ? end : at + 2 + Bits.u8(index.buffer(), at + 1);
            if (index.type(entry) != DnsType.CAA || value >= end) {
                return Values.NONE;
            }
            byte[] tag = new byte[value - at - 2];
            index.buffer().get(at + 2, tag);
            String found = new String(tag, StandardCharsets.ISO_8859_1);
            boolean matches = wanted == null ? !CAA_TAGS.contains(found) : wanted.equals(found);
            return found(matches && NameText.ascii(index.buffer(), value, end - value, out));
        });
    }

    private static List<Field> dnssec() {
        return List.of(
                hex("dns.ds.key_id", "key tag", Kind.U16, "", DnsType.DS, CDS, DLV),
                data("dns.ds.algorithm", "algorithm of the key", Kind.U8, "2", DnsType.DS, CDS, DLV),
                data("dns.ds.digest_type", "algorithm of the digest", Kind.U8, "3", DnsType.DS, CDS, DLV),
                data("dns.ds.digest", "digest", Kind.REST, "4", DnsType.DS, CDS, DLV),
                data("dns.rrsig.type_covered", "type of what is signed", Kind.U16, "", 46),
                data("dns.rrsig.algorithm", "algorithm of the signature", Kind.U8, "2", 46),
                data("dns.rrsig.labels", "labels of the name", Kind.U8, "3", 46),
                data("dns.rrsig.original_ttl", "seconds to live at the source", Kind.U32, "4", 46),
                data("dns.rrsig.signature_expiration", "valid to", Kind.SECONDS, "8", 46),
                data("dns.rrsig.signature_inception", "valid from", Kind.SECONDS, "12", 46),
                data("dns.rrsig.key_tag", "key tag", Kind.U16, "16", 46),
                data("dns.rrsig.signers_name", "who signed", Kind.NAME, "18", 46),
                data("dns.rrsig.signature", "signature", Kind.REST, "18N", 46),
                data("dns.nsec.next_domain_name", "next name of the zone", Kind.NAME, "", 47),
                hex("dns.dnskey.flags", "key flags", Kind.U16, "", DnsType.DNSKEY, CDNSKEY),
                keyFlag("dns.dnskey.flags.zone_key", "key of a zone", 8),
                keyFlag("dns.dnskey.flags.key_revoked", "revoked", 7),
                keyFlag("dns.dnskey.flags.secure_entry_point", "signs other keys", 0),
                bits(
                        "dns.dnskey.flags.reserved",
                        FieldType.HEX,
                        "other key flags",
                        Kind.U16,
                        0,
                        0xfe7e,
                        "",
                        DnsType.DNSKEY,
                        CDNSKEY),
                data("dns.dnskey.protocol", "3", Kind.U8, "2", DnsType.DNSKEY, CDNSKEY),
                data("dns.dnskey.algorithm", "algorithm of the key", Kind.U8, "3", DnsType.DNSKEY, CDNSKEY),
                record("dns.dnskey.key_id", FieldType.DECIMAL, "key tag, computed", DnsFields::keyTag),
                data("dns.dnskey.public_key", "public key", Kind.REST, "4", DnsType.DNSKEY, CDNSKEY),
                data("dns.nsec3.algo", "hash algorithm", Kind.U8, "", 50, 51),
                data("dns.nsec3.flags", "NSEC3 flags", Kind.U8, "1", 50, 51),
                bits("dns.nsec3.flags.opt_out", FieldType.FLAG, "names may be missing", Kind.U8, 0, 1, "1", 50),
                data("dns.nsec3.iterations", "additional rounds of hashing", Kind.U16, "2", 50, 51),
                data("dns.nsec3.salt_length", "length of the salt", Kind.U8, "4", 50, 51),
                data("dns.nsec3.salt_value", "salt", Kind.OCTETS, "4", 50, 51),
                data("dns.nsec3.hash_length", "length of the hash", Kind.U8, "4S", 50),
                data("dns.nsec3.hash_value", "next hash of the zone", Kind.BASE32, "4S", 50),
                data("dns.tsig.algorithm_name", "algorithm of a signed message", Kind.NAME, "", TSIG),
                data("dns.tsig.fudge", "seconds that clocks may differ", Kind.U16, "N6", TSIG),
                data("dns.tsig.mac_size", "length of the signature", Kind.U16, "N8", TSIG));
    }

    private static ComputedField keyFlag(String name, String label, int shift) {
        return bits(name, FieldType.FLAG, label, Kind.U16, shift, 1, "", DnsType.DNSKEY, CDNSKEY);
    }

    /** RFC 4034, appendix B. */
    private static long keyTag(RecordIndex index, int entry, long state, FieldValue out) {
        int at = index.data(entry);
        int end = index.dataEnd(entry);
        int type = index.type(entry);
        if (type != DnsType.DNSKEY && type != CDNSKEY || end - at < 4) {
            return Values.NONE;
        }
        if (Bits.u8(index.buffer(), at + 3) == 1) {
            return end - at < 7 ? Values.NONE : number(Bits.u16(index.buffer(), end - 3), out);
        }
        long sum = 0;
        for (int i = at; i < end; i++) {
            sum += (i - at & 1) == 0 ? Bits.u8(index.buffer(), i) << 8 : Bits.u8(index.buffer(), i);
        }
        return number(sum + (sum >> 16) & 0xffff, out);
    }

    private static List<Field> serviceBinding() {
        return List.of(
                data("dns.svcb.svcpriority", "priority, 0 for an alias", Kind.U16, "", 64, 65),
                data("dns.svcb.targetname", "host", Kind.NAME, "2", 64, 65),
                element("dns.svcb.svcparam.key", Elements.PARAMS, "key of a parameter", Kind.U16, 0),
                element("dns.svcb.svcparam.value.length", Elements.PARAMS, "length of its value", Kind.U16, 2),
                otherParams(),
                list("dns.svcb.svcparam.mandatory.key", Elements.PARAMS, "key that must be known", Kind.U16, 0),
                list("dns.svcb.svcparam.alpn.length", Elements.PARAMS, "length of a protocol", Kind.LENGTH, 1),
                list("dns.svcb.svcparam.alpn", Elements.PARAMS, "protocol", Kind.STRING, 1),
                element("dns.svcb.svcparam.port", Elements.PARAMS, "port", Kind.U16, 4, 3),
                list("dns.svcb.svcparam.ipv4hint.ip", Elements.PARAMS, "IPv4 address", Kind.IPV4, 4),
                element("dns.svcb.svcparam.echconfig", Elements.PARAMS, "encrypted hello", Kind.REST, 4, 5),
                list("dns.svcb.svcparam.ipv6hint.ip", Elements.PARAMS, "IPv6 address", Kind.IPV6, 6),
                element("dns.svcb.svcparam.odohconfig", Elements.PARAMS, "oblivious DNS", Kind.REST, 4, 32769));
    }

    /** The value of parameters that have no field of their own. */
    private static ComputedField otherParams() {
        return RdataFields.element(
                "dns.svcb.svcparam.value",
                Elements.PARAMS,
                "value of other parameters",
                FieldType.BYTES,
                code -> code > 6 && code != 32769,
                (index, at, end, out) -> {
                    out.setRange(index.buffer(), at + 4, end - at - 4);
                    return end - at > 4;
                });
    }

    /** The address of a client subnet, zeros behind what is told. */
    private static ComputedField subnet(String name, FieldType type, int family) {
        return RdataFields.element(
                name, Elements.OPTIONS, "address of a subnet", type, code -> code == 8, (index, at, end, out) -> {
                    if (end - at < 8 || Bits.u16(index.buffer(), at + 4) != family) {
                        return false;
                    }
                    int size = family == 1 ? 4 : 16;
                    byte[] room = out.room(size);
                    Arrays.fill(room, 0, size, (byte) 0);
                    index.buffer().get(at + 8, room, 0, Math.min(size, end - at - 8));
                    out.setText(size);
                    out.setNumber(Bits.u32(out.buffer(), 0));
                    return true;
                });
    }

    private static ComputedField cookie(String name, String label, int from, int most) {
        return RdataFields.element(
                name, Elements.OPTIONS, label, FieldType.BYTES, code -> code == 10, (index, at, end, out) -> {
                    int start = at + Elements.HEAD + from;
                    out.setRange(index.buffer(), start, Math.max(0, Math.min(most, end - start)));
                    return out.length() > 0;
                });
    }

    private static List<Field> edns() {
        return List.of(
                element("dns.opt.code", Elements.OPTIONS, "code of an option", Kind.U16, 0),
                element("dns.opt.len", Elements.OPTIONS, "length of its data", Kind.U16, 2),
                element("dns.opt.data", Elements.OPTIONS, "its data", Kind.REST, 4),
                list("dns.opt.dau", Elements.OPTIONS, "signature algorithm understood", Kind.U8, 5),
                list("dns.opt.dhu", Elements.OPTIONS, "digest understood", Kind.U8, 6),
                list("dns.opt.n3u", Elements.OPTIONS, "NSEC3 hash understood", Kind.U8, 7),
                element("dns.opt.client.family", Elements.OPTIONS, "address family of a subnet", Kind.U16, 4, 8),
                element("dns.opt.client.netmask", Elements.OPTIONS, "bits of a subnet told", Kind.U8, 6, 8),
                element("dns.opt.client.scope", Elements.OPTIONS, "bits of a subnet that matter", Kind.U8, 7, 8),
                subnet("dns.opt.client.addr4", FieldType.IPV4, 1),
                subnet("dns.opt.client.addr6", FieldType.IPV6, 2),
                cookie("dns.opt.cookie.client", "client cookie", 0, 8),
                cookie("dns.opt.cookie.server", "server cookie", 8, 32),
                element("dns.opt.edns_tcp_keepalive.timeout", Elements.OPTIONS, "in 100 ms", Kind.U16, 4, 11),
                element("dns.opt.padding", Elements.OPTIONS, "padding", Kind.REST, 4, 12),
                element("dns.opt.chain.fqdn", Elements.OPTIONS, "closest trust point", Kind.NAME, 4, 13),
                element("dns.opt.ext_error.info_code", Elements.OPTIONS, "extended error", Kind.U16, 4, 15),
                element("dns.opt.ext_error.extra_text", Elements.OPTIONS, "its text", Kind.TEXT, 6, 15));
    }

    private static List<Field> rest() {
        return List.of(record("dns.data", FieldType.BYTES, "data of other types", (index, entry, state, out) -> {
            int at = index.data(entry);
            int length = index.dataEnd(entry) - at;
            if (length == 0 || RdataFields.isOneOf(index.type(entry), DECODED)) {
                return Values.NONE;
            }
            out.setRange(index.buffer(), at, length);
            return 1;
        }));
    }
}
