package dev.ringwire.testkit;

import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.TimerQueue;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import dev.ringwire.stack.transport.TcpState;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;

/** One end of the connection of a {@link TcpSchedule}: writes and reads in pieces, with pauses, and ends as it is told. */
final class TcpSide implements TcpApplication {
    /** How it ends. */
    enum End {
        /** Shuts its output down after the last byte and closes after the last of the other side. */
        HALF_CLOSE,
        /** Closes after its last byte, whatever the other side still has to say. */
        CLOSE,
        /** Resets the connection when it has handed over half of its bytes. */
        ABORT,
        /** Closes when it has read anything, or the end. */
        CLOSE_EARLY
    }

    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final LinkSim sim;
    final NetStack stack;
    private final int name;
    final TcpOptions options;
    final End end;
    private final int bytes;
    private final int piece;
    private final long pace;
    private final SplittableRandom random;
    private final boolean called;

    private TcpSide other;
    private TcpSession session;
    private Runnable afterwards = () -> {};
    private boolean pumping;
    private boolean held;
    private int sent;
    private int received;
    private boolean shut;
    private boolean ended;
    private boolean closed;
    private boolean over;
    private IOException error;
    private String wrong;

    TcpSide(
            LinkSim sim,
            NetStack stack,
            int name,
            TcpOptions options,
            End end,
            int bytes,
            int piece,
            long pace,
            SplittableRandom random) {
        this.sim = sim;
        this.stack = stack;
        this.name = name;
        this.options = options;
        this.end = end;
        this.bytes = bytes;
        this.piece = piece;
        this.pace = pace;
        this.random = random;
        called = random.nextInt(3) == 0;
    }

    void other(TcpSide side) {
        other = side;
    }

    /** The byte of a stream at that place. */
    private static byte at(int stream, int position) {
        long x = (stream * GOLDEN + (position >>> 3)) * GOLDEN;
        x = (x ^ x >>> 29) * 0xbf58_476d_1ce4_e5b9L;
        return (byte) (x >>> 8 * (position & 7));
    }

    void whenOver(Runnable action) {
        afterwards = action;
    }

