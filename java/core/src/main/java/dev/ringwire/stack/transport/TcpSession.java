package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.link.Neighbor;
import dev.ringwire.stack.network.IcmpError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
    private static final TcpStateListener[] NOBODY = {};

    /** How long a connection that nobody uses any more waits for the other side's FIN. */
    private static final long FIN_WAIT_2_NANOS = 60_000_000_000L;

    private final TcpLayer layer;
    private TcpOptions options;
    private final TcpSender sender;
    private final TcpReceiver receiver;
    private final TcpTimers timers;
    private final TcpSessionCounters counters = new TcpSessionCounters();

    private volatile TcpState state = TcpState.CLOSED;
    private volatile @Nullable IOException error;
    private @Nullable TcpApplication application;
    private @Nullable Runnable readiness;
    private TcpStateListener[] listeners = NOBODY;

    /** Where it waits to be accepted. */
    private @Nullable TcpListener listener;

    private boolean timestamps;
    private boolean sack;
    private boolean scaled;
    private int timestampOffset;
    private boolean closedByUser;
    private boolean opened;
    private boolean spaceWanted;
    private boolean endTold;
    private boolean delivering;
    private boolean unreachable;
    private int keepAliveProbes;
    private long timeWaitEnd;

    // The layer's list of sessions with something to send or to tell.
    @Nullable
    TcpSession nextPending;

    boolean pending;
    boolean readinessDue;

    /** Between these ends, not opened. */
    protected TcpSession(TcpEnds ends) {
        super(ends.path(), ends.localPort(), ends.remotePort());
        layer = ends.layer();
        options = ends.options();
        sender = new TcpSender(this);
        receiver = new TcpReceiver(this);
        timers = new TcpTimers(this);
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
        keepAliveProbes = 0;
        segmentArrives(packet);
    }

    // What a program does.

    /**
     * Takes as many of the bytes as there is room for, to be sent, and moves the position behind them.
     *
     * @return how many; when fewer than there were, {@link TcpApplication#writable} is called once there is room again
     * @throws IOException the connection's error; a {@link SocketException} after {@link #shutdownOutput()}
     */
    public int trySend(ByteBuffer bytes) throws IOException {
        if (sender.isFinQueued() || !state.canSend()) {
            IOException why = error;
            throw why != null ? why : new SocketException(opened ? "the output is shut down" : "not connected");
        }
        int count = sender.ring.write(bytes);
        spaceWanted = bytes.hasRemaining();
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
        IOException why = error;
        if (why != null) {
            throw why;
        }
        return state == TcpState.CLOSED && opened ? -1 : 0;
    }

    /** Shows the application again what it left, as when more has come. */
    public final void resumeReceive() {
        dataWaits();
    }

    /** Sends what was handed over, then tells the other side that there is no more (half close). */
    public void shutdownOutput() {
        switch (state) {
            case CLOSED, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> {}
            case SYN_SENT, SYN_RECEIVED -> sender.queueFin();
            case ESTABLISHED -> {
                sender.queueFin();
                state(TcpState.FIN_WAIT_1);
                outputWanted();
            }
            case CLOSE_WAIT -> {
                sender.queueFin();
                state(TcpState.LAST_ACK);
                outputWanted();
            }
        }
    }

    /**
     * Sends what was handed over, ends both directions and forgets the connection when that is done. With bytes that
     * nobody has fetched, or the linger option 0, resets it (RFC 1122 section 4.2.2.13, RFC 2525 section 2.17).
     */
    public void close() {
        if (closedByUser || state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            closedByUser = true;
            tellClosed(null);
            return;
        }
        if (state == TcpState.SYN_SENT) {
            finish(null);
        } else if (options.linger() == 0 || receiver.input.ring.size() > 0 || receiver.input.hasGap()) {
            abort();
        } else {
            closedByUser = true;
            shutdownOutput();
            if (state == TcpState.FIN_WAIT_2) {
                timers.end(now() + FIN_WAIT_2_NANOS);
            }
        }
    }

    /** Drops everything and resets the connection. */
    public void abort() {
        if (state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            close();
            return;
        }
        closedByUser = true;
        if (state != TcpState.SYN_SENT) {
            sender.reset();
            layer.counters().resetsSent++;
        }
        finish(null);
    }

    /** There is something to send, or something else has changed: looked at after this batch. */
    public final void outputWanted() {
        layer.pend(this);
    }

    /** Bytes were fetched from {@link #receiveRing()}: lets the other side know if the window has opened enough. */
    public final void inputTaken() {
        if (state.canReceive() && receiver.input.isWindowUpdateDue()) {
            receiver.wantAck();
        }
        if (receiver.input.isEnded()) {
            tellEnd();
            if (isOver() && receiver.input.ring.size() == 0 && application != null) {
                tellClosed(null);
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
        if (opened || !layer.add(this)) {
            throw new IllegalStateException("there is a connection already: " + this);
        }
        opened = true;
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
        established();
    }

    /**
     * Sends a segment besides the usual ones: it carries the present numbers, bytes of the user's own choice and what
     * an outgoing hook makes of it, and is not kept to be sent again.
     *
     * @param flags the flags of the header, ACK not implied
     */
    public final void sendGratuitous(int flags, ByteBuffer payload) {
        layer.emit(this, sender.nxt, flags, payload);
    }

    // What a program asks.

    /** The state; from any thread. */
    public final TcpState state() {
        if (state == TcpState.TIME_WAIT && layer.context().now() >= timeWaitEnd) {
            return TcpState.CLOSED;
        }
        return state;
    }

    /** Why the connection ended, if not in order; from any thread. */
    public final @Nullable IOException error() {
        return error;
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
        boolean keepAlive = wanted.keepAlive();
        options = wanted;
        sender.ring.capacity(wanted.sendBuffer());
        receiver.input.ring.capacity(wanted.receiveBuffer());
        if (keepAlive && state.isSynchronized()) {
            watch();
        } else if (!keepAlive) {
            timers.cancelKeepAlive();
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
        application = wanted;
        dataWaits();
    }

    /** What is called when bytes come. */
    public final @Nullable TcpApplication application() {
        return application;
    }

    /**
     * Runs this on the stack's thread after each batch in which bytes, room to send, an end or another state came; null
     * for nothing. For whoever waits in another thread.
     */
    public final void readiness(@Nullable Runnable action) {
        readiness = action;
    }

    /** Tells it of each change of state, after those that were added before. */
    public final void addStateListener(TcpStateListener wanted) {
        listeners = Arrays.copyOf(listeners, listeners.length + 1);
        listeners[listeners.length - 1] = wanted;
    }

    /** Tells it no more. */
    public final void removeStateListener(TcpStateListener unwanted) {
        listeners = Arrays.stream(listeners).filter(l -> l != unwanted).toArray(TcpStateListener[]::new);
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

    final boolean isClosedByUser() {
        return closedByUser;
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

    // Opening.

    /**
     * Opens it: sends the SYN.
     *
     * @throws BindException if there is a connection between these ends already, or too many are open
     */
    public final void connect() throws BindException {
        if (opened || !layer.add(this)) {
            throw new BindException("there is a connection already, or too many are open: " + this);
        }
        opened = true;
        layer.counters().activeOpens++;
        timestampOffset = layer.timestampOffset(this);
        sender.start(initialSequenceNumber());
        receiver.input.scale(options.windowScaling() ? TcpInput.scaleFor(options.receiveBuffer()) : 0);
        state(TcpState.SYN_SENT);
        sender.sendSyn();
    }

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

    /** The third segment of a handshake has come for a half-open connection. */
    final void accept(HalfOpen half) {
        opened = true;
        listener = half.listener;
        timestampOffset = half.timestampOffset();
        negotiated(half.peerMss, half.peerScale, half.sack, half.timestamps, half.ownScale());
        receiver.start(half.irs, half.window);
        if (timestamps) {
            receiver.timestamp(half.tsRecent);
        }
        sender.start(half.iss);
        sender.establish(half.iss + 1, half.tries);
        try {
            application = half.listener.application(this);
        } catch (RuntimeException | StackOverflowError e) {
            failed(e);
            return;
        }
        established();
    }

    /** It has left the listener's queue. */
    final void accepted() {
        listener = null;
    }

    final void established() {
        if (options.keepAlive()) {
            watch();
        }
        state(TcpState.ESTABLISHED);
        if (sender.isFinQueued()) {
            state(TcpState.FIN_WAIT_1);
        }
        TcpListener from = listener;
        if (from != null) {
            from.isUp(this);
        }
        TcpApplication a = application;
        if (a != null) {
            try {
                a.connectionMade(this);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
        outputWanted();
    }

    final void sendAck() {
        emit(sender.max, ACK, 0, 0, 0);
    }

    final void emitSyn(int seq, int flags) {
        layer.emitSyn(this, seq, flags, receiver.input.scale());
    }

    /** Sends a segment; length bytes from that position of the send ring. */
    final void emit(int seq, int flags, int length, long position, int size) {
        layer.emit(this, seq, flags, length, position, size);
    }

    /** After a batch: sends what may be sent, tells whoever waits. */
    final void flush() {
        if (state.isSynchronized() && state != TcpState.TIME_WAIT) {
            sender.output();
            if (receiver.isAckWanted()) {
                sendAck();
            }
        }
        if (readinessDue) {
            readinessDue = false;
            Runnable r = readiness;
            if (r != null) {
                r.run();
            }
        }
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

    private void ready() {
        if (readiness != null) {
            readinessDue = true;
            outputWanted();
        }
    }

    // Data.

    /** Bytes wait in the ring: shows them to the application, or wakes who waits. */
    final void dataWaits() {
        ready();
        TcpApplication a = application;
        while (a != null && !delivering && receiver.input.ring.size() > 0) {
            ByteBuffer data = receiver.input.ring.view();
            int from = data.position();
            deliver(a, data);
            int used = data.position() - from;
            receiver.input.ring.release(receiver.input.ring.head() + used);
            if (used == 0) {
                break;
            }
            inputTaken();
            a = application;
        }
    }

    final void deliver(TcpApplication a, ByteBuffer data) {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            a.received(this, data);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            failed(e);
        } finally {
            delivering = false;
        }
    }

    /** There is more urgent data ahead than was known. */
    final void urgentArrived() {
        TcpApplication a = application;
        if (a != null) {
            try {
                a.urgent(this);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    /** Nothing was acknowledged for a while: whoever is next on the way may be gone (RFC 9293 section 3.8.3). */
    final void doubtPath() {
        Neighbor next = path.neighbor();
        if (next != null) {
            next.doubt();
        }
        softError(new SocketTimeoutException("no acknowledgment for a while; trying on"));
    }

    private void softError(IOException what) {
        TcpApplication a = application;
        if (a != null) {
            try {
                a.softError(this, what);
            } catch (RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable e) {
        layer.context().applicationFailed(this, e);
        abort();
    }

    /** Some of what was sent is acknowledged. */
    final void sendSpaceFreed() {
        ready();
        TcpApplication a = application;
        if (spaceWanted && a != null && sender.ring.free() >= sender.ring.capacity() / 4 && state.canSend()) {
            spaceWanted = false;
            try {
                a.writable(this);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                failed(e);
            }
        }
    }

    /** The other side's FIN has come, and everything before. */
    final void inputEnded() {
        switch (state) {
            case ESTABLISHED -> state(TcpState.CLOSE_WAIT);
            case FIN_WAIT_1 -> state(sender.isFinAcknowledged() ? TcpState.FIN_WAIT_2 : TcpState.CLOSING);
            default -> {}
        }
        ready();
        tellEnd();
        if (state == TcpState.FIN_WAIT_2) {
            sendAck();
            timeWait();
        }
    }

    private void tellEnd() {
        TcpApplication a = application;
        if (endTold || a == null || receiver.input.ring.size() > 0) {
            return;
        }
        endTold = true;
        try {
            a.inputClosed(this);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            failed(e);
        }
    }

    /** Whether our FIN was among what was acknowledged. */
    final void acknowledgedFin() {
        if (!sender.isFinAcknowledged()) {
            return;
        }
        switch (state) {
            case FIN_WAIT_1 -> {
                state(TcpState.FIN_WAIT_2);
                if (closedByUser) {
                    timers.end(now() + FIN_WAIT_2_NANOS);
                }
            }
            case CLOSING -> timeWait();
            case LAST_ACK -> finish(null);
            default -> {}
        }
    }

    // Ending.

    private void timeWait() {
        timers.cancelAll();
        timeWaitEnd = now() + layer.timeWaitNanos();
        layer.timeWait(this);
        state(TcpState.TIME_WAIT);
        over(null);
    }

    /** A RST hit the next byte exactly. */
    final void reset() {
        layer.counters().resetsReceived++;
        if (state == TcpState.SYN_RECEIVED) {
            refused();
        } else if (state == TcpState.CLOSING || state == TcpState.LAST_ACK) {
            finish(null);
        } else {
            finish(new SocketException("Connection reset"));
        }
    }

    final void refused() {
        finish(new ConnectException("Connection refused"));
    }

    final void timedOut() {
        layer.counters().timedOut++;
        boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        if (!opening) {
            sender.reset();
        }
        if (unreachable) {
            finish(new NoRouteToHostException("No route to host"));
        } else {
            finish(
                    opening
                            ? new ConnectException("Connection timed out")
                            : new SocketTimeoutException("Connection timed out"));
        }
    }

    /** Waited long enough for the other side's FIN. */
    final void endTimeout() {
        finish(null);
    }

    private void finish(@Nullable IOException why) {
        if (state == TcpState.CLOSED) {
            return;
        }
        boolean wasUp = state.isSynchronized();
        error = why;
        timers.cancelAll();
        layer.remove(this);
        if (!wasUp) {
            layer.counters().failedOpens++;
        }
        state(TcpState.CLOSED);
        over(why);
    }

    private void over(@Nullable IOException why) {
        // What came in order can still be fetched, but is the user's from now on.
        sender.ring.discard();
        receiver.input.ring.discard();
        TcpListener l = listener;
        if (l != null) {
            l.forget(this);
        }
        ready();
        // An application is told of the end after its last byte.
        if (closedByUser || why != null || application != null && receiver.input.ring.size() == 0) {
            tellClosed(why);
        }
    }

    private boolean isOver() {
        return opened && (state == TcpState.CLOSED || state == TcpState.TIME_WAIT);
    }

    private void tellClosed(@Nullable IOException why) {
        TcpApplication a = application;
        if (a != null && isOver()) {
            application = null;
            try {
                a.closed(this, why);
            } catch (RuntimeException | StackOverflowError e) {
                layer.context().applicationFailed(this, e);
            }
        }
    }

    final void state(TcpState next) {
        TcpState before = state;
        state = next;
        for (TcpStateListener l : listeners) {
            try {
                l.changed(this, before, next);
            } catch (RuntimeException | StackOverflowError e) {
                layer.context().applicationFailed(this, e);
            }
        }
        ready();
    }

    // Keep-alive (RFC 9293 section 3.8.4).

    private void watch() {
        keepAliveProbes = 0;
        timers.keepAlive(now() + options.keepAliveIdle() * 1_000_000_000L);
    }

    final void keepAliveTimeout() {
        if (!options.keepAlive() || !state.isSynchronized()) {
            return;
        }
        long due = receiver.lastHeard + options.keepAliveIdle() * 1_000_000_000L;
        if (keepAliveProbes == 0 && due > now()) {
            timers.keepAlive(due);
        } else if (sender.unacknowledged() > 0) {
            // The retransmission timer watches.
            timers.keepAlive(now() + options.keepAliveInterval() * 1_000_000_000L);
        } else if (keepAliveProbes >= options.keepAliveCount()) {
            timedOut();
        } else {
            keepAliveProbes++;
            layer.counters().keepAliveProbes++;
            sender.probeAlive();
            timers.keepAlive(now() + options.keepAliveInterval() * 1_000_000_000L);
        }
    }

    @Override
    final boolean isOnItsWay(int sequence) {
        return !Sequence.lt(sequence, sender.una) && Sequence.lt(sequence, sender.max);
    }

    @Override
    final void icmpError(IcmpError about) {
        boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        switch (about.kind()) {
            case PACKET_TOO_BIG -> sender.pathChanged();
            case PORT_UNREACHABLE, PROTOCOL_UNREACHABLE -> {
                // Hard only while it opens: later it may be forged (RFC 5927 section 5.2).
                if (opening) {
                    refused();
                } else {
                    softError(new ConnectException(about.toString()));
                }
            }
            case NET_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED -> {
                unreachable = true;
                if (opening && about.isLocal()) {
                    // Nobody forged that: the neighbour does not answer.
                    finish(new NoRouteToHostException("No route to host"));
                } else {
                    softError(new NoRouteToHostException(about.toString()));
                }
            }
            case TTL_EXCEEDED, REASSEMBLY_TIME_EXCEEDED, PARAMETER_PROBLEM, OTHER ->
                softError(new SocketException(about.toString()));
        }
    }
}
