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
 * Six fields of each of 512 Ethernet-IPv4-TCP frames, ns per frame: through header views over field descriptors, against
 * offsets written by hand with the same proofs of length. That both cost the same is why a field is stated once.
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
            frames.put(i * length, frame);
        }
    }

    /** Views only, aimed once a frame by the parser. */
    @Benchmark
    public long views() {
        long sum = 0;
        for (int at = 0; at < length * FRAMES; at += length) {
            parser.parse(frames, at, length, LinkType.ETHERNET);
            if (parser.view(ethernet) && parser.view(ipv4) && parser.view(tcp)) {
                sum += ethernet.type()
                        + ipv4.ttl()
                        + ipv4.get(Ipv4.SRC)
                        + tcp.srcPort()
                        + tcp.sequenceNumber()
                        + (tcp.ack() ? 1 : 0);
            }
        }
        return sum;
    }

    /** The same fields and checks by hand. */
    @Benchmark
    public long offsets() {
        ByteBuffer b = frames;
        long sum = 0;
        for (int at = 0; at < length * FRAMES; at += length) {
            int end = at + length;
            int type = Bits.u16(b, at + 12);
            int ip = at + 14;
            int first = Bits.u8(b, ip);
            int headerLength = (first & 15) * 4;
            int total = Bits.u16(b, ip + 2);
            if (type != 0x0800 || first >>> 4 != 4 || headerLength < 20 || total < headerLength || ip + total > end) {
                continue;
            }
            int l4 = ip + headerLength;
            if ((Bits.u16(b, ip + 6) & 0x1fff) != 0 || Bits.u8(b, ip + 9) != 6 || l4 + 20 > end) {
                continue;
            }
            int flags = Bits.u16(b, l4 + 12);
            if ((flags >>> 12) * 4 < 20) {
                continue;
            }
            sum += type
                    + Bits.u8(b, ip + 8)
                    + Bits.u32(b, ip + 12)
                    + Bits.u16(b, l4)
                    + Bits.u32(b, l4 + 4)
                    + (flags >>> 4 & 1);
        }
        return sum;
    }
}
