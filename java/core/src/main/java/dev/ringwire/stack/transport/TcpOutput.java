package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.URG;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.network.IpPath;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes each segment that the layer sends: its packet, what its header says, its checksum. */
final class TcpOutput {
    private static final int CHECKSUM = 16;

    private final TcpLayer layer;
    private final StackContext context;
    private final TcpCounters counters;

    /** Of the segment that is being sent. */
    private final SegmentHeader header = new SegmentHeader();

    private boolean offloadsChecksum;
    private boolean offloadsSegmentation;

    TcpOutput(TcpLayer layer) {
        this.layer = layer;
        context = layer.context();
        counters = layer.counters();
    }

    void offloads(boolean checksum, boolean segmentation) {
        offloadsChecksum = checksum;
        offloadsSegmentation = segmentation;
    }

    /** How many segments may go in one packet. */
    int segmentsAtOnce(TcpSession session) {
        // A device repeats the urgent pointer in each segment, where it would point too far.
        boolean one = context.hasOutgoingHooks() || session.sender().isUrgent();
        return offloadsSegmentation && !one ? Integer.MAX_VALUE >>> 16 : 1;
    }

    // Without a session.

    /** The header of the next segment, cleared. */
    SegmentHeader header(TcpFlow flow) {
        header.clear(flow.localPort, flow.remotePort);
        return header;
    }

    /** Sends a segment without payload, with {@link #header}. */
    void sendControl(IpPath path, TcpOptions options) {
        send(null, packet(path, options));
    }

    /** A RST that the other side takes for the answer to what it acknowledged. */
    void sendReset(IpPath path, int localPort, int remotePort, int seq) {
        header.clear(localPort, remotePort);
        header.seq = seq;
        header.flags = RST;
        counters.resetsSent++;
        sendControl(path, TcpOptions.DEFAULT);
    }

    /** A RST for a segment that acknowledged nothing: says what it answers. */
    void sendResetAcknowledging(IpPath path, int localPort, int remotePort, int ack) {
        header.clear(localPort, remotePort);
        header.ack = ack;
        header.flags = RST | ACK;
        counters.resetsSent++;
        sendControl(path, TcpOptions.DEFAULT);
    }

    // Of a session.

    void emitSyn(TcpSession session, int seq, int flags) {
        TcpOptions o = session.options();
        TcpReceiver receiver = session.receiver();
        boolean answer = (flags & ACK) != 0;
        header(session);
        header.seq = seq;
        header.ack = answer ? receiver.nxt : 0;
        header.flags = flags;
        header.window = receiver.firstWindow;
        header.mss = session.receiveSegmentSize();
        header.windowScale = (answer ? session.isScaled() : o.windowScaling()) ? receiver.input.scale() : -1;
        header.sackPermitted = answer ? session.sack() : o.selectiveAcknowledgments();
        header.timestamps = answer ? session.timestamps() : o.timestamps();
        header.tsValue = session.timestampClock();
        header.tsEcho = answer ? receiver.tsRecent() : 0;
        send(session, packet(session.path, o));
    }

    /** A segment with length bytes from that position of the send ring, to be cut into those of that size. */
    void emit(TcpSession session, int seq, int flags, int length, long position, int size) {
        PacketBuffer packet = packet(session.path, session.options());
        if (length > 0) {
            session.sendRing().copy(position, packet.bytes(), packet.append(length), length);
            if (length > size) {
                packet.gsoSize(size);
            }
        }
        describe(session, seq, flags, length);
        send(session, packet);
    }

    /** A segment with bytes that are not the connection's. */
    void emit(TcpSession session, int seq, int flags, ByteBuffer payload) {
        PacketBuffer packet = packet(session.path, session.options());
        int length = payload.remaining();
        if (length > packet.room()) {
            context.give(packet);
            throw new IllegalArgumentException(length + " bytes do not fit into one segment");
        }
        packet.bytes().put(packet.append(length), payload, payload.position(), length);
        describe(session, seq, flags, length);
        send(session, packet);
    }

    private void describe(TcpSession session, int seq, int flags, int length) {
        TcpReceiver receiver = session.receiver();
        header(session);
        header.seq = seq;
        header.flags = flags;
        header.ack = (flags & ACK) == 0 ? 0 : receiver.nxt;
        if (session.timestamps()) {
            header.timestamps = true;
            header.tsValue = session.timestampClock();
            header.tsEcho = receiver.tsRecent();
        }
        if ((flags & RST) == 0) {
            header.window = receiver.input.advertise();
            header.urgentPointer = session.sender().urgentPointer(seq);
            header.flags |= header.urgentPointer > 0 ? URG : 0;
            if (session.sack()) {
                int used = session.timestamps() ? 12 : 0;
                int most = Math.min(TcpOptionWriter.sackBlocksThatFit(used), (session.segmentSize() - length - 4) / 8);
                header.sackCount = most > 0 ? receiver.input.sackBlocks(header.sack, most) : 0;
            }
            receiver.acknowledged();
        }
    }

    private PacketBuffer packet(IpPath path, TcpOptions options) {
        PacketBuffer packet = context.take();
        packet.path(path);
        packet.protocol(TcpLayer.PROTOCOL);
        packet.ttl(options.ttl());
        packet.trafficClass(options.trafficClass());
        packet.dontFragment(options.pathMtuDiscovery());
        return packet;
    }

    private void send(@Nullable TcpSession session, PacketBuffer packet) {
        counters.segmentsSent++;
        if (session != null) {
            session.counters().segmentsSent++;
        }
        try {
            layer.send(packet);
        } finally {
            context.give(packet);
        }
    }

    // What the layer has done on the way down.

    /** Writes the header in front of the payload. */
    void writeHeader(PacketBuffer packet) {
        int length = header.length();
        int at = packet.prepend(length);
        packet.transportOffset(at);
        header.write(packet.bytes(), at, length);
    }

    /** Writes the checksum, or as much of it as the device does not. */
    void writeChecksum(PacketBuffer packet) {
        int at = packet.transportOffset();
        int length = packet.end() - at;
        int pseudo = packet.pseudoHeaderSum(TcpLayer.PROTOCOL, length);
        if (offloadsChecksum) {
            packet.partialChecksum(true);
            Bits.put16(packet.bytes(), at + CHECKSUM, pseudo);
        } else {
            Bits.put16(packet.bytes(), at + CHECKSUM, 0);
            Bits.put16(packet.bytes(), at + CHECKSUM, ~packet.sum(at, length, pseudo));
        }
    }
}
