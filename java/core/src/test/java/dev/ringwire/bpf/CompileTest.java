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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

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
        for (LinkType type : List.of(LinkType.ETHERNET, LinkType.RAW, LinkType.LINUX_SLL, LinkType.NULL)) {
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
