package dev.ringwire.bench;

import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Tcp;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Six fields of each of 512 Ethernet-IPv4-TCP frames, ns per frame. {@code views} reads them through header views that
 * are there already, {@code offsets} at offsets written by hand: the difference is what a field descriptor and the check
 * of the loan cost. {@code parsed} finds the headers first.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FieldBenchmark.FRAMES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FieldBenchmark {
    static final int FRAMES = 512;

    @Param({"heap", "direct"})
    String memory;

    private final PacketParser parser = new PacketParser();
    private final Ethernet ethernet = new Ethernet();
    private final Ipv4 ipv4 = new Ipv4();
    private final Tcp tcp = new Tcp();
    private final Ethernet[] ethernets = new Ethernet[FRAMES];
    private final Ipv4[] ipv4s = new Ipv4[FRAMES];
    private final Tcp[] tcps = new Tcp[FRAMES];
    private ByteBuffer frames;
    private int length;

    /** Puts the frames one behind the other. */
    @Setup
    public void setUp() {
        byte[] frame = Packet.of(new Ethernet(), new Ipv4().proto(6), new Tcp().srcPort(1))
                .toBytes(Fix.LENGTHS);
        length = frame.length;
        frames = memory.equals("heap")
                ? ByteBuffer.allocate(length * FRAMES)
                : ByteBuffer.allocateDirect(length * FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            int at = i * length;
            frames.put(at, frame);
            ethernets[i] = Ethernet.wrap(frames, at, length);
            ipv4s[i] = Ipv4.wrap(frames, at + 14, length - 14);
            tcps[i] = Tcp.wrap(frames, at + 34, length - 34);
        }
    }

    private static long sum(Ethernet ethernet, Ipv4 ipv4, Tcp tcp) {
        return ethernet.type()
                + ipv4.ttl()
                + ipv4.get(Ipv4.SRC)
                + tcp.srcPort()
                + tcp.sequenceNumber()
                + (tcp.ack() ? 1 : 0);
    }

    /** Through views. */
    @Benchmark
    public long views() {
        long sum = 0;
        for (int i = 0; i < FRAMES; i++) {
            sum += sum(ethernets[i], ipv4s[i], tcps[i]);
        }
        return sum;
    }

    /** At offsets written by hand. */
    @Benchmark
    public long offsets() {
        ByteBuffer b = frames;
        long sum = 0;
        for (int at = 0; at < length * FRAMES; at += length) {
            sum += Bits.u16(b, at + 12)
                    + Bits.u8(b, at + 22)
                    + Bits.u32(b, at + 26)
                    + Bits.u16(b, at + 34)
                    + Bits.u32(b, at + 38)
                    + (Bits.u8(b, at + 47) >>> 4 & 1);
        }
        return sum;
    }

    /** Through one view of each kind, aimed by the parser. */
    @Benchmark
    public long parsed() {
        long sum = 0;
        for (int at = 0; at < length * FRAMES; at += length) {
            parser.parse(frames, at, length, LinkType.ETHERNET);
            if (parser.view(ethernet) && parser.view(ipv4) && parser.view(tcp)) {
                sum += sum(ethernet, ipv4, tcp);
            }
        }
        return sum;
    }
}
