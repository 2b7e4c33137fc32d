package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IcmpError;
import dev.ringwire.stack.network.IpPath;

/** What stands in the table of connections for a pair of endpoints: a session, a half-open connection or one in TIME-WAIT. */
abstract class TcpFlow implements FourTuple {
    final IpPath path;
    final int localPort;
    final int remotePort;

    /** Until then no further ACK is sent to what nobody asked for (RFC 5961 section 7). */
    private long challengeAfter = Long.MIN_VALUE;

    TcpFlow(IpPath path, int localPort, int remotePort) {
        this.path = path;
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    @Override
    public final long localHigh() {
        return path.sourceHigh();
    }

    @Override
    public final long localLow() {
        return path.sourceLow();
    }

    @Override
    public final int localPort() {
        return localPort;
    }

    @Override
    public final long remoteHigh() {
        return path.destinationHigh();
    }

    @Override
    public final long remoteLow() {
        return path.destinationLow();
    }

    @Override
    public final int remotePort() {
        return remotePort;
    }

    /** A segment has come, {@link TcpLayer#segment}. */
    abstract void arrives(TcpSegment segment, PacketBuffer packet);

    /** Whether a segment of ours with that sequence number may be on its way now (RFC 5927 section 4). */
    abstract boolean isOnItsWay(int sequence);

    /** An ICMP error has come about a segment that is on its way. */
    void icmpError(IcmpError about) {}

    /**
     * Whether an ACK may be sent to something suspicious. The limit is that of one connection and its length random, so
     * that nobody learns from it what other connections do (CVE-2016-5696).
     */
    final boolean mayChallenge(TcpLayer layer) {
        long now = layer.context().now();
        if (now < challengeAfter) {
            layer.counters().challengeAcksSuppressed++;
            return false;
        }
        challengeAfter = now + 250_000_000L + (layer.context().random().nextInt() & 0x1fff_ffff);
        layer.counters().challengeAcks++;
        return true;
    }
}
