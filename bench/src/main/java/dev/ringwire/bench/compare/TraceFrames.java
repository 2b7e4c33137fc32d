package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.DnsMessages;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * Frames like those of an uplink, always the same: conversations in both directions over Ethernet, one in ten with a
 * VLAN tag, a fifth over IPv6; TCP with timestamps and numbers that go on, UDP, DNS messages of {@link DnsMessages},
 * ICMP echoes, ARP. Every checksum is right. Half of the frames are short, a sixth are of 1514 bytes.
 */
final class TraceFrames {
    private static final int FLOWS = 4096;
    private static final int PAYLOADS = 1 << 16;
    private static final int MAX_PAYLOAD = 1448;
    private static final long START_MICROS = 1_704_067_200_000_000L; // 2024-01-01
    private static final int MAX_FRAME = 1518;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int ARP = -1;
    private static final int[] TCP_PORTS = {443, 443, 443, 12_345, 23_456};
    private static final int[] UDP_PORTS = {12_345, 34_567};
    private static final int DNS_PORT = 53;

    /** One direction of a conversation; the other one is its neighbour. */
    private static final class Flow {
        /** Headers up to and without the transport header. */
        byte[] head = {};

        int network;
        boolean six;
        int protocol;
        int sourcePort;
        int destinationPort;
        int sequence;
        int identification;
    }

    private final Random random = new Random(4);
    private final byte[] payloads = new byte[PAYLOADS];
    private final List<byte[]> messages = DnsMessages.make(512);
    private final Flow[] flows = new Flow[FLOWS];
    private final byte[] bytes = new byte[MAX_FRAME];
    private final ByteBuffer frame = ByteBuffer.wrap(bytes);
    private long micros = START_MICROS;

    TraceFrames() {
        random.nextBytes(payloads);
        for (int i = 0; i < FLOWS; i += 2) {
            conversation(i);
        }
    }

    /** The frame at hand, from index 0. */
    byte[] bytes() {
        return bytes;
    }

    /** When it was captured, in microseconds since 1970. */
    long micros() {
        return micros;
    }

    private void conversation(int i) {
        int kind = random.nextInt(100);
        boolean six = random.nextInt(5) == 0;
        int vlan = random.nextInt(10) == 0 ? 100 + random.nextInt(4) : 0;
        int client = random.nextInt(1 << 16);
        int server = random.nextInt(1 << 10);
        int protocol = kind < 76 ? TCP : kind < 96 ? UDP : kind < 99 ? six ? ICMPV6 : ICMP : ARP;
        int port = protocol == TCP
                ? TCP_PORTS[random.nextInt(TCP_PORTS.length)]
                : kind < 86 ? DNS_PORT : UDP_PORTS[random.nextInt(UDP_PORTS.length)];
        int clientPort = 32768 + random.nextInt(28232);
        for (int direction = 0; direction < 2; direction++) {
            Flow flow = new Flow();
            flow.six = six;
            flow.protocol = protocol;
            flow.sourcePort = direction == 0 ? clientPort : port;
            flow.destinationPort = direction == 0 ? port : clientPort;
            flow.sequence = random.nextInt();
            frame.clear();
            mac(direction == 0 ? 1 : 2).mac(direction == 0 ? 2 : 1);
            if (vlan != 0) {
                frame.putShort((short) 0x8100).putShort((short) vlan);
            }
            int type = protocol == ARP ? 0x0806 : six ? 0x86dd : 0x0800;
            frame.putShort((short) type);
            flow.network = frame.position();
            network(flow, direction == 0 ? client : -1 - server, direction == 0 ? -1 - server : client);
            flow.head = new byte[frame.position()];
            frame.get(0, flow.head);
            flows[i + direction] = flow;
        }
    }

    private TraceFrames mac(int host) {
        frame.putShort((short) 0x0200).putInt(host);
        return this;
    }

    /** Negative hosts are servers. */
    private void network(Flow flow, int source, int destination) {
        if (flow.protocol == ARP) {
            frame.putInt(0x0001_0800).putInt(0x0604_0001);
            mac(1).address(source).mac(0).address(destination);
        } else if (flow.six) {
            frame.putInt(0x6000_0000).putShort((short) 0).put((byte) flow.protocol);
            frame.put((byte) (64 - random.nextInt(12)));
            frame.putLong(0x2001_0db8_0000_0000L).putLong(source);
            frame.putLong(0x2001_0db8_0000_0001L).putLong(destination);
        } else {
            frame.putInt(0x4500_0000).putInt(0x0000_4000);
            frame.put((byte) (64 - random.nextInt(12)))
                    .put((byte) flow.protocol)
                    .putShort((short) 0);
            address(source).address(destination);
        }
    }

