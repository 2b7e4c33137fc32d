package dev.ringwire.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Corpus;
import dev.ringwire.testing.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The interpreter, {@code tcpdump -r}, libpcap's bpf_filter and the kernel (a filter on a datagram socket that the
 * frames are sent to) accept the same frames for a hundred expressions.
 */
@Timeout(300)
class AgreementTest {
    private static final int FROM_EACH_FILE = 12;
    /** A datagram of more does not fit the kernel's buffer of a socket. */
    private static final int LONGEST = 60_000;

    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path folder;

    @BeforeEach
    void needsTcpdump() {
        Tcpdump.assumeThere();
    }

    @Test
    void onFramesOfItsOwn() throws IOException {
        compare(LinkType.ETHERNET, ownFrames(), all());
    }

    @Test
    void onTheCorpus() throws IOException {
        Map<LinkType, List<Frame>> frames = corpus();
        List<Frame> ethernet = frames.get(LinkType.ETHERNET);
        assertTrue(all().size() >= 100 && ethernet.size() > 5000, () -> "only " + ethernet.size() + " frames");
        compare(LinkType.ETHERNET, ethernet, all());
        for (LinkType type : List.of(LinkType.RAW, LinkType.LINUX_SLL)) {
            compare(type, frames.get(type), Expressions.IP);
        }
    }

    private static List<String> all() {
        return Stream.concat(Expressions.IP.stream(), Expressions.ETHERNET.stream())
                .toList();
    }