    void connect(TcpEndpoint local, TcpEndpoint remote) {
        try {
            TcpSession made = stack.tcp().create(remote, local, options);
            use(made);
            made.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void use(TcpSession wanted) {
        session = wanted;
        session.readiness(this::wake);
        if (called) {
            session.application(this);
        }
        wake();
    }

    private void wake() {
        if (!pumping) {
            pumping = true;
            long pause = 1 + random.nextLong(1000 + pace * 1_000_000);
            sim.after(Duration.ofNanos(pause), () -> stack.execute(this::pump));
        }
    }

    /** At least one in 300 of what there is, so that the slowest comes to an end. */
    private int chunk(int all) {
        return 1 + random.nextInt(Math.max(piece, all / 150 + 1));
    }

    private void pump() {
        pumping = false;
        try {
            boolean wrote = write();
            boolean more = read();
            finish();
            if (wrote || more) {
                wake();
            }
        } catch (IOException e) {
            ended(e);
        }
        if (session.state() == TcpState.CLOSED && !closed && (session.error() != null || ended)) {
            ended(session.error());
        }
    }

    private void ended(IOException why) {
        if (error == null && !closed) {
            error = why;
        }
        close();
    }

    private void close() {
        if (!closed) {
            closed = true;
            session.close();
        }
    }

    private boolean write() throws IOException {
        if (closed || shut || !session.state().canSend() || session.error() != null) {
            return false;
        }
        int count = Math.min(chunk(bytes), bytes - sent);
        ByteBuffer data = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            data.put(i, at(name, sent + i));
        }
        int taken = count == 0 ? 0 : session.trySend(data);
        sent += taken;
        if (end == End.ABORT && sent >= bytes / 2) {
            closed = true;
            session.abort();
            return false;
        }
        if (sent == bytes) {
            shut = true;
            session.shutdownOutput();
        }
        return taken > 0;
    }

    private boolean read() throws IOException {
        if (closed || ended) {
            return false;
        }
        if (called) {
            if (held) {
                held = false;
                session.resumeReceive();
            }
            return false;
        }
        ByteBuffer data = ByteBuffer.allocate(chunk(other.bytes));
        int count = session.tryReceive(data);
        if (count < 0) {
            ended = true;
            return false;
        }
        take(data.flip());
        return count > 0;
    }

    private void take(ByteBuffer data) {
        while (data.hasRemaining()) {
            if (data.get() != at(other.name, received) && wrong == null) {
                wrong = "byte " + received + " is wrong";
            }
            received++;
        }
    }

    private void finish() {
        boolean now = switch (end) {
            case HALF_CLOSE, ABORT -> shut && ended;
            case CLOSE -> shut;
            case CLOSE_EARLY -> received > 0 || ended;
        };
        if (now) {
            close();
        }
    }

    // Called, instead of asking.

    @Override
    public void received(TcpSession from, ByteBuffer data) {
        int count = Math.min(chunk(other.bytes), data.remaining());
        take(data.slice(data.position(), count));
        data.position(data.position() + count);
        held = true;
        wake();
    }

    @Override
    public void inputClosed(TcpSession from) {
        ended = true;
        wake();
    }

    @Override
    public void closed(TcpSession from, IOException why) {
        if (!closed) {
            error = why;
        }
        wake();
    }

    // What must be so.

    boolean isOver() {
        if (over) {
            return true;
        }
        if (session == null) {
            // Nobody came, or nobody who knows that he did.
            over = other.session != null
                    && other.isOver()
                    && other.name != name
                    && stack.tcp().sessions().isEmpty();
        } else {
            over = session.state() == TcpState.CLOSED && closed;
        }
        if (over) {
            stack.execute(afterwards);
        }
        return over;
    }

    void check(TcpSchedule schedule) {
        if (wrong != null) {
            schedule.fail(this + ": " + wrong);
        }
        if (received > other.sent) {
            schedule.fail(this + ": more was received than sent");
        }
        if (ended && error == null && other.shut && received != other.bytes) {
            schedule.fail(this + ": the stream ended before its end");
        }
    }

    /** Whether the other side's MAC address was asked for in vain. */
    boolean foundNobody() {
        return error instanceof NoRouteToHostException;
    }

    void checkComplete(TcpSchedule schedule) {
        if (error != null) {
            schedule.fail(this + ": " + error);
        }
        if (sent != bytes || received != other.bytes || !ended) {
            schedule.fail(this + ": the stream is not complete");
        }
    }

    void checkClean(TcpSchedule schedule) {
        if (!stack.tcp().sessions().isEmpty()) {
            schedule.fail(this + ": sessions are left: " + stack.tcp().sessions());
        }
        if (stack.tcp().memoryUsed() != 0) {
            schedule.fail(this + ": holds " + stack.tcp().memoryUsed() + " bytes");
        }
        if (stack.context().timers().next() != TimerQueue.NEVER) {
            schedule.fail(this + ": an alarm is set");
        }
        if (stack.context().counters().applicationErrors != 0) {
            schedule.fail(this + ": an exception was thrown where none should be");
        }
    }

    String present() {
        return "sent " + sent + " received " + received + (shut ? " shut" : "") + (ended ? " ended" : "")
                + (closed ? " closed" : "") + " error " + error + " " + session
                + (session == null
                        ? ""
                        : " queued " + session.queued() + " unacknowledged " + session.unacknowledged() + " window "
                                + session.sendWindow() + " cwnd " + session.congestionWindow() + " available "
                                + session.available());
    }

    @Override
    public String toString() {
        return end + " " + bytes + " bytes in " + piece + " every " + pace + " ms, buffers " + options.sendBuffer()
                + " "
                + options.receiveBuffer() + " MSS " + options.mss() + (options.noDelay() ? " noDelay" : "")
                + (options.timestamps() ? " timestamps" : "") + (options.selectiveAcknowledgments() ? " SACK" : "")
                + (options.windowScaling() ? " scaling" : "") + " " + options.congestionControl() + " timeout "
                + options.userTimeout() + (called ? " called" : "");
    }
}
