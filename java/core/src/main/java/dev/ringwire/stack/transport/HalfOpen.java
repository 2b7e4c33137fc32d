package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IpPath;
import org.jspecify.annotations.Nullable;

/** A connection that somebody else opens, in SYN-RECEIVED: no more than must be remembered (RFC 4987 section 3.4). */
final class HalfOpen extends TcpFlow {
    private final SynCache cache;
    final TcpListener listener;
    /** The listener's when the SYN came: what was offered then must hold. */
    final TcpOptions options;

    final int irs;
    int iss;
    /** What the answer offers; never scaled. */
    final int window;

    int peerMss;
    /** 0 without window scaling. */
    int peerScale;

    boolean scaled;
    boolean sack;
    boolean timestamps;
    int tsRecent;

    /** How often the answer was sent again. */
    int tries;

    long deadline;

    /** Made early where the user has a class of their own, which chooses the sequence number. */
    @Nullable
    TcpSession session;

    @Nullable
    HalfOpen previous;

    @Nullable
    HalfOpen next;

    HalfOpen(SynCache cache, TcpListener listener, IpPath path, TcpSegment segment, int irs) {
        super(path, segment.destinationPort(), segment.sourcePort());
        this.cache = cache;
        this.listener = listener;
        options = listener.options();
        window = Math.min(
                65_535,
                ByteRing.most(options.receiveBuffer(), 0, listener.layer().memory()));
        this.irs = irs;
    }

    /** Takes over what the SYN offers, as far as the listener's options want it. */
    void negotiate(int mss, int scale, boolean withSack, boolean withTimestamps, int timestamp) {
        peerMss = mss;
        scaled = scale >= 0 && options.windowScaling();
        peerScale = scaled ? scale : 0;
        sack = withSack && options.selectiveAcknowledgments();
        timestamps = withTimestamps && options.timestamps();
        tsRecent = timestamp;
    }

    int ownScale() {
        return scaled ? TcpInput.scaleFor(options.receiveBuffer()) : 0;
    }

    int timestampOffset() {
        return listener.layer().timestampOffset(this);
    }

    @Override
    void arrives(TcpSegment segment, PacketBuffer packet) {
        cache.arrives(this, segment, packet);
    }

    @Override
    boolean isOnItsWay(int sequence) {
        // Whether the other side is there, time will show.
        return false;
    }
}
