package dev.ringwire.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.testing.VethPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel here still answers to a neighbour while a firewall is open, and after it is gone however it went. */
@RootOnly
class FirewallTest {
    private static final int PORT = 7777;

    private static VethPair pair;
    private static Process probe;
    private static Writer toProbe;
    private static BufferedReader fromProbe;

    @BeforeAll
    static void startProbe() throws IOException {
        pair = VethPair.create();
        // Port unreachable is sent but once a second otherwise.
        Command.run("sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
        probe = pair.netns().start(Command.java(KernelProbe.class));
        toProbe = probe.outputWriter();
        fromProbe = probe.inputReader();
        assertEquals("ready", fromProbe.readLine());
    }

    @AfterAll
    static void stopProbe() {
        probe.destroyForcibly();
        pair.close();
    }

    private static String ask(String protocol, String address, int port) throws IOException {
        toProbe.write(protocol + " " + address + " " + port + "\n");
        toProbe.flush();
        return fromProbe.readLine();
    }

    private static Firewall open(String program) throws IOException {
        Command.assumeInstalled(program);
        return program.equals("nft")
                ? Firewall.open(Program.find("nft"), null, null)
                : Firewall.open(null, Program.find("iptables"), Program.find("ip6tables"));
    }

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void theKernelIsSilentWhileItIsBlocked(String program) throws IOException {
        try (Firewall firewall = open(program)) {
            for (String text : List.of(pair.address(), pair.address6())) {
                InetAddress address = address(text);
                for (String protocol : List.of("tcp", "udp")) {
                    Traffic traffic =
                            protocol.equals("tcp") ? Traffic.tcp(address, PORT) : Traffic.udp(address, PORT, PORT + 9);
                    String other = protocol.equals("tcp") ? "udp" : "tcp";
                    assertEquals("refused", ask(protocol, text, PORT));
                    try (Block block = firewall.block(traffic)) {
                        assertEquals(traffic, block.traffic());
                        assertEquals("silent", ask(protocol, text, PORT));
                        assertEquals("refused", ask(protocol, text, PORT + 10));
                        assertEquals("refused", ask(other, text, PORT));
                    }
                    assertEquals("refused", ask(protocol, text, PORT));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void closingTakesAllAway(String program) throws IOException {
        Firewall firewall = open(program);
        Block block;
        try (firewall) {
            block = firewall.block(Traffic.tcp(address(pair.address()), PORT));
            firewall.block(Traffic.tcp(address(pair.address6()), PORT));
            assertTrue(firewall.isHeld());
            assertEquals("silent", ask("tcp", pair.address(), PORT));
            assertEquals("silent", ask("tcp", pair.address6(), PORT));
        }
        assertFalse(firewall.isHeld());
        assertEquals("refused", ask("tcp", pair.address(), PORT));
        assertEquals("refused", ask("tcp", pair.address6(), PORT));
        block.close();
        firewall.close();
        assertThrows(IOException.class, () -> firewall.block(Traffic.to(address(pair.address()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void onlyThePeerMeantIsBlocked(String program) throws IOException {
        try (Firewall firewall = open(program)) {
            Traffic all = Traffic.tcp(address(pair.address()), PORT);
            firewall.block(all.from(address("192.0.2.1")));
            firewall.block(all.from(address(pair.peerAddress()), 1));
            assertEquals("refused", ask("tcp", pair.address(), PORT));
            firewall.block(all.from(address(pair.peerAddress())));
            assertEquals("silent", ask("tcp", pair.address(), PORT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void theHostItselfIsAnsweredOverLoopback(String program) throws IOException {
        try (Firewall firewall = open(program)) {
            firewall.block(Traffic.tcp(address(pair.address()), PORT));
            assertThrows(ConnectException.class, () -> new Socket(pair.address(), PORT).close());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void aKilledJvmLeavesNothing(String program) throws Exception {
        Command.assumeInstalled(program);
        Process child = Command.start(Command.java(FirewallChild.class, program, pair.address(), "" + PORT));
        try {
            assertEquals("blocked", child.inputReader().readLine());
            assertEquals("silent", ask("tcp", pair.address(), PORT));
        } finally {
            child.destroyForcibly();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!ask("tcp", pair.address(), PORT).equals("refused") && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertEquals("refused", ask("tcp", pair.address(), PORT));
        if (program.equals("nft")) {
            String tables = Command.run("nft", "list", "tables");
            assertFalse(tables.contains("ringwire_" + child.pid() + "_"), tables);
        }
    }

    @Test
    void whatIptablesKeepsIsDeletedByTheNext() throws Exception {
        Command.assumeInstalled("iptables");
        Process child = Command.start(Command.java(FirewallChild.class, "iptables", pair.address(), "" + PORT));
        try {
            assertEquals("blocked", child.inputReader().readLine());
        } finally {
            // First those that would delete the rules.
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly().waitFor();
        }
        assertEquals("silent", ask("tcp", pair.address(), PORT), "nobody was left to delete the rule");
        try (Firewall next = open("iptables")) {
            Firewall other = open("iptables");
            next.block(Traffic.tcp(address(pair.address6()), PORT));
            other.close();
            open("iptables").close();
            assertEquals("refused", ask("tcp", pair.address(), PORT));
            assertEquals("silent", ask("tcp", pair.address6(), PORT), "rules of the living stay");
        }
    }

    @Test
    void whatATerminalSendsToAllDoesNotOpenIt() throws Exception {
        try (Firewall firewall = open("nft")) {
            firewall.block(Traffic.tcp(address(pair.address()), PORT));
            for (ProcessHandle nft : ourChildren("nft")) {
                Command.run("kill", "-INT", "" + nft.pid());
                Command.run("kill", "-TERM", "" + nft.pid());
                Command.run("kill", "-HUP", "" + nft.pid());
            }
            assertEquals("silent", ask("tcp", pair.address(), PORT));
            assertTrue(firewall.isHeld());
        }
    }

    @Test
    void aKilledNftIsNoticed() throws Exception {
        try (Firewall firewall = open("nft")) {
            Block block = firewall.block(Traffic.tcp(address(pair.address()), PORT));
            List<ProcessHandle> children = ourChildren("nft");
            assertEquals(1, children.size());
            children.get(0).destroyForcibly();
            children.get(0).onExit().get(20, TimeUnit.SECONDS);
            assertFalse(firewall.isHeld());
            assertThrows(IOException.class, () -> firewall.block(Traffic.tcp(address(pair.address()), 1)));
            block.close();
        }
    }

    private static List<ProcessHandle> ourChildren(String program) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/" + program))
                .toList();
    }

    @Test
    void withoutAnyProgramItSaysWhatToInstall() {
        IOException e = assertThrows(IOException.class, () -> Firewall.open(null, null, null));
        assertTrue(e.getMessage().contains("install nftables"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void withoutPermissionItSaysWhoMay(String program, @TempDir Path directory) throws IOException {
        Command.assumeInstalled(program);
        Command.assumeInstalled("setpriv");
        Path real = Objects.requireNonNull(Program.find(program));
        Path powerless =
                script(directory, "exec setpriv --reuid 65534 --clear-groups --bounding-set -all " + real + " \"$@\"");
        AccessDeniedException e = assertThrows(
                AccessDeniedException.class,
                () -> Firewall.open(
                        program.equals("nft") ? powerless : null, program.equals("nft") ? null : powerless, null));
        assertTrue(e.getMessage().contains("run as root"), e.getMessage());
    }

    @Test
    void anOldNftIsPassedBy(@TempDir Path directory) throws IOException {
        Command.assumeInstalled("iptables");
        Path old = script(directory, "read line; echo 'Error: syntax error, unexpected owner'; read line");
        try (Firewall firewall = Firewall.open(old, Program.find("iptables"), null)) {
            assertTrue(firewall.toString().startsWith("iptables"), firewall.toString());
            IOException e = assertThrows(IOException.class, () -> firewall.block(Traffic.to(address(pair.address6()))));
            assertTrue(e.getMessage().contains("no ip6tables"), e.getMessage());
        }
        IOException e = assertThrows(IOException.class, () -> Firewall.open(old, null, null));
        assertTrue(e.getMessage().contains("unexpected owner"), e.getMessage());
    }

    @Test
    void statusNamesTheProgram() {
        Command.assumeInstalled("nft");
        Firewall.Status status = Firewall.status();
        assertTrue(status.available(), status.text());
        assertTrue(status.text().startsWith("nft (table inet ringwire_"), status.text());
    }

    @Test
    void blocksAreBounded() throws IOException {
        try (Firewall firewall = open("nft")) {
            for (int i = 1; i <= Firewall.MOST_BLOCKS; i++) {
                firewall.block(Traffic.tcp(address("192.0.2.1"), i));
            }
            assertThrows(IllegalStateException.class, () -> firewall.block(Traffic.tcp(address("192.0.2.1"), 1)));
        }
    }

    private static Path script(Path directory, String body) throws IOException {
        Path file = directory.resolve("program");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
