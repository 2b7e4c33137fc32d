package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class PlainArgumentsTest {
    private static final Map<String, String> NOTES = Main.takeNotes();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query a.pcap -e ip.src",
                "query a.pcap -e ip.src -e ip.dst,tcp.port -a -H -T csv --skip-empty",
                "query -e ip.src ip.dst a.pcap - b.pcap",
                "query -a - a.pcap -e ip.src",
                "query - a.pcap --start 2024-05-01T12:00:00Z --end 1714564800.25 -f udp -w out.pcap --debug",
                "query a.pcap --protocols a.jar --protocols b.jar -d udp.port==1,dns --decode-as udp.port==2,dns -e x",
                "query",
                "query a.pcap -e a=b @c ${user.home} 'd' \"e\"",
                "rewrite in.pcap out.pcap --map 10.0.0.0/8=11.0.0.0/8 --map 12.0.0.0/8=13.0.0.0/8 --fix-checksums",
                "rewrite --anonymize key in.pcap --anonymise-macs - --keep-names",
                "rewrite --vlan *=5 --vlan-strip --vlan-add 7 in.pcap out.pcap --port 1=2 --mac a=b --map-src a=b",
                "info a.pcap b.pcap --hash",
                "merge a.pcap b.pcap -w c.pcap",
                "fields",
                "fields ip.",
                "interfaces",
            })
    void goWherePicocliPutsThem(String line) throws Exception {
        String[] words = line.split(" ");
        Subcommand expected = command(words[0]);
        List<String> args = Arrays.asList(words).subList(1, words.length);
        new CommandLine(expected).setExpandAtFiles(false).parseArgs(args.toArray(String[]::new));

        Subcommand actual = command(words[0]);
        assertTrue(PlainArguments.read(actual, NOTES.get(words[0]), args), line);
        assertEquals(values(expected), values(actual));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "query --help",
                "query a.pcap -e ip.src --nonsense",
                "query a.pcap -eip.src",
                "query a.pcap -e",
                "query a.pcap -e -a",
                "query a.pcap -aH -e ip.src",
                "query a.pcap -T=csv -e ip.src",
                "query a.pcap --filter=udp -e ip.src",
                "query a.pcap -T xml -e ip.src",
                "query a.pcap -T csv -T csv -e ip.src",
                "query a.pcap -a --all -e ip.src",
                "query a.pcap --start noon -e ip.src",
                "query a.pcap --max 1 -e ip.src",
                "query -- a.pcap -e ip.src",
                "rewrite in.pcap",
                "rewrite in.pcap out.pcap more.pcap",
                "merge a.pcap b.pcap",
                "merge -w c.pcap",
                "fields ip. udp.",
                "interfaces eth0",
            })
    void whatIsNotPlainIsForPicocli(String line) {
        List<String> words = List.of(line.split(" "));
        String name = words.get(0);

        assertFalse(PlainArguments.read(command(name), NOTES.get(name), words.subList(1, words.size())), line);
    }

    @Test
    void anEmptyWordIsForPicocli() {
        assertFalse(PlainArguments.read(command("query"), NOTES.get("query"), List.of("a.pcap", "-e", "")));
        assertFalse(PlainArguments.read(command("query"), NOTES.get("query"), List.of("", "-e", "ip.src")));
    }

    @Test
    void aCommandWithNumbersThatCountAlwaysHasNoNotes() {
        assertFalse(NOTES.containsKey("ping"), NOTES.keySet()::toString);
    }

    private static Subcommand command(String name) {
        return Main.command(name, Console.ofProcess());
    }

    /** Of all arguments, by the names of their fields. */
    private static Map<String, Object> values(Object command) throws IllegalAccessException {
        var values = new TreeMap<String, Object>();
        for (Class<?> type = command.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.isAnnotationPresent(Mixin.class)) {
                    values(field.get(command))
                            .forEach((name, value) -> values.put(field.getName() + "." + name, value));
                } else if (field.isAnnotationPresent(Option.class) || field.isAnnotationPresent(Parameters.class)) {
                    values.put(field.getName(), String.valueOf(field.get(command)));
                }
            }
        }
        return values;
    }
}
