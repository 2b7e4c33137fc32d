package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import org.jspecify.annotations.Nullable;

/** What is left of a connection in TIME-WAIT. */
final class TimeWait extends TcpFlow {
    private final TimeWaitTable table;
    final int sndNxt;
    final int rcvNxt;
    final int window;
    final boolean timestamps;
    final int timestampOffset;
    int tsRecent;
    final TcpOptions options;
    long deadline;

    @Nullable
    TimeWait previous;

    @Nullable
    TimeWait next;

    TimeWait(TimeWaitTable table, TcpSession session) {
        super(session.path, session.localPort, session.remotePort);
        this.table = table;
        TcpReceiver receiver = session.receiver();
        sndNxt = session.sender().max;
        rcvNxt = receiver.nxt;
        window = Math.max(0, receiver.edge - rcvNxt);
        timestamps = session.timestamps();
        timestampOffset = session.timestampClock() - session.layer().timestampClock();
        tsRecent = receiver.tsRecent();
        options = session.options();
    }

    @Override
    void arrives(TcpSegment segment, PacketBuffer packet) {
        table.arrives(this, segment, packet);
    }

    @Override
    boolean isOnItsWay(int sequence) {
        return false;
    }
}
