package dev.ringwire.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs of {@code java/examples}, run as the page about the stack says, against the kernel: the block of shell of a
 * section makes the network, the first console is the program's, and the next one somebody else's.
 */
@RingTest
@Timeout(60)
class ExamplesTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("java/STACK.md");
    private static final Pattern BLOCK =
            Pattern.compile("^```(sh|console)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /** In namespaces of its own, which with all that runs in them go with this shell. */
    private static final List<String> ALONE = List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child");

    /**
     * A section of the page.
     *
     * @param network what is to be run before
     * @param program its command, and what it prints
     * @param others the commands of others, and what those print
     */
    private record Example(String name, String network, Line program, List<Line> others) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Line(String line, String output) {}

    static List<Example> examples() throws IOException {
        var examples = new ArrayList<Example>();
        for (String section : Files.readString(PAGE).split("\n(?=##)")) {
            Matcher title = Pattern.compile("### \\[(\\w+)\\.java\\]").matcher(section);
            if (!title.lookingAt()) {
                continue;
            }
            String network = "";
            var commands = new ArrayList<Line>();
            Matcher block = BLOCK.matcher(section);
            while (block.find()) {
                if (block.group(1).equals("sh")) {
                    network += block.group(2);
                } else {
                    commands.addAll(commands(block.group(2)));
                }
            }
            examples.add(new Example(
                    title.group(1), network, commands.get(0), List.copyOf(commands.subList(1, commands.size()))));
        }
        return examples;
    }

    private static List<Line> commands(String console) {
        return Stream.of(console.split("(?m)^\\$ "))
                .filter(text -> !text.isEmpty())
                .map(text -> new Line(text.substring(0, text.indexOf('\n')), text.substring(text.indexOf('\n') + 1)))
                .toList();
    }

    @Test
    void everyExampleIsOnThePage() throws IOException {
        var onPage = new TreeSet<String>();
        examples().forEach(example -> onPage.add(example.name + ".java"));
        try (Stream<Path> files = Files.list(ROOT.resolve("java/examples"))) {
            assertEquals(
                    onPage,
                    new TreeSet<>(files.map(f -> f.getFileName().toString()).toList()));
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void prints(Example example, @TempDir Path directory) throws IOException {
        List.of("curl", "nc", "socat", "dnsmasq", "ethtool", "unshare").forEach(Command::assumeInstalled);
        var script = new StringBuilder("set -e\nln -s " + ROOT.resolve("java")
                + " java\nmkdir -p /run/netns\nmount -t tmpfs tmpfs /run/netns\n"
                + "mount -t sysfs sysfs /sys\nmount -t proc proc /proc\nip link set lo up\n");
        script.append(example.network).append("set +e\n");
        script.append(example.program.line).append(" >program 2>errors &\nprogram=$!\n");
        script.append(awaitLines(1));
        for (int i = 0; i < example.others.size(); i++) {
            script.append("{ ")
                    .append(example.others.get(i).line)
                    .append("; } >other")
                    .append(i)
                    .append(" 2>&1\n");
        }
        script.append(awaitLines((int) example.program.output.lines().count()));
        script.append("kill $program 2>/dev/null; wait $program\n");
        script.append("rm java\ncat errors\n");
        String path = Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH");
        var command = new ArrayList<>(List.of("env", "-C", directory.toString(), "PATH=" + path));
        command.addAll(ALONE);
        command.addAll(List.of("sh", "-c", script.toString()));
        String errors = Command.run(command.toArray(String[]::new));
        for (int i = 0; i < example.others.size(); i++) {
            assertEquals(
                    example.others.get(i).output,
                    // HTTP ends lines by CR LF, which no page shows.
                    Files.readString(directory.resolve("other" + i)).replace("\r", ""),
                    example.others.get(i).line + "\n" + errors);
        }
        assertEquals(example.program.output, Files.readString(directory.resolve("program")), errors);
    }

    /** Waits until the program has printed so many lines, or has ended. */
    private static String awaitLines(int count) {
        return "for i in $(seq 300); do [ $(wc -l <program) -ge " + count
                + " ] && break; kill -0 $program 2>/dev/null || break; sleep 0.1; done\n";
    }
}
