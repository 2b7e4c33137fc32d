package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;

/**
 * pcap4j as a worker, with the commands and the sum of {@link DecodeWorker}; {@code loop FILE} is its faster way to read
 * a file, with a listener.
 */
public final class Pcap4jDecodeWorker {
    private List<byte[]> frames = List.of();
    private long packets;
    private long sum;

    private Pcap4jDecodeWorker() {}

    /** Says that libpcap is missing before the first command, if it is. */
    public static void main(String[] arguments) throws IOException {
        System.err.println(Pcaps.libVersion());
        Conversation.serve(new Pcap4jDecodeWorker()::answer);
    }

    private String answer(String[] words)
            throws IOException, PcapNativeException, NotOpenException, InterruptedException, IllegalRawDataException {
        if (words[0].equals("load")) {
            frames = TraceReader.frames(Path.of(words[1]));
            return "ok=1";
        }
        long start = Conversation.cpuNanos();
        packets = 0;
        sum = 0;
        switch (words[0]) {
            case "memory" -> {
                for (int pass = Integer.parseInt(words[1]); pass > 0; pass--) {
                    for (byte[] frame : frames) {
                        take(EthernetPacket.newPacket(frame, 0, frame.length));
                    }
                }
            }
            case "loop" -> {
                try (PcapHandle handle = Pcaps.openOffline(words[1])) {
                    handle.loop(-1, this::take);
                }
            }
            default -> {
                try (PcapHandle handle = Pcaps.openOffline(words[1])) {
                    for (Packet next = handle.getNextPacket(); next != null; next = handle.getNextPacket()) {
                        take(next);
                    }
                }
            }
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - start) + " sum=" + Long.toHexString(sum);
    }

    private void take(Packet packet) {
        packets++;
        sum += six(packet);
    }

    private static long six(Packet packet) {
        long sum = 0;
        IpV4Packet ip4 = packet.get(IpV4Packet.class);
        if (ip4 != null) {
            IpV4Packet.IpV4Header h = ip4.getHeader();
            sum = fields(
                    Bits.u32(ByteBuffer.wrap(h.getSrcAddr().getAddress()), 0),
                    Bits.u32(ByteBuffer.wrap(h.getDstAddr().getAddress()), 0),
                    h.getProtocol().value() & 0xff,
                    h.getTtlAsInt());
        } else {
            IpV6Packet ip6 = packet.get(IpV6Packet.class);
            if (ip6 != null) {
                IpV6Packet.IpV6Header h = ip6.getHeader();
                sum = fields(
                        address(h.getSrcAddr().getAddress()),
                        address(h.getDstAddr().getAddress()),
                        h.getNextHeader().value() & 0xff,
                        h.getHopLimitAsInt());
            }
        }
        TcpPacket tcp = packet.get(TcpPacket.class);
        if (tcp != null) {
            return sum
                    + 11L * tcp.getHeader().getSrcPort().valueAsInt()
                    + 13L * tcp.getHeader().getDstPort().valueAsInt();
        }
        UdpPacket udp = packet.get(UdpPacket.class);
        return udp == null
                ? sum
                : sum
                        + 11L * udp.getHeader().getSrcPort().valueAsInt()
                        + 13L * udp.getHeader().getDstPort().valueAsInt();
    }

    private static long address(byte[] bytes) {
        ByteBuffer b = ByteBuffer.wrap(bytes);
        return Bits.i64(b, 0) + Bits.i64(b, 8);
    }

    private static long fields(long source, long destination, long protocol, long hops) {
        return source + 3 * destination + 5 * protocol + 7 * hops;
    }
}
