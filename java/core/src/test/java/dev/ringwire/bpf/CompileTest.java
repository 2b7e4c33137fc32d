package dev.ringwire.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.testing.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expressions compiled by libpcap, and what is said where that does not work. */
class CompileTest {
    private static void needLibpcap() {
        Assumptions.assumeTrue(Bpf.status().available(), Bpf.status().text());
    }

    @Test
    void compilesAsTcpdumpDoes() {
        needLibpcap();
        Tcpdump.assumeThere();
        assertTrue(
                Bpf.status().text().startsWith("libpcap version"), Bpf.status().text());
        for (LinkType type : List.of(LinkType.ETHERNET, LinkType.RAW, LinkType.LINUX_SLL)) {
            for (String expression : Expressions.IP) {
                if (!type.equals(LinkType.ETHERNET) && expression.contains("cast")) {
                    continue;
                }
                assertEquals(
                        Tcpdump.dump("-ddd", type, expression),
                        Bpf.compile(expression, type).toDdd(),
                        () -> type + ": " + expression);
            }
        }
        BpfProgram plain = Bpf.compile("udp port 53", LinkType.ETHERNET, 100, false);
        assertTrue(plain.instructions().length
                > Bpf.compile("udp port 53", LinkType.ETHERNET).instructions().length);
        assertTrue(plain.toString().contains("ret      #100\n"), plain::toString);
    }

