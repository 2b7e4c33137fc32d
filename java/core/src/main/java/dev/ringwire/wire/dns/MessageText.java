package dev.ringwire.wire.dns;

import java.util.List;

/** Messages as {@code dig} prints them. */
final class MessageText {
    private static final String[] OPCODES = {"QUERY", "IQUERY", "STATUS", "RESERVED3", "NOTIFY", "UPDATE", "DSO"};
    private static final String[] RCODES = {
        "NOERROR",
        "FORMERR",
        "SERVFAIL",
        "NXDOMAIN",
        "NOTIMP",
        "REFUSED",
        "YXDOMAIN",
        "YXRRSET",
        "NXRRSET",
        "NOTAUTH",
        "NOTZONE",
        "DSOTYPENI",
        "RESERVED12",
        "RESERVED13",
        "RESERVED14",
        "RESERVED15",
        "BADVERS"
    };

    private MessageText() {}

    private static String name(String[] names, int number, String prefix) {
        return number < names.length ? names[number] : prefix + number;
    }

    static String rcode(int code) {
        return name(RCODES, code, "RESERVED");
    }

    static String of(DnsMessage message) {
        var out = new StringBuilder();
        out.append(";; ->>HEADER<<- opcode: ").append(name(OPCODES, message.opcode(), "RESERVED"));
        out.append(", status: ").append(rcode(message.rcode()));
        out.append(", id: ").append(message.id()).append("\n;; flags:");
        flag(out, message.isResponse(), "qr");
        flag(out, message.isAuthoritative(), "aa");
        flag(out, message.isTruncated(), "tc");
        flag(out, message.isRecursionDesired(), "rd");
        flag(out, message.isRecursionAvailable(), "ra");
        flag(out, message.isAuthenticData(), "ad");
        flag(out, message.isCheckingDisabled(), "cd");
        out.append("; QUERY: ").append(message.questions().size());
        out.append(", ANSWER: ").append(message.answers().size());
        out.append(", AUTHORITY: ").append(message.authority().size());
        out.append(", ADDITIONAL: ").append(message.additional().size()).append('\n');
        message.edns().ifPresent(edns -> edns(edns, out));
        if (!message.questions().isEmpty()) {
            out.append(message.edns().isPresent() ? "" : "\n").append(";; QUESTION SECTION:\n");
            message.questions()
                    .forEach(question -> out.append(';')
                            .append(question.name().toAbsolute())
                            .append("\t\t")
                            .append(DnsClass.text(question.dnsClass()))
                            .append('\t')
                            .append(DnsType.text(question.type()))
                            .append('\n'));
        }
        section("ANSWER", message.answers(), out);
        section("AUTHORITY", message.authority(), out);
        section(
                "ADDITIONAL",
                message.additional().stream()
                        .filter(record -> record.type() != DnsType.OPT)
                        .toList(),
                out);
        return out.toString();
    }

    private static void flag(StringBuilder out, boolean set, String name) {
        out.append(set ? " " + name : "");
    }

    private static void edns(Edns edns, StringBuilder out) {
        out.append("\n;; OPT PSEUDOSECTION:\n; EDNS: version: ").append(edns.version());
        out.append(", flags:").append(edns.dnssecOk() ? " do" : "");
        out.append("; udp: ").append(edns.payloadSize()).append('\n');
        edns.options().forEach(option -> out.append("; ").append(option).append('\n'));
    }

    private static void section(String name, List<DnsRecord> records, StringBuilder out) {
        if (records.isEmpty()) {
            return;
        }
        out.append("\n;; ").append(name).append(" SECTION:\n");
        for (DnsRecord record : records) {
            out.append(record.name().toAbsolute())
                    .append('\t')
                    .append(record.ttl())
                    .append('\t');
            out.append(DnsClass.text(record.dnsClass())).append('\t');
            out.append(DnsType.text(record.type())).append('\t');
            out.append(record.data().text()).append('\n');
        }
    }
}
