package dev.ringwire.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.ProgramPage;
import dev.ringwire.testing.RootOnly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tutorial says its programs print is what they print; only times are not compared. */
class TutorialTest {
    private static final Path PAGE = Path.of("..", "TUTORIAL.md");

    @Test
    void onOneHost(@TempDir Path directory) throws IOException {
        ProgramPage tutorial = ProgramPage.read(PAGE);
        tutorial.compile(directory);
        assertTrue(tutorial.steps(false).size() >= 4, "steps are missing");
        run(
                tutorial.steps(false),
                step -> Command.run(ProgramPage.command(directory, step.name()).toArray(String[]::new)));
    }

    /** In order, as programs read the files that others wrote. */
    @Test
    @RootOnly
    @Tag("ring")
    void onTwoHosts(@TempDir Path directory) throws IOException {
        ProgramPage tutorial = ProgramPage.read(PAGE);
        tutorial.compile(directory);
        assertTrue(tutorial.steps(true).size() >= 8, "steps are missing");
        try (TwoHosts hosts = TwoHosts.create()) {
            hosts.run(ProgramPage.command(directory, MakeCaptures.class.getName()));
            run(tutorial.steps(true), step -> hosts.run(ProgramPage.command(directory, step.name())));
        }
        Command.assumeInstalled("tshark");
        long right = Command.run(
                        "tshark",
                        "-n",
                        "-r",
                        directory.resolve("mapped.pcap").toString(),
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-Y",
                        "ip.checksum.status == 1 && tcp.checksum.status == 1",
                        "-T",
                        "fields",
                        "-e",
                        "frame.number")
                .lines()
                .filter(line -> line.matches("[0-9]+"))
                .count();
        assertEquals(11, right, "packets whose checksums tshark finds right");
    }

    private static void run(List<ProgramPage.Step> steps, Function<ProgramPage.Step, String> printed) {
        for (ProgramPage.Step step : steps) {
            assertEquals(ProgramPage.masked(step.expected()), ProgramPage.masked(printed.apply(step)), step.toString());
        }
    }
}