    /** The family of IPv6 has a number of its own on each system, in the order of the host that captured. */
    @Test
    void takesBsdLoopbackFromAnyHost(@TempDir Path folder) throws IOException {
        needLibpcap();
        Tcpdump.assumeThere();
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            List<Frame> frames = new ArrayList<>();
            for (int family : new int[] {2, 10, 23, 24, 28, 30, 0, 7}) {
                for (int version : new int[] {0x45, 0x60}) {
                    ByteBuffer bytes = ByteBuffer.allocate(80).order(order).putInt(family);
                    bytes.put(4, (byte) version).put(4 + 9, (byte) 17).put(4 + 6, (byte) 17);
                    frames.add(Frame.of(bytes.array(), LinkType.NULL, frames.size() * 1_000_000_000L));
                }
            }
            Path file = folder.resolve(order + ".pcap");
            writePcap(file, order, frames);
            for (String expression : List.of("ip", "ip6", "udp", "not ip6", "ip or ip6", "ip6 and udp", "len > 3")) {
                ExpressionFilter filter = new ExpressionFilter(expression);
                BitSet ours = new BitSet();
                for (int i = 0; i < frames.size(); i++) {
                    ours.set(i, filter.test(frames.get(i)));
                }
                assertEquals(
                        Tcpdump.accepted(file, expression, folder.resolve("accepted")),
                        ours,
                        () -> order + ": " + expression);
                assertFalse(ours.isEmpty(), expression);
            }
        }
    }

    private static void writePcap(Path file, ByteOrder order, List<Frame> frames) throws IOException {
        ByteBuffer pcap = ByteBuffer.allocate(24 + frames.size() * (16 + 80)).order(order);
        pcap.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
        pcap.putInt(Bpf.SNAPLEN).putInt(LinkType.NULL.value());
        for (int i = 0; i < frames.size(); i++) {
            pcap.putInt(i).putInt(0).putInt(80).putInt(80).put(frames.get(i).bytes());
        }
        Files.write(file, pcap.array());
    }

    @Test
    void showsWhereItIsWrong() {
        needLibpcap();
        for (String[] wrong : new String[][] {
            {"udp prt 53", "    ^"},
            {"udp port port 53", "         ^"},
            {"(tcp", "    ^"},
            {"tcp[tcpflags & 2 != 0", "                 ^"},
            {"tcp and port 99999 or udp", "             ^"},
            {"ip and host 1.2.3.400", "            ^"},
            {"ip and arp and port 53", "       ^"},
            {"not vlan 5000", "         ^"},
            {"udp\nand and ip", "        ^"},
            {"len > 100 @ tcp", "          ^"},
        }) {
            String said = assertThrows(IllegalArgumentException.class, () -> Bpf.compile(wrong[0], LinkType.ETHERNET))
                    .getMessage();
            assertTrue(said.endsWith("\n  " + wrong[0].replace('\n', ' ') + "\n  " + wrong[1]), said);
        }
        for (List<String> right : List.of(Expressions.IP, Expressions.ETHERNET)) {
            for (String expression : right) {
                String said = assertThrows(
                                IllegalArgumentException.class, () -> Bpf.compile(expression + " ]", LinkType.ETHERNET))
                        .getMessage();
                assertTrue(said.endsWith("\n  " + " ".repeat(expression.length() + 1) + "^"), said);
            }
        }
    }

    @Test
    void saysWhatIsWrong() {
        needLibpcap();
        for (String wrong : List.of("udp port", "hots 1.2.3.4", "ip and arp", "port 99999", "(tcp")) {
            String said = assertThrows(IllegalArgumentException.class, () -> Bpf.compile(wrong, LinkType.ETHERNET))
                    .getMessage();
            assertTrue(said.startsWith("filter \"" + wrong + "\" on ETHERNET(1): ") && said.length() > 40, said);
        }
        String loop = assertThrows(
                        IllegalArgumentException.class, () -> Bpf.compile("ip protochain 6", LinkType.ETHERNET))
                .getMessage();
        assertTrue(loop.contains("protochain 6\": instruction") && loop.contains("Linux takes no loops"), loop);
        assertThrows(IllegalArgumentException.class, () -> Bpf.compile("a\0b", LinkType.ETHERNET));
        assertThrows(IllegalArgumentException.class, () -> Bpf.compile("ip", LinkType.ETHERNET, 0, true));
        assertThrows(IOException.class, () -> Bpf.compileLive("ip", "no_such_if"));
    }

    @Test
    void saysWhatToDoWithoutNativeCode() {
        Assumptions.assumeFalse(NativeLibrary.status().loaded(), "native code is there");
        assertFalse(Bpf.status().available());
        String said = assertThrows(
                        UnsupportedOperationException.class, () -> Bpf.compile("udp port 53", LinkType.ETHERNET))
                .getMessage();
        assertTrue(said.contains("tcpdump -ddd -y EN10MB 'udp port 53'"), said);
    }

    /** libpcap calls itself for each term; where its stack ended, so did the JVM. */
    @Test
    void aLongExpressionOnASmallStackIsNoCrash() throws Exception {
        needLibpcap();
        String terms = IntStream.range(0, 3000).mapToObj(i -> "ip[" + i + "]=1").collect(Collectors.joining(" or "));
        String[] said = new String[2];
        Runnable compile = () -> {
            said[0] = assertThrows(IllegalArgumentException.class, () -> Bpf.compile(terms, LinkType.ETHERNET))
                    .getMessage();
            said[1] = assertThrows(
                            IllegalArgumentException.class,
                            () -> Bpf.compile("ip" + " or ip".repeat(100_000), LinkType.ETHERNET))
                    .getMessage();
        };
        Thread thread = new Thread(null, compile, "small", 150_000);
        thread.start();
        thread.join();
        assertTrue(said[0].contains("there may be 4096"), said[0]);
        assertTrue(said[1].contains("a filter of 600002 bytes, which may have 65535"), said[1]);
    }

    @Test
    void compilesInManyThreadsAtOnce() throws Exception {
        needLibpcap();
        BpfProgram one = Bpf.compile("tcp and port 80 and not net 10.0.0.0/8", LinkType.ETHERNET);
        var threads = Executors.newFixedThreadPool(4);
        try {
            Callable<BpfProgram> task = () -> Bpf.compile("tcp and port 80 and not net 10.0.0.0/8", LinkType.ETHERNET);
            for (var result : threads.invokeAll(
                    IntStream.range(0, 200).mapToObj(i -> task).toList())) {
                assertEquals(one, result.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void filtersASource() throws IOException {
        byte[][] frames = new byte[5000][60];
        frames[10][12] = 8;
        frames[4990][12] = 8;
        // ldh [12]; jeq #0x800
        BpfProgram ip = BpfProgram.parse("4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0");
        try (FilteredSource source = new FilteredSource(Frames.source(frames), ip.matcher())) {
            Frame frame = source.frame();
            assertTrue(source.next());
            assertEquals(10_000_000_000L, frame.timestampNanos());
            // Passes over a bounded number where no time is given.
            assertFalse(source.next(0));
            assertFalse(source.ended());
            assertTrue(source.next());
            assertEquals(4990_000_000_000L, frame.timestampNanos());
            assertFalse(source.next());
            assertTrue(source.ended());
        }
    }
}
