package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The options of {@link Dhcp} that have a field of their own, RFC 2132 and the RFCs after it, by Wireshark's names. */
final class DhcpOptions {
    private static final int PAD = 0;
    private static final int END = 255;
    private static final int AGENT_INFORMATION = 82;

    static final ListHeader.Layout LAYOUT = new ListHeader.Layout() {
        @Override
        public int first(Header header) {
            return header.headerLength() > Dhcp.OPTIONS_AT ? Dhcp.OPTIONS_AT : -1;
        }

        @Override
        public int size(Header header, int at, int end) {
            return DhcpOptions.size(header.buffer(), header.offset() + at, header.offset() + end);
        }
    };

    static final List<Field> FIELDS = fields();

    private DhcpOptions() {}

    /** Bytes of the option at {@code at}; -1 behind the last, and if there is not even its length. */
    static int size(ByteBuffer b, int at, int end) {
        int code = Bits.u8(b, at);
        if (code == PAD) {
            return 1;
        }
        return code == END || at + 2 > end ? -1 : 2 + Bits.u8(b, at + 1);
    }

    private static List<Field> fields() {
        var all = new ArrayList<Field>();
        all.add(any("type", FieldType.DECIMAL, "code of an option", ListHeader.number(0, 1)));
        all.add(any("length", FieldType.DECIMAL, "bytes of an option's data", ListHeader.number(1, 1)));
        all.add(any("value", FieldType.BYTES, "an option's data", ListHeader.rest(2)));
        number(all, 53, "dhcp", 1, "message type: 1 discover, 2 offer, 3 request, 4 decline, 5 ack, 6 nak, 7 release");
        all.add(field(55, "request_list_item", FieldType.DECIMAL, "option asked for", ListHeader.numbers(2, 1, 1)));
        addresses(all, 1, "subnet_mask");
        addresses(all, 3, "router");
        addresses(all, 4, "time_server");
        addresses(all, 5, "name_server");
        addresses(all, 6, "domain_name_server");
        addresses(all, 7, "log_server");
        addresses(all, 8, "quotes_server");
        addresses(all, 9, "lpr_server");
        addresses(all, 10, "impress_server");
        addresses(all, 11, "resource_location_server");
        addresses(all, 16, "swap_server");
        addresses(all, 28, "broadcast_address");
        addresses(all, 32, "router_solicitation_address");
        addresses(all, 41, "nis_server");
        addresses(all, 42, "ntp_server");
        addresses(all, 44, "netbios_over_tcpip_name_server");
        addresses(all, 45, "netbios_over_tcpip_dd_name_server");
        addresses(all, 48, "xwindows_system_font_server");
        addresses(all, 49, "xwindows_system_display_manager");
        addresses(all, 50, "requested_ip_address");
        addresses(all, 54, "dhcp_server_id");
        addresses(all, 65, "nis_plus_server");
        addresses(all, 68, "mobile_ip_home_agent");
        addresses(all, 69, "smtp_server");
        addresses(all, 70, "pop3_server");
        addresses(all, 71, "nntp_server");
        addresses(all, 118, "subnet_selection_option");
        addresses(all, 150, "tftp_server_address");
        text(all, 12, "hostname");
        text(all, 14, "merit_dump_file");
        text(all, 15, "domain_name");
        text(all, 17, "root_path");
        text(all, 18, "extension_path");
        text(all, 40, "nis_domain");
        text(all, 47, "netbios_over_tcpip_scope");
        text(all, 56, "message");
        text(all, 60, "vendor_class_id");
        text(all, 64, "nis_plus_domain");
        text(all, 66, "tftp_server_name");
        text(all, 67, "bootfile_name");
        number(all, 23, "default_ip_ttl", 1, "hops");
        number(all, 46, "netbios_over_tcpip_node_type", 1, "1 B, 2 P, 4 M, 8 H");
        number(all, 52, "option_overload", 1, "1 the file field, 2 the server name, 3 both hold options");
        number(all, 13, "boot_file_size", 2, "blocks of 512 bytes");
        number(all, 22, "max_datagram_reassembly_size", 2, "bytes");
        number(all, 26, "interface_mtu", 2, "bytes");
        number(all, 57, "dhcp_max_message_size", 2, "bytes");
        number(all, 51, "ip_address_lease_time", 4, "seconds");
        number(all, 58, "renewal_time_value", 4, "seconds");
        number(all, 59, "rebinding_time_value", 4, "seconds");
        all.add(field(2, "time_offset", FieldType.SIGNED, "seconds from UTC", ListHeader.signed(2)));
        agent(all, "agent_circuit_id", 1);
        agent(all, "agent_remote_id", 2);
        return List.copyOf(all);
    }

    /** A value of every option; padding and end are none. */
    private static ComputedField any(String name, FieldType type, String label, ListHeader.Value value) {
        return ListHeader.field(
                "dhcp.option." + name,
                type,
                label,
                LAYOUT,
                (h, at, size, i, out) ->
                        Bits.u8(h.buffer(), h.offset() + at) != PAD && value.read(h, at, size, i, out));
    }

    private static ComputedField field(int code, String name, FieldType type, String label, ListHeader.Value value) {
        return ListHeader.field(
                "dhcp.option." + name, type, label + ", option " + code, LAYOUT, ListHeader.ofKind(code, value));
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static void addresses(List<Field> all, int code, String name) {
        all.add(field(code, name, FieldType.IPV4, words(name), ListHeader.numbers(2, 4, 4)));
    }

    private static void number(List<Field> all, int code, String name, int bytes, String label) {
        all.add(field(code, name, FieldType.DECIMAL, label, ListHeader.number(2, bytes)));
    }

    private static void text(List<Field> all, int code, String name) {
        all.add(field(code, name, FieldType.TEXT, words(name), (h, at, size, i, out) -> {
            int from = h.offset() + at + 2;
            return i == 0 && text(h.buffer(), from, from + size - 2, out);
        }));
    }

    /** Text up to a zero byte or {@code end}; false if that is none. */
    static boolean text(ByteBuffer b, int from, int end, FieldValue out) {
        int at = from;
        while (at < end && b.get(at) != 0) {
            at++;
        }
        out.setRange(b, from, at - from);
        return at > from;
    }

    /** A part of the relay agent information, RFC 3046: options in an option. */
    private static void agent(List<Field> all, String name, int part) {
        String field = "agent_information_option." + name;
        all.add(field(AGENT_INFORMATION, field, FieldType.BYTES, words(name), (h, at, size, i, out) -> {
            ByteBuffer b = h.buffer();
            int end = h.offset() + at + size;
            for (int sub = h.offset() + at + 2; i == 0 && sub + 2 <= end; sub += 2 + Bits.u8(b, sub + 1)) {
                int length = Bits.u8(b, sub + 1);
                if (Bits.u8(b, sub) == part && sub + 2 + length <= end) {
                    out.setRange(b, sub + 2, length);
                    return length > 0;
                }
            }
            return false;
        }));
    }
}
