package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IpPath;

/** Answers segments that are for no connection by a RST (RFC 9293 section 3.10.7.1), not more than so many a second. */
final class ResetResponder {
    private static final int MOST_RESETS = 1000;

    private final TcpLayer layer;
    private boolean silent;
    private long since;
    private int resets;

    ResetResponder(TcpLayer layer) {
        this.layer = layer;
    }

    /** Answers nothing at all. */
    void silent(boolean wanted) {
        silent = wanted;
    }

    void answer(TcpSegment segment, PacketBuffer packet) {
        long now = layer.context().now();
        if (now - since > 1_000_000_000L) {
            since = now;
            resets = 0;
        }
        IpPath path = silent || resets >= MOST_RESETS ? null : layer.pathBack(packet);
        if (path == null) {
            layer.counters().resetsSuppressed++;
            return;
        }
        resets++;
        TcpOutput output = layer.output();
        if (segment.has(ACK)) {
            output.sendReset(path, segment.destinationPort(), segment.sourcePort(), segment.ack());
        } else {
            output.sendResetAcknowledging(path, segment.destinationPort(), segment.sourcePort(), segment.end());
        }
    }
}
