package dev.ringwire.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.ProgramPage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page about the stack says that its programs print is what they print. */
class StackPageTest {
    @Test
    void programs(@TempDir Path directory) throws IOException {
        ProgramPage page = ProgramPage.read(Path.of("..", "STACK.md"));
        page.compile(directory);
        assertTrue(page.steps(false).size() >= 9, "programs are missing");
        for (ProgramPage.Step step : page.steps(false)) {
            assertEquals(
                    step.expected(),
                    Command.run(ProgramPage.command(directory, step.name()).toArray(String[]::new)),
                    step.toString());
        }
    }
}
