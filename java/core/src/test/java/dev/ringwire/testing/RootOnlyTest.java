package dev.ringwire.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RootOnlyTest {
    /** Runs for root, or where a missing privilege must fail; and then this is what fails. */
    @Test
    @RootOnly
    void runsWithPrivilege() throws Exception {
        assertEquals(0, Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
