package dev.ringwire.bench.worker;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Our parser as a worker: {@code load FILE}; {@code memory PASSES} over what was loaded; {@code file FILE}. Of each
 * packet six fields are read: both addresses, protocol, hops, both ports.
 */
public final class DecodeWorker {
    private final PacketParser parser = new PacketParser();
    private final Ipv4 ip4 = new Ipv4();
    private final Ipv6 ip6 = new Ipv6();
    private final Tcp tcp = new Tcp();
    private final Udp udp = new Udp();
    private ByteBuffer memory = ByteBuffer.allocateDirect(0);
    private int[] offsets = {0};

    private DecodeWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(new DecodeWorker()::answer);
    }

    private String answer(String[] words) throws IOException {
        if (words[0].equals("load")) {
            load(Path.of(words[1]));
            return "ok=1";
        }
        long start = Conversation.cpuNanos();
        long packets = 0;
        long sum = 0;
        if (words[0].equals("memory")) {
            for (int pass = Integer.parseInt(words[1]); pass > 0; pass--) {
                sum += memory();
                packets += offsets.length - 1;
            }
        } else {
            try (CaptureReader reader = CaptureReader.open(Path.of(words[1]))) {
                Frame frame = reader.frame();
                while (reader.next()) {
                    parser.parse(frame);
                    sum += six();
                    packets++;
                }
            }
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - start) + " sum=" + Long.toHexString(sum);
    }

    private void load(Path file) throws IOException {
        List<byte[]> frames = TraceReader.frames(file);
        memory = ByteBuffer.allocateDirect(
                frames.stream().mapToInt(f -> f.length).sum());
        offsets = new int[frames.size() + 1];
        for (int i = 0; i < frames.size(); i++) {
            memory.put(offsets[i], frames.get(i));
            offsets[i + 1] = offsets[i] + frames.get(i).length;
        }
    }

    private long memory() {
        long sum = 0;
        for (int i = 0; i + 1 < offsets.length; i++) {
            parser.parse(memory, offsets[i], offsets[i + 1] - offsets[i], LinkType.ETHERNET);
            sum += six();
        }
        return sum;
    }

    private long six() {
        long sum = 0;
        if (parser.view(ip4)) {
            sum = fields(ip4.src().bits() & 0xffff_ffffL, ip4.dst().bits() & 0xffff_ffffL, ip4.proto(), ip4.ttl());
        } else if (parser.view(ip6)) {
            sum = fields(address(ip6.src()), address(ip6.dst()), ip6.nextHeader(), ip6.hopLimit());
        }
        if (parser.view(tcp)) {
            return sum + 11L * tcp.srcPort() + 13L * tcp.dstPort();
        }
        return parser.view(udp) ? sum + 11L * udp.srcPort() + 13L * udp.dstPort() : sum;
    }

    private static long address(Ipv6Address address) {
        return address.high() + address.low();
    }

    private static long fields(long source, long destination, long protocol, long hops) {
        return source + 3 * destination + 5 * protocol + 7 * hops;
    }
}
