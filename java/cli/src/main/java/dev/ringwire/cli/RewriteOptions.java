package dev.ringwire.cli;

import dev.ringwire.address.Cidr;
import dev.ringwire.address.MacAddress;
import dev.ringwire.rewrite.RewriteRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** What to change in packets. */
final class RewriteOptions {
    private static final String ANY = "*";
    private static final int MAX_KEY = 1 << 20;

    @Option(
            names = "--map",
            paramLabel = "A=B",
            description =
                    "IP addresses in block A get the prefix of block B, in every place: 10.0.0.0/8=192.168.0.0/16; "
                            + "a single address is a block of its own. The smallest block that holds an address counts.")
    private List<String> both = List.of();

    @Option(names = "--map-src", paramLabel = "A=B", description = "The same for sources only; in ARP the sender.")
    private List<String> sources = List.of();

    @Option(names = "--map-dst", paramLabel = "A=B", description = "The same for destinations only; in ARP the target.")
    private List<String> destinations = List.of();

    @Option(names = "--mac", paramLabel = "A=B", description = "MAC address A becomes B, in every place.")
    private List<String> macs = List.of();

    @Option(names = "--port", paramLabel = "A=B", description = "Port A of TCP, UDP and SCTP becomes B.")
    private List<String> ports = List.of();

    @Option(names = "--vlan", paramLabel = "A=B", description = "VLAN identifier A becomes B, in every tag; * is any.")
    private List<String> vlans = List.of();

    @Option(names = "--vlan-strip", description = "Takes the VLAN tags of Ethernet frames away.")
    private boolean strip;

    @Option(
            names = "--vlan-add",
            paramLabel = "ID",
            description = "Puts a VLAN tag into Ethernet frames, outside of those that stay.")
    private String add;

    @Option(
            names = {"--anonymise", "--anonymize"},
            paramLabel = "KEY",
            description = "IP addresses that no rule maps become others by the key, the same ones each time: two of "
                    + "them share as many first bits as before. Who guesses the key can undo it: @FILE reads a long "
                    + "random one from a file. Blocks of a pcapng file with names of addresses, or with secrets to "
                    + "decrypt payloads, are left out. Comments and descriptions of interfaces stay, and what "
                    + "payloads say: of messages, those of ARP, ICMP, IGMP, DHCP and NetFlow versions 1 and 5 are "
                    + "gone through, those of DNS, for one, are not.")
    private String key;

    @Option(names = "--keep-names", description = "With --anonymise, blocks with names or secrets stay.")
    private boolean keepNames;

    @Option(
            names = {"--anonymise-macs", "--anonymize-macs"},
            description = "With --anonymise, MAC addresses become others, too.")
    private boolean anonymiseMacs;

    @Option(
            names = "--fix-checksums",
            description =
                    "Makes wrong checksums of IPv4, TCP, UDP, SCTP, ICMP and IGMP right. Without it, right ones stay right "
                            + "and wrong ones wrong.")
    private boolean fix;

    /** The rules; each that is wrong is an error that names it. */
    RewriteRules rules(Subcommand command) throws IOException {
        var rules = new RewriteRules();
        each(command, "--map", both, (a, b) -> rules.map(Cidr.of(a), Cidr.of(b)));
        each(command, "--map-src", sources, (a, b) -> rules.mapSource(Cidr.of(a), Cidr.of(b)));
        each(command, "--map-dst", destinations, (a, b) -> rules.mapDestination(Cidr.of(a), Cidr.of(b)));
        each(command, "--mac", macs, (a, b) -> rules.mac(MacAddress.of(a), MacAddress.of(b)));
        each(command, "--port", ports, (a, b) -> rules.port(number(a), number(b)));
        each(command, "--vlan", vlans, (a, b) -> vlan(rules, a, b));
        if (add != null) {
            attempt(command, "--vlan-add " + add, () -> rules.addTag(number(add)));
        }
        if (strip) {
            rules.stripTags();
        }
        if (key != null) {
            byte[] secret = secret(command);
            attempt(command, "--anonymise", () -> rules.anonymise(secret));
        } else if (anonymiseMacs) {
            throw command.usage("--anonymise-macs needs --anonymise KEY");
        }
        if (keepNames && key == null) {
            throw command.usage("--keep-names needs --anonymise KEY");
        }
        if (anonymiseMacs) {
            rules.anonymiseMacs();
        }
        if (fix) {
            rules.fixChecksums();
        }
        if (rules.isEmpty()) {
            throw command.usage(
                    "nothing to change: give rules such as --map 10.0.0.0/8=192.168.0.0/16, or " + "--fix-checksums");
        }
        return rules;
    }

    /** Whether the copy is to have no blocks with names or secrets. */
    boolean leavesNamesOut() {
        return key != null && !keepNames;
    }

    private static void vlan(RewriteRules rules, String from, String to) {
        if (from.equals(ANY)) {
            rules.everyVlan(number(to));
        } else {
            rules.vlan(number(from), number(to));
        }
    }

    private static int number(String text) {
        if (text.isEmpty() || text.length() > 6 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a number: \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    private static void each(Subcommand command, String option, List<String> rules, BiConsumer<String, String> add) {
        for (String rule : rules) {
            int equals = rule.indexOf('=');
            if (equals < 0) {
                throw command.usage(option + " " + rule + ": takes FROM=TO");
            }
            attempt(
                    command,
                    option + " " + rule,
                    () -> add.accept(rule.substring(0, equals), rule.substring(equals + 1)));
        }
    }

    private static void attempt(Subcommand command, String rule, Runnable task) {
        try {
            task.run();
        } catch (IllegalArgumentException e) {
            throw command.usage(rule + ": " + e.getMessage());
        }
    }

    /** Of a file all but the line ends behind it, which editors put there. */
    private byte[] secret(Subcommand command) throws IOException {
        if (!key.startsWith("@")) {
            return key.getBytes(StandardCharsets.UTF_8);
        }
        String file = key.substring(1);
        if (file.isEmpty() || Files.isDirectory(Path.of(file))) {
            throw command.usage("--anonymise " + key + ": not a file that holds a key");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            bytes = in.readNBytes(MAX_KEY + 1);
        }
        int length = bytes.length;
        if (length > MAX_KEY) {
            throw command.usage("--anonymise " + key + ": a key has " + MAX_KEY + " bytes at most");
        }
        while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }
}
