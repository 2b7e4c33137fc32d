package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.JavaSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protocols that a jar brings along. */
class ProtocolProviderTest {
    private static final String SERVICES = "META-INF/services/" + ProtocolProvider.class.getName();

    @TempDir
    Path directory;

    /** Providers of a heartbeat, of an exception, and of one that cannot be made; one is not there at all. */
    private ClassLoader providers(String... named) throws IOException {
        Path services = directory.resolve(SERVICES);
        Files.createDirectories(services.getParent());
        Files.writeString(services, String.join("\n", named));
        String imports = "import dev.ringwire.wire.*; import java.util.List; ";
        return JavaSource.compile(
                directory,
                Map.of(
                        "Good",
                        imports + "public class Good implements ProtocolProvider { public List<Protocol> protocols() { "
                                + "new PacketParser(); "
                                + "return List.of(dev.ringwire.examples.Heartbeat.PROTOCOL); } }",
                        "Bad",
                        imports + "public class Bad implements ProtocolProvider { public List<Protocol> protocols() { "
                                + "throw new UnsupportedOperationException(\"bad\"); } }",
                        "Unmade",
                        imports + "public class Unmade extends Bad { static int zero; int x = 1 / zero; }"));
    }

    @Test
    void ofOneLoaderTheyAreFoundOrSayWhatFails() throws IOException {
        Protocols found = Protocols.standard().withProviders(providers("Good"));
        assertEquals("Heartbeat", found.find("heartbeat").orElseThrow().name());
        ClassLoader bad = providers("Good", "Bad");
        assertEquals(
                "provider of protocols Bad fails: java.lang.UnsupportedOperationException: bad",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Protocols.standard().withProviders(bad))
                        .getMessage());
        ClassLoader missing = providers("Missing");
        var e = assertThrows(
                IllegalArgumentException.class, () -> Protocols.standard().withProviders(missing));
        assertTrue(e.getMessage().contains("Provider Missing not found"), e.getMessage());
    }

    /** What the next test starts: names the protocol that port 4100 has without being told. */
    static final class Probe {
        public static void main(String[] args) {
            System.out.println(
                    "found " + Protocols.installed().find("heartbeat").isPresent());
            System.out.println("tcp " + Protocols.installed().find("tcp").isPresent());
        }
    }

    @Test
    void onTheClassPathTheyAreInstalledAndThoseThatFailAreLoggedAndLeftOut() throws IOException {
        providers("Bad", "Missing", "Unmade", "Good");
        var command = new ArrayList<>(Command.java(Probe.class));
        int at = command.indexOf("-cp") + 1;
        assertTrue(at > 0, command::toString);
        command.set(at, directory + File.pathSeparator + command.get(at));
        String out = Command.run(command.toArray(String[]::new));
        assertTrue(out.contains("found true\ntcp true\n"), out);
        assertTrue(out.contains("WARNING: provider of protocols Bad is left out"), out);
        assertTrue(out.contains("WARNING: a provider of protocols is left out"), out);
        assertTrue(out.contains("Provider Missing not found"), out);
        assertTrue(out.contains("Provider Unmade could not be instantiated"), out);
    }
}