    private void compare(LinkType type, List<Frame> frames, List<String> expressions) throws IOException {
        Path file = folder.resolve("frames.pcap");
        write(file, type, frames);
        List<Frame> whole = frames.stream()
                .filter(f -> f.length() == f.originalLength() && f.length() > 0 && f.length() < LONGEST)
                .toList();
        List<String> wrong = new ArrayList<>();
        int matched = 0;
        try (RunFilter others = new RunFilter(whole)) {
            for (String expression : expressions) {
                if (impossible(type, expression)) {
                    continue;
                }
                BpfProgram program = BpfProgram.parse(Tcpdump.dump("-ddd", type, expression));
                BitSet ours = new BitSet();
                BpfMatcher matcher = program.matcher();
                for (int i = 0; i < frames.size(); i++) {
                    ours.set(i, matcher.test(frames.get(i)));
                }
                BitSet theirs = Tcpdump.accepted(file, expression, folder.resolve("accepted.pcap"));
                matched += ours.isEmpty() ? 0 : 1;
                if (!ours.equals(theirs)) {
                    ours.xor(theirs);
                    wrong.add(type + ": " + expression + ": tcpdump differs on frames " + ours);
                }
                RunFilter.Answers answers = others.ask(program);
                for (int i = 0; i < whole.size(); i++) {
                    Frame frame = whole.get(i);
                    int result = matcher.run(frame);
                    if (answers.libpcap().get(i) != RunFilter.REFUSED
                            && answers.libpcap().get(i) != result) {
                        wrong.add(type + ": " + expression + ": libpcap "
                                + answers.libpcap().get(i) + ", not " + result);
                    }
                    if (answers.kernel().get(i) != Math.min(result, frame.length())) {
                        wrong.add(type + ": " + expression + ": kernel "
                                + answers.kernel().get(i) + ", not " + result);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong.subList(0, Math.min(20, wrong.size())));
        // Filters that accept nothing would agree too easily.
        assertTrue(matched > expressions.size() / 3, matched + " of " + expressions.size() + " accept anything");
    }

    /** What libpcap itself refuses for a link type without such addresses. */
    private static boolean impossible(LinkType type, String expression) {
        return !type.equals(LinkType.ETHERNET)
                && (expression.contains("broadcast") || expression.contains("multicast"));
    }

    private static void write(Path file, LinkType type, List<Frame> frames) throws IOException {
        try (CaptureWriter writer = CaptureWriter.create(file, type)) {
            for (int i = 0; i < frames.size(); i++) {
                writer.write(new Numbered(frames.get(i), i));
            }
        }
    }

    private static Map<LinkType, List<Frame>> corpus() throws IOException {
        Map<LinkType, List<Frame>> frames = new HashMap<>();
        for (Corpus.Entry entry : Corpus.entries()) {
            try (CaptureReader reader = CaptureReader.open(entry.path())) {
                for (int i = 0; i < FROM_EACH_FILE && reader.next(); i++) {
                    Frame frame = reader.frame();
                    if (frame.length() <= 262144) {
                        frames.computeIfAbsent(frame.linkType(), t -> new ArrayList<>())
                                .add(frame.copy());
                    }
                }
            } catch (CaptureFormatException damaged) {
                // What stands before the damage is enough.
            }
        }
        return frames;
    }

    /** Frames of the kinds that the expressions tell apart, whole and cut, and noise behind headers that look right. */
    private static List<Frame> ownFrames() {
        Random random = new Random(7);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = ownFrame(random);
            frames.add(Frame.of(bytes, LinkType.ETHERNET, 0));
            if (random.nextInt(4) == 0) {
                frames.add(Frames.cut(bytes, random.nextInt(bytes.length)));
            }
        }
        return frames;
    }

    private static byte[] ownFrame(Random random) {
        ByteBuffer b = ByteBuffer.allocate(random.nextInt(4) == 0 ? 1600 : 200);
        long[] macs = {0xffff_ffff_ffffL, 0x0100_5e00_00fbL, 0, 0x0200_0000_0001L, 0x3333_0000_0001L};
        for (int i = 0; i < 2; i++) {
            long mac = macs[random.nextInt(macs.length)];
            b.putShort((short) (mac >>> 32)).putInt((int) mac);
        }
        while (random.nextInt(4) == 0) {
            b.putShort((short) pick(random, 0x8100, 0x88a8, 0x9100)).putShort((short) pick(random, 5, 6, 0x2005));
        }
        switch (random.nextInt(8)) {
            case 0 -> b.putShort((short) pick(random, 0x88cc, 0x8863, 0x8035, 40, 1500, 0x8137));
            case 1 ->
                b.putShort((short) 0x0806)
                        .putInt(0x0001_0800)
                        .putShort((short) 0x0604)
                        .putShort((short) 1);
            case 2 -> {
                b.putShort((short) 0x8847).putInt(pick(random, 16, 1000) << 12 | pick(random, 0, 1) << 8 | 64);
                ip(b, random);
            }
            case 3 -> {
                b.putShort((short) 0x8864)
                        .putInt(0x1100_0001)
                        .putShort((short) 60)
                        .putShort((short) 0x0021);
                ip(b, random);
            }
            default -> {
                boolean six = random.nextInt(3) == 0;
                b.putShort((short) (six ? 0x86dd : 0x0800));
                if (six) {
                    ip6(b, random);
                } else {
                    ip(b, random);
                }
            }
        }
        byte[] noise = new byte[random.nextInt(b.remaining())];
        random.nextBytes(noise);
        b.put(noise);
        return Arrays.copyOf(b.array(), b.position());
    }

    private static void ip(ByteBuffer b, Random random) {
        int words = random.nextInt(5) == 0 ? 7 : 5;
        int protocol = pick(random, 1, 2, 6, 6, 17, 17, 47, 50, 51, 103, 112, 132);
        b.put((byte) (0x40 | words)).put((byte) pick(random, 0, 184)).putShort((short) random.nextInt(1500));
        b.putShort((short) random.nextInt()).putShort((short) pick(random, 0, 0, 0x4000, 0x4000, 0x2000, 100));
        b.put((byte) pick(random, 1, 4, 64, 128, 255)).put((byte) protocol).putShort((short) random.nextInt());
        b.put(Ipv4Address.of(address(random)).toBytes());
        b.put(Ipv4Address.of(address(random)).toBytes());
        b.put(new byte[(words - 5) * 4]);
        transport(b, random, protocol);
    }

    private static void ip6(ByteBuffer b, Random random) {
        int protocol = pick(random, 0, 6, 17, 17, 58, 58, 44);
        b.putInt(0x6000_0000).putShort((short) 40).put((byte) protocol).put((byte) 64);
        for (int i = 0; i < 2; i++) {
            String[] addresses = {"fe80::1", "ff02::1", "::1", "2001:db8::2"};
            b.put(Ipv6Address.of(addresses[random.nextInt(addresses.length)]).toBytes());
        }
        if (protocol == 0) {
            b.put((byte) 58).put((byte) 0).put(new byte[6]);
        }
        transport(b, random, protocol);
    }

    private static void transport(ByteBuffer b, Random random, int protocol) {
        if (protocol == 1 || protocol == 58) {
            b.put((byte) pick(random, 0, 3, 8, 11, 134, 136)).put((byte) pick(random, 0, 1));
            return;
        }
        b.putShort((short) port(random)).putShort((short) port(random));
        if (protocol == 6) {
            b.putInt(random.nextInt()).putInt(random.nextInt()).put((byte) 0x50);
            b.put((byte) pick(random, 2, 16, 18, 24, 4, 17))
                    .putShort((short) 1000)
                    .putInt(0);
        } else {
            b.putShort((short) pick(random, 8, 300)).putShort((short) 0);
        }
    }

    private static String address(Random random) {
        String[] addresses = {
            "10.0.0.1",
            "10.0.0.2",
            "192.168.1.1",
            "192.168.0.1",
            "172.16.9.9",
            "224.0.0.251",
            "255.255.255.255",
            "198.51.100.7"
        };
        return addresses[random.nextInt(addresses.length)];
    }

    private static int port(Random random) {
        return pick(random, 22, 53, 67, 80, 443, 8080, 33500, 5353, 40000);
    }

    private static int pick(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }

    /** A frame with its number as its time. */
    private static final class Numbered extends Frame {
        private final Frame of;
        private final int number;

        Numbered(Frame of, int number) {
            this.of = of;
            this.number = number;
            aim(of.buffer(), of.offset(), of.length());
        }

        @Override
        public int originalLength() {
            return of.originalLength();
        }

        @Override
        public long timestampNanos() {
            return number * 1_000_000_000L;
        }

        @Override
        public LinkType linkType() {
            return of.linkType();
        }
    }
}
