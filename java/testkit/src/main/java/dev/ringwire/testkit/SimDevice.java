package dev.ringwire.testkit;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.Device;
import dev.ringwire.device.FaultStatistics;
import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameHandler;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An end of a link in a {@link LinkSim}. What is sent leaves at once; {@link #flush()} has nothing to do. Frames that
 * have arrived wait to be read, at most {@value #INBOX}; one more is dropped and counted. Used by the one thread that
 * runs the simulation.
 */
public final class SimDevice implements Device {
    private static final int INBOX = 1024;
    private static final int ETHERNET_HEADER = 14;
    private static final int VLAN_TAG = 4;

    private final LinkSim sim;
    private final String name;
    private final LinkType linkType;
    private final int mtu;
    private final Optional<MacAddress> hardwareAddress;
    private final SimFrame frame = new SimFrame(this);
    private final SimFrame watched = new SimFrame(this);
    private final Transit[] inbox = new Transit[INBOX];

    private int first;
    private int waiting;
    private @Nullable Transit reading;
    private @Nullable Lane outgoing;
    private @Nullable Lane incoming;
    private @Nullable FrameHandler handler;
    private @Nullable FrameHandler tap;
    private long received;
    private long dropped;
    private boolean woken;
    private boolean closed;

    SimDevice(LinkSim sim, String name, LinkType linkType, int mtu, @Nullable MacAddress hardwareAddress) {
        this.sim = sim;
        this.name = name;
        this.linkType = linkType;
        this.mtu = mtu;
        this.hardwareAddress = Optional.ofNullable(hardwareAddress);
    }

    void connect(Lane out, Lane in) {
        if (outgoing != null) {
            throw new IllegalStateException(name + " is connected already");
        }
        outgoing = out;
        incoming = in;
    }

    private Lane connected(@Nullable Lane lane) {
        if (lane == null) {
            throw new IllegalStateException(name + " is not connected: sim.connect(...) it to another device");
        }
        return lane;
    }

    /** What is sent from now on goes over a wire like that. */
    public void outgoing(Wire wire) {
        connected(outgoing).wire(Objects.requireNonNull(wire));
    }

    /** What comes in goes over a wire like that, from what is sent now on. */
    public void incoming(Wire wire) {
        connected(incoming).wire(Objects.requireNonNull(wire));
    }

    /** What became of the frames sent; overflowed are those that found the queue of the wire full. */
    public FaultStatistics outgoing() {
        return connected(outgoing).statistics();
    }

    /** What became of the frames on their way here. */
    public FaultStatistics incoming() {
        return connected(incoming).statistics();
    }

    /** Hands each frame over when it arrives, instead of keeping it to be read. */
    public void onFrame(FrameHandler each) {
        handler = Objects.requireNonNull(each);
    }

    /**
     * Shows every frame that is sent here or arrives here, as a capture on this host would; {@link Frame#direction()}
     * tells which. To write them down, give the {@code write} of a {@link dev.ringwire.file.CaptureWriter}.
     */
    public void tap(FrameHandler watcher) {
        FrameHandler before = tap;
        tap = before == null
                ? watcher
                : shown -> {
                    before.onFrame(shown);
                    watcher.onFrame(shown);
                };
    }

    private void watch(ByteBuffer bytes, int offset, int length, Direction direction) {
        FrameHandler watcher = tap;
        if (watcher != null) {
            handOver(watcher, bytes, offset, length, direction);
        }
    }

    private void handOver(FrameHandler to, ByteBuffer bytes, int offset, int length, Direction direction) {
        try {
            watched.show(bytes, offset, length, sim.now(), direction);
            to.onFrame(watched);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + e.getMessage(), e);
        } finally {
            watched.drop();
        }
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (closed) {
            throw new IOException(name + " is closed");
        }
        int header = linkType.equals(LinkType.ETHERNET) ? ETHERNET_HEADER : 0;
        if (length < header || length > mtu + header + (header == 0 ? 0 : VLAN_TAG)) {
            throw new IOException(name + ": a frame of " + length + " bytes, where the MTU is " + mtu);
        }
        watch(bytes, offset, length, Direction.OUTBOUND);
        connected(outgoing).send(bytes, offset, length);
    }

    /** Of the lane that ends here. */
    void arrive(Transit arrived) {
        if (closed || waiting == INBOX) {
            dropped++;
            sim.free(arrived);
            return;
        }
        received++;
        watch(arrived.bytes(), 0, arrived.length, Direction.INBOUND);
        FrameHandler each = handler;
        if (each != null) {
            handOver(each, arrived.bytes(), 0, arrived.length, Direction.INBOUND);
            sim.free(arrived);
        } else {
            inbox[first + waiting++ & INBOX - 1] = arrived;
        }
    }

    /** Frames that have arrived and were not read yet. */
    public int waiting() {
        return waiting;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * {@inheritDoc} Waiting is in simulated time: the simulation runs until a frame is there or the time is over.
     *
     * @throws IllegalStateException if it would wait while the simulation runs already, or for ever for a frame that
     *     cannot come, since nothing is left to happen
     */
    @Override
    public boolean next(long timeoutNanos) {
        frame.drop();
        Transit read = reading;
        if (read != null) {
            reading = null;
            sim.free(read);
        }
        if (waiting == 0 && timeoutNanos > 0 && !closed) {
            woken = false;
            sim.await(timeoutNanos, () -> waiting > 0 || closed || woken);
        }
        if (waiting == 0 || closed) {
            return false;
        }
        Transit next = inbox[first];
        first = first + 1 & INBOX - 1;
        waiting--;
        reading = next;
        frame.show(next.bytes(), 0, next.length, next.due, Direction.INBOUND);
        return true;
    }

    @Override
    public boolean ended() {
        return closed;
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return hardwareAddress;
    }

    /** {@inheritDoc} Dropped are frames that found the inbox full, or the device closed. */
    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(received, dropped, 0);
    }

    @Override
    public void flush() {}

    @Override
    public void wake() {
        woken = true;
    }

    /** What arrives from now on is dropped. */
    @Override
    public void close() {
        closed = true;
        frame.drop();
    }

    @Override
    public String toString() {
        return "SimDevice[" + name + "]";
    }
}
