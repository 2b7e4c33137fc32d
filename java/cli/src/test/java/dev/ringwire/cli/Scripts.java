package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Shell scripts that call the launcher, in a network namespace that goes with each; what they print is in files. */
record Scripts(Path directory) {
    /** Here v0 with 192.0.2.1, there v1 with 192.0.2.2, in a namespace of its own that a process holds. */
    static final String LINK = """
            set -e
            unshare -n sh -c 'echo $$ >there; exec sleep 100' & peer=$!
            trap 'kill $peer' EXIT
            until test -s there && test $(readlink /proc/$(cat there)/ns/net) != $(readlink /proc/$$/ns/net); do sleep 0.1; done
            there() { nsenter -t $(cat there) -n "$@"; }
            ip link add v0 type veth peer name v1
            ip link set v1 netns $(cat there)
            ip link set lo up
            ip addr add 192.0.2.1/24 dev v0
            ip addr add 2001:db8::1/64 dev v0 nodad
            ip link set v0 up
            there ip addr add 192.0.2.2/24 dev v1
            there ip addr add 2001:db8::2/64 dev v1 nodad
            there ip link set v1 up
            there ip link set lo up
            set +e
            """;

    static final String LAUNCHER = System.getProperty("ringwire.launcher", "target/ringwire");

    /** Skips the test where namespaces cannot be made or a program is missing, unless all that is required. */
    void assumeRootAnd(String... programs) throws IOException, InterruptedException {
        var tries = new StringBuilder("test $(id -u) = 0 && unshare -n true");
        for (String program : programs) {
            tries.append(" && ").append(program).append(" --version");
        }
        Assumptions.assumeTrue(
                Boolean.getBoolean("ringwire.root.required") || shell(tries.toString()) == 0,
                "not root, or no unshare or one of " + String.join(", ", programs));
    }

    /** The exit status of a script in a namespace of its own, where "ringwire " means the launcher. */
    int inNamespace(String script) throws IOException, InterruptedException {
        Path file = Files.writeString(
                directory.resolve("script"),
                script.replace("ringwire ", Path.of(LAUNCHER).toAbsolutePath() + " "));
        return shell("exec unshare -n sh " + file);
    }

    private int shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", script)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        assertTrue(process.waitFor(90, TimeUnit.SECONDS), () -> script + " does not end");
        return process.exitValue();
    }

    /** A file that a script wrote; "out" and "err" are what it printed. */
    String read(String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    }
}