    private TraceFrames address(int host) {
        frame.putInt(host >= 0 ? 10 << 24 | host : 198 << 24 | 18 << 16 | -1 - host);
        return this;
    }

    /** Makes the next frame; its length. */
    int next() {
        // The lower numbers talk more than the others.
        int number = Math.min(random.nextInt(FLOWS), random.nextInt(FLOWS));
        Flow flow = flows[number];
        micros += 1 + random.nextInt(16);
        frame.clear();
        frame.put(flow.head);
        switch (flow.protocol) {
            case TCP -> tcp(flow, flows[number ^ 1]);
            case UDP -> udp(flow);
            case ARP -> frame.put(new byte[18]);
            default -> echo(flow);
        }
        int length = frame.position();
        if (flow.protocol != ARP) {
            finish(flow, length);
        }
        while (length < 60) {
            bytes[length++] = 0;
        }
        return length;
    }

    /** Bytes of a segment or datagram: none in half of them, the most in a sixth. */
    private int size(int least) {
        int kind = random.nextInt(100);
        return Math.max(least, kind < 48 ? 0 : kind < 66 ? MAX_PAYLOAD : 20 + random.nextInt(500));
    }

    private void tcp(Flow flow, Flow peer) {
        int size = size(0) - (flow.six ? 20 : 0);
        size = Math.max(0, size);
        frame.putShort((short) flow.sourcePort).putShort((short) flow.destinationPort);
        frame.putInt(flow.sequence).putInt(peer.sequence);
        frame.putShort((short) (size > 0 ? 0x8018 : 0x8010))
                .putShort((short) 501)
                .putInt(0);
        frame.putShort((short) 0x0101)
                .putShort((short) 0x080a)
                .putInt((int) (micros / 1000))
                .putInt((int) (micros / 1000 - 20));
        int at = frame.position();
        payload(size);
        if (size > 5 && (flow.sourcePort == 443 || flow.destinationPort == 443)) {
            // A whole record of TLS application data.
            frame.put(at, (byte) 23).putShort(at + 1, (short) 0x0303).putShort(at + 3, (short) (size - 5));
        }
        flow.sequence += size;
    }

    private void udp(Flow flow) {
        int at = frame.position();
        frame.putShort((short) flow.sourcePort)
                .putShort((short) flow.destinationPort)
                .putInt(0);
        if (flow.sourcePort == DNS_PORT || flow.destinationPort == DNS_PORT) {
            int answer = flow.sourcePort == DNS_PORT ? 2 : 0;
            byte[] message = messages.get(
                    random.nextInt(messages.size() / 8) * 8 + answer + random.nextInt(answer == 0 ? 2 : 6));
            frame.put(message);
            frame.putShort(at + 8, (short) random.nextInt());
        } else {
            payload(size(12));
        }
        frame.putShort(at + 4, (short) (frame.position() - at));
    }

    private void echo(Flow flow) {
        boolean request = flow.sourcePort > flow.destinationPort;
        int type = flow.six ? request ? 128 : 129 : request ? 8 : 0;
        frame.putInt(type << 24).putShort((short) flow.network).putShort((short) flow.sequence++);
        payload(56);
    }

    private void payload(int size) {
        frame.put(payloads, random.nextInt(PAYLOADS - MAX_PAYLOAD), size);
    }

    /** Lengths and checksums. */
    private void finish(Flow flow, int end) {
        int ip = flow.network;
        int transport = flow.head.length;
        if (flow.six) {
            frame.putShort(ip + 4, (short) (end - transport));
        } else {
            frame.putShort(ip + 2, (short) (end - ip)).putShort(ip + 4, (short) flow.identification++);
            frame.putShort(ip + 10, (short) ~fold(sum(ip, transport)));
        }
        int checksum = transport + (flow.protocol == TCP ? 16 : flow.protocol == UDP ? 6 : 2);
        // The addresses, the protocol and the length, which ICMPv4 leaves out.
        long pseudo =
                flow.protocol == ICMP ? 0 : sum(ip + (flow.six ? 8 : 12), transport) + flow.protocol + end - transport;
        int folded = ~fold(pseudo + sum(transport, end)) & 0xffff;
        frame.putShort(checksum, (short) (folded == 0 && flow.protocol == UDP ? 0xffff : folded));
    }

    private long sum(int from, int to) {
        long sum = 0;
        int i = from;
        for (; i + 1 < to; i += 2) {
            sum += frame.getShort(i) & 0xffff;
        }
        return i < to ? sum + ((bytes[i] & 0xff) << 8) : sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
