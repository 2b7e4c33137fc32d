package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IcmpError;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection (RFC 9293). Nothing here blocks; all of it belongs to the stack's thread, except where it says
 * otherwise. A program hands bytes over by {@link #trySend} and fetches them by {@link #tryReceive}, or is called as a
 * {@link TcpApplication}; another thread uses {@link #sendRing()} and {@link #receiveRing()} and then has
 * {@link #outputWanted()} or {@link #inputTaken()} run on the stack's.
 *
 * <p>A class of one's own, made by a {@link TcpSessionFactory}, may choose the initial sequence number and see each
 * segment.
 */
public class TcpSession extends TcpFlow {
    private final TcpLayer layer;
    private TcpOptions options;
    private final TcpSender sender;
    private final TcpReceiver receiver;
    private final TcpTimers timers;
    private final TcpSessionCounters counters = new TcpSessionCounters();

    private final TcpStateMachine machine;
    private final TcpUpcalls upcalls;
    private @Nullable KeepAlive keepAlive;

    // What both sides agreed on.
    private boolean timestamps;
    private boolean sack;
    private boolean scaled;
    private int timestampOffset;

    // Its place in PendingSessions.
    @Nullable
    TcpSession nextPending;

    boolean pending;

    /** Between these ends, not opened. */
    protected TcpSession(TcpEnds ends) {
        super(ends.path(), ends.localPort(), ends.remotePort());
        layer = ends.layer();
        options = ends.options();
        sender = new TcpSender(this);
        receiver = new TcpReceiver(this);
        timers = new TcpTimers(this);
        machine = new TcpStateMachine(this);
        upcalls = new TcpUpcalls(this);
    }

    // What a class of one's own may change.

    /** The first sequence number that is sent; asked once, before the SYN. The layer's own choice (RFC 6528) unless overridden. */
    protected int initialSequenceNumber() {
        return layer.isn(this);
    }

    /**
     * A segment has come whose checksum is right; does with it what TCP does, unless overridden.
     *
     * @param packet from its TCP header on, borrowed; {@link PacketBuffer#tcp()} reads the header
     */
    protected void segmentArrives(PacketBuffer packet) {
        receiver.arrives(layer.segment(), packet);
    }

    @Override
    final void arrives(TcpSegment segment, PacketBuffer packet) {
        KeepAlive k = keepAlive;
        if (k != null) {
            k.heard();
        }
        segmentArrives(packet);
    }

    // What a program does.

    /**
     * Opens it: sends the SYN.
     *
     * @throws BindException if there is a connection between these ends already, or too many are open
     */
    public final void connect() throws BindException {
        machine.connect();
    }

    /**
     * Takes as many of the bytes as there is room for, to be sent, and moves the position behind them.
     *
     * @return how many; when fewer than there were, {@link TcpApplication#writable} is called once there is room again
     * @throws IOException the connection's error; a {@link SocketException} after {@link #shutdownOutput()}
     */
    public int trySend(ByteBuffer bytes) throws IOException {
        if (sender.isFinQueued() || !state().canSend()) {
            IOException why = machine.error();
            throw why != null
                    ? why
                    : new SocketException(machine.isOpened() ? "the output is shut down" : "not connected");
        }
        int count = sender.ring.write(bytes);
        upcalls.spaceWanted(bytes.hasRemaining());
        if (count > 0) {
            outputWanted();
        }
        return count;
    }

    /**
     * As {@link #trySend}, and tells the other side that all up to the last of these bytes is urgent. New protocols should
     * not use it (RFC 9293 SHLD-13).
     *
     * @return how many bytes were taken
     * @throws IOException as {@link #trySend}
     */
    public final int sendUrgent(ByteBuffer bytes) throws IOException {
        int count = trySend(bytes);
        if (count > 0) {
            sender.markUrgent();
        }
        return count;
    }

    /**
     * Moves bytes that have come in to the buffer.
     *
     * @return how many; 0 if there are none now; -1 if there will be none any more
     * @throws IOException the connection's error, after the last byte
     */
    public int tryReceive(ByteBuffer to) throws IOException {
        int count = receiver.input.ring.read(to);
        if (count > 0) {
            inputTaken();
            return count;
        }
        if (!to.hasRemaining() && receiver.input.ring.size() > 0) {
            return 0;
        }
        if (receiver.input.isEnded()) {
            return -1;
        }
        IOException why = machine.error();
        if (why != null) {
            throw why;
        }
        return state() == TcpState.CLOSED && machine.isOpened() ? -1 : 0;
    }

    /** Shows the application again what it left, as when more has come. */
    public final void resumeReceive() {
        upcalls.dataWaits();
    }

    /** Sends what was handed over, then tells the other side that there is no more (half close). */
    public void shutdownOutput() {
        machine.shutdownOutput();
    }

    /**
     * Sends what was handed over, ends both directions and forgets the connection when that is done. With bytes that
     * nobody has fetched, or the linger option 0, resets it (RFC 1122 section 4.2.2.13, RFC 2525 section 2.17).
     */
    public void close() {
        machine.close();
    }

    /** Drops everything and resets the connection. */
    public void abort() {
        machine.abort();
    }

    /** There is something to send, or something else has changed: looked at after this batch. */
    public final void outputWanted() {
        layer.pend(this);
    }

    /** Bytes were fetched from {@link #receiveRing()}: lets the other side know if the window has opened enough. */
    public final void inputTaken() {
        if (state().canReceive() && receiver.input.isWindowUpdateDue()) {
            receiver.wantAck();
        }
        if (receiver.input.isEnded()) {
            upcalls.inputClosed();
            if (machine.isOver() && receiver.input.ring.size() == 0) {
                upcalls.closed(null);
            }
        }
    }

    /** Whether {@link #inputTaken()} would send something, or tell something; from any thread. */
    public final boolean isInputTakenDue() {
        return receiver.input.isEnded() || receiver.input.isWindowUpdateUrgent();
    }

    /**
     * Takes a connection over in mid-stream, from numbers that were observed, and is in ESTABLISHED.
     *
     * @param sendNext the next sequence number we send (SND.NXT); all before is taken to be acknowledged
     * @param sendWindow what the other side can take, in bytes
     * @param receiveNext the next sequence number of the other side (RCV.NXT)
     * @param handshake what was agreed on when it was opened
     * @throws IllegalStateException if it is open already, or there is a connection between these ends
     */
    public final void adopt(int sendNext, int sendWindow, int receiveNext, TcpHandshake handshake) {
        machine.adopt(sendNext, sendWindow, receiveNext, handshake);
    }

    /**
     * Sends a segment besides the usual ones: it carries the present numbers, bytes of the user's own choice and what
     * an outgoing hook makes of it, and is not kept to be sent again.
     *
     * @param flags the flags of the header, ACK not implied
     */
    public final void sendGratuitous(int flags, ByteBuffer payload) {
        layer.output().emit(this, sender.nxt, flags, payload);
    }

    // What a program asks.

    /** The state; from any thread. */
    public final TcpState state() {
        return machine.state();
    }

    /** Why the connection ended, if not in order; from any thread. */
    public final @Nullable IOException error() {
        return machine.error();
    }

    /** Bytes handed over and not sent yet. */
    public final int queued() {
        return sender.unsent();
    }

    /** Bytes sent and not acknowledged yet. */
    public final int unacknowledged() {
        return sender.unacknowledged();
    }

    /** Bytes that can be fetched; from any thread. */
    public final int available() {
        return receiver.input.ring.size();
    }

    /** Bytes from the next to be fetched to the end of what the other side says is urgent; 0 if nothing is. */
    public final int urgentBytes() {
        return receiver.input.urgentBytes();
    }

    /** Whether the other side has ended its direction; what {@link #available()} says is still to be fetched. Any thread. */
    public final boolean isInputEnded() {
        return receiver.input.isEnded();
    }

    /** Whether {@link #shutdownOutput()} or {@link #close()} was called. */
    public final boolean isOutputShut() {
        return sender.isFinQueued();
    }

    /** Whether our FIN, so everything before it, too, is acknowledged. */
    public final boolean isOutputAcknowledged() {
        return sender.isFinAcknowledged();
    }

    /** Smoothed round-trip time in nanoseconds; 0 while it is not known. */
    public final long roundTripNanos() {
        return sender.rtt.smoothed();
    }

    /** Nanoseconds that an acknowledgement may take before data is sent again. */
    public final long retransmissionTimeoutNanos() {
        return sender.rtt.rto();
    }

    /** The congestion window in bytes; 0 before the connection is up. */
    public final int congestionWindow() {
        return sender.recovery.window();
    }

    /** The window of the other side in bytes. */
    public final int sendWindow() {
        return sender.window;
    }

    /** Most bytes of payload in a segment that is sent. */
    public final int segmentSize() {
        return sender.segmentSize();
    }

    /** What it counts. */
    public final TcpSessionCounters counters() {
        return counters;
    }

    /** The options; from any thread. */
    public final TcpOptions options() {
        return options;
    }

    /** Sets options; buffers become larger, never smaller. What concerns the handshake has no effect any more. */
    public final void options(TcpOptions wanted) {
        options = wanted;
        sender.ring.capacity(wanted.sendBuffer());
        receiver.input.ring.capacity(wanted.receiveBuffer());
        if (!wanted.keepAlive()) {
            timers.cancelKeepAlive();
        } else if (state().isSynchronized()) {
            watchIfWanted();
        }
        outputWanted();
    }

    /** Our end; from any thread. */
    public final TcpEndpoint local() {
        return new TcpEndpoint(localHigh(), localLow(), localPort);
    }

    /** The other end; from any thread. */
    public final TcpEndpoint remote() {
        return new TcpEndpoint(remoteHigh(), remoteLow(), remotePort);
    }

    /** The layer it belongs to. */
    public final TcpLayer layer() {
        return layer;
    }

    /** Bytes to be sent; one thread at a time writes, and not after {@link #shutdownOutput()}. */
    public final ByteRing sendRing() {
        return sender.ring;
    }

    /** Bytes that have come in; one thread at a time reads. */
    public final ByteRing receiveRing() {
        return receiver.input.ring;
    }

    /** Calls this from now on when bytes come; null for nobody. Bytes that wait are shown at once. */
    public final void application(@Nullable TcpApplication wanted) {
        upcalls.application(wanted);
        upcalls.dataWaits();
    }

    /** What is called when bytes come. */
    public final @Nullable TcpApplication application() {
        return upcalls.application();
    }

    /**
     * Runs this on the stack's thread after each batch in which bytes, room to send, an end or another state came; null
     * for nothing. For whoever waits in another thread.
     */
    public final void readiness(@Nullable Runnable action) {
        upcalls.readiness(action);
    }

    /** Tells it of each change of state, after those that were added before. */
    public final void addStateListener(TcpStateListener wanted) {
        upcalls.addStateListener(wanted);
    }

    /** Tells it no more. */
    public final void removeStateListener(TcpStateListener unwanted) {
        upcalls.removeStateListener(unwanted);
    }

    @Override
    public final String toString() {
        return "TcpSession[" + local() + " " + remote() + " " + state() + "]";
    }

    // Parts.

    final TcpSender sender() {
        return sender;
    }

    final TcpReceiver receiver() {
        return receiver;
    }

    final TcpTimers timers() {
        return timers;
    }

    final boolean timestamps() {
        return timestamps;
    }

    final boolean sack() {
        return sack;
    }

    final TcpStateMachine machine() {
        return machine;
    }

    final TcpUpcalls upcalls() {
        return upcalls;
    }

    private long now() {
        return layer.context().now();
    }

    /** The clock of our timestamps: milliseconds from a number of this connection's own. */
    final int timestampClock() {
        return (int) (now() / 1_000_000L) + timestampOffset;
    }

    /** Most bytes of payload that we say we take in a segment. */
    final int receiveSegmentSize() {
        return layer.receiveSegmentSize(path, options);
    }

    final boolean isScaled() {
        return scaled;
    }

    // The handshake.

    /** What both SYNs say holds where both say it. */
    final void negotiated(int peerMss, int peerScale, boolean peerSack, boolean peerTimestamps) {
        scaled = peerScale >= 0 && options.windowScaling();
        negotiated(
                peerMss,
                scaled ? peerScale : 0,
                peerSack && options.selectiveAcknowledgments(),
                peerTimestamps && options.timestamps(),
                scaled ? receiver.input.scale() : 0);
    }

    private void negotiated(int peerMss, int peerScale, boolean withSack, boolean withTimestamps, int ownScale) {
        sender.peer(peerMss, peerScale);
        sack = withSack;
        timestamps = withTimestamps;
        receiver.input.scale(ownScale);
    }

    /** We open it: nothing is known of the other side. */
    final void startActive() {
        timestampOffset = layer.timestampOffset(this);
        sender.start(initialSequenceNumber());
        receiver.input.scale(options.windowScaling() ? TcpInput.scaleFor(options.receiveBuffer()) : 0);
    }

    /** The other side opened it, and the handshake is complete. */
    final void startPassive(HalfOpen half) {
        timestampOffset = half.timestampOffset();
        negotiated(half.peerMss, half.peerScale, half.sack, half.timestamps, half.ownScale());
        receiver.start(half.irs, half.window);
        if (timestamps) {
            receiver.timestamp(half.tsRecent);
        }
        sender.start(half.iss);
        sender.establish(half.iss + 1, half.tries);
    }

    /** Somebody else opened it. */
    final void startAdopted(int sendNext, int sendWindow, int receiveNext, TcpHandshake handshake) {
        negotiated(
                handshake.peerMss(),
                handshake.peerWindowScale(),
                handshake.sack(),
                handshake.timestamps(),
                handshake.ownWindowScale());
        receiver.start(receiveNext - 1);
        if (timestamps) {
            receiver.timestamp(handshake.peerTimestamp());
            timestampOffset = handshake.ownTimestamp() - (int) (now() / 1_000_000L);
        }
        sender.start(sendNext - 1);
        sender.establish(sendNext, 0);
        sender.adoptWindow(sendWindow);
    }

    // Sending.

    final void sendAck() {
        emit(sender.max, ACK, 0, 0, 0);
    }

    final void emitSyn(int seq, int flags) {
        layer.output().emitSyn(this, seq, flags);
    }

    /** Sends a segment; length bytes from that position of the send ring. */
    final void emit(int seq, int flags, int length, long position, int size) {
        layer.output().emit(this, seq, flags, length, position, size);
    }

    /** After a batch: sends what may be sent, tells whoever waits. */
    final void flush() {
        TcpState state = state();
        if (state.isSynchronized() && state != TcpState.TIME_WAIT) {
            sender.output();
            if (receiver.isAckWanted()) {
                sendAck();
            }
        }
        upcalls.runReadiness();
    }

    /** From time to time while the stack holds much memory. */
    final void tidy(boolean isShort) {
        receiver.input.tidy(isShort);
        sender.tidy(isShort);
        if (isShort) {
            // Memory that others have given back opens the window, too.
            inputTaken();
        }
    }

    // Keep-alive.

    /** Watches whether the other side is still there, if the options say so. */
    final void watchIfWanted() {
        if (options.keepAlive()) {
            KeepAlive k = keepAlive;
            if (k == null) {
                k = new KeepAlive(this);
                keepAlive = k;
            }
            k.watch();
        }
    }

    final void keepAliveTimeout() {
        KeepAlive k = keepAlive;
        if (k != null) {
            k.timeout();
        }
    }

    // ICMP errors.

    @Override
    final boolean isOnItsWay(int sequence) {
        return !Sequence.lt(sequence, sender.una) && Sequence.lt(sequence, sender.max);
    }

    @Override
    final void icmpError(IcmpError about) {
        machine.icmpError(about);
    }
}
