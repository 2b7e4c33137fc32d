package dev.ringwire.device.libpcap;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.Device;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network interface through libpcap, which is found by dlopen: for interfaces that a
 * {@link dev.ringwire.device.afpacket.PacketRing} does not take, such as {@code any}, and for other systems. Tested on
 * Linux; macOS and the BSDs are compiled for and untested.
 *
 * <p>One call of native code copies as many frames as are ready into a buffer of this object, and they are read there;
 * one call sends a batch. libpcap does not tell the direction of a frame, and puts a stripped VLAN tag back itself.
 */
public final class PcapDevice implements Device {
    private static final int BATCH = 1 << 20;
    private static final int FRAMES_IN_BATCH = 4;
    private static final int LENGTH = 4;
    /** An interrupt does not end the system call that waits, so waiting is cut into pieces of this many nanoseconds. */
    private static final long LONGEST_WAIT = 100_000_000;

    private final String name;
    private final PcapHandle handle;
    private final @Nullable InterfaceInfo info;
    private final LinkType linkType;
    private final PcapFrame frame;
    private final ByteBuffer batch;
    private final ByteBuffer outgoing;

    private int framesLeft;
    private int cursor;
    private long framesRead;
    private volatile boolean gone;

    private PcapDevice(Builder settings) throws IOException {
        name = settings.name;
        handle = settings.openHandle();
        boolean complete = false;
        try {
            batch = buffer(Math.max(BATCH, FRAMES_IN_BATCH * Natives.pcapLongest(settings.snaplen)));
            outgoing = buffer(BATCH);
            linkType = LinkType.of(handle.linkType());
            info = NetworkInterfaces.find(name).orElse(null);
            frame = new PcapFrame(name, info == null ? 0 : info.index(), linkType);
            complete = true;
        } finally {
            if (!complete) {
                handle.close();
            }
        }
    }

    private static ByteBuffer buffer(long size) {
        return ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
    }

    /**
     * Opens an interface in promiscuous mode.
     *
     * @param name as {@link PcapInterfaces} lists it
     * @throws IOException as {@link Builder#open()}
     */
    public static PcapDevice open(String name) throws IOException {
        return builder(name).open();
    }

    /** A device with settings other than the usual ones. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Settings of a device that is to be opened. */
    public static final class Builder {
        private static final int LONGEST_SNAPLEN = 1 << 26;

        private final String name;
        private int snaplen = 262144;
        private boolean promiscuous = true;
        private int timeoutMillis = 20;
        private boolean immediate;
        private int bufferSize;
        private @Nullable BpfProgram filter;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * The most bytes to keep of a frame; 262144 unless set.
         *
         * @throws IllegalArgumentException if below 1 or above 64 MiB
         */
        public Builder snaplen(int bytes) {
            if (bytes < 1 || bytes > LONGEST_SNAPLEN) {
                throw new IllegalArgumentException("snaplen " + bytes + " is not from 1 to " + LONGEST_SNAPLEN);
            }
            snaplen = bytes;
            return this;
        }

        /** Whether to capture frames that are addressed to other hosts, too; true unless set. */
        public Builder promiscuous(boolean on) {
            promiscuous = on;
            return this;
        }

        /**
         * How long the system may hold frames back to hand over several at once; 20 ms unless set.
         *
         * @param timeout whole milliseconds count
         * @throws IllegalArgumentException if below one millisecond or above a day
         */
        public Builder timeout(Duration timeout) {
            if (timeout.toMillis() < 1 || timeout.toDays() > 0) {
                throw new IllegalArgumentException("timeout " + timeout + " is not from 1 ms to a day");
            }
            timeoutMillis = (int) timeout.toMillis();
            return this;
        }

        /** Whether each frame is handed over at once, which costs more for each; false unless set. */
        public Builder immediate(boolean on) {
            immediate = on;
            return this;
        }

        /**
         * Memory of the system for frames that wait; libpcap's choice, usually 2 MiB, unless set.
         *
         * @throws IllegalArgumentException if below 1
         */
        public Builder bufferSize(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("buffer size " + bytes + " is below 1");
            }
            bufferSize = bytes;
            return this;
        }

        /**
         * Frames to be captured; all unless set. The kernel runs it where it can; a program of
         * {@link dev.ringwire.bpf.Bpf#compileLive} is the right one for VLANs. Frames that came before the kernel took
         * the filter, and the first after that, are filtered by libpcap itself, which does not know their direction: it
         * drops them for {@code inbound} and {@code outbound} (and so does tcpdump). A
         * {@link dev.ringwire.device.afpacket.PacketRing} has no such frames.
         */
        public Builder filter(BpfProgram program) {
            filter = program;
            return this;
        }

        /**
         * Opens the interface; it captures from now on.
         *
         * @throws dev.ringwire.device.NoSuchInterfaceException if there is no such interface
         * @throws java.nio.file.AccessDeniedException without the right to capture; the message says how to get it
         * @throws IOException if there is no native code or no libpcap, or it refuses; the message has its words
         */
        public PcapDevice open() throws IOException {
            return new PcapDevice(this);
        }

        private PcapHandle openHandle() throws IOException {
            PcapHandle opened = PcapHandle.open(name, snaplen, promiscuous, timeoutMillis, immediate, bufferSize);
            boolean complete = false;
            try {
                if (filter != null) {
                    opened.setFilter(filter);
                }
                complete = true;
                return opened;
            } finally {
                if (!complete) {
                    opened.close();
                }
            }
        }
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame, whose bytes are borrowed until the next call. Waits in a system call, which holds the
     * carrier of a virtual thread.
     *
     * @throws InterruptedIOException if the thread is interrupted, or becomes so within a tenth of a second, where it
     *     would wait; its interrupt status stays set and the device stays open
     * @throws IOException when libpcap fails, once where the interface is deleted; {@link #ended()} from then on
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (ended() || framesLeft == 0 && !fill(timeoutNanos) || handle.isClosed()) {
            frame.drop();
            return false;
        }
        framesLeft--;
        framesRead++;
        cursor = frame.aimAt(batch, cursor);
        return true;
    }

    private boolean fill(long timeoutNanos) throws IOException {
        long start = System.nanoTime();
        long left = Math.max(timeoutNanos, 0);
        cursor = 0;
        while (true) {
            framesLeft = read();
            if (framesLeft > 0) {
                return true;
            }
            if (left == 0 || handle.isClosed()) {
                return false;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for a frame on " + name);
            }
            if (handle.poll(Math.min(left, LONGEST_WAIT))) {
                return false;
            }
            left = timeoutNanos - Math.min(System.nanoTime() - start, timeoutNanos);
        }
    }

    private int read() throws IOException {
        try {
            return handle.read(batch);
        } catch (IOException e) {
            frame.drop();
            gone = info != null && NetworkInterfaces.find(name).isEmpty();
            throw e;
        }
    }

    /** Whether the device is closed or its interface does not exist any more. */
    @Override
    public boolean ended() {
        return gone || handle.isClosed();
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
        return info == null || info.mtu() == 0 ? Integer.MAX_VALUE : info.mtu();
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return info == null ? Optional.empty() : info.mac();
    }

    /** Frames read so far. */
    @Override
    public long position() {
        return framesRead;
    }

    /** What libpcap says, summed in 64 bits; it does not count freezes, and what the interface dropped is left out. */
    @Override
    public CaptureStatistics statistics() throws IOException {
        return handle.statistics();
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (length > BATCH - LENGTH) {
            throw new IOException("a frame of " + length + " bytes does not fit the batch of " + BATCH);
        }
        if (handle.isClosed()) {
            throw new IOException(name + " is closed");
        }
        if (outgoing.remaining() < LENGTH + length) {
            flush();
        }
        outgoing.putInt(length);
        outgoing.put(outgoing.position(), bytes, offset, length);
        outgoing.position(outgoing.position() + length);
    }

    /**
     * Sends what was taken so far.
     *
     * @throws IOException if the system refuses a frame, which is given up; those behind it stay for the next call
     */
    @Override
    public void flush() throws IOException {
        if (outgoing.position() == 0) {
            return;
        }
        int length = outgoing.position();
        if (handle.isClosed()) {
            throw new IOException(name + " is closed; " + length + " bytes of batch were not sent");
        }
        int done = 0;
        try {
            handle.send(outgoing, length);
            done = length;
        } catch (IOException e) {
            int at = handle.sent();
            int refused = outgoing.getInt(at);
            done = at + LENGTH + refused;
            throw new IOException(
                    e.getMessage() + " (a frame of " + refused + " bytes; " + (length - done) + " bytes of batch left)",
                    e);
        } finally {
            outgoing.position(done).limit(length);
            outgoing.compact();
        }
    }

    @Override
    public void wake() {
        handle.wake();
    }

    /** Ends capturing; from any thread. What was taken and not flushed is lost. */
    @Override
    public void close() {
        handle.close();
        frame.drop();
    }

    @Override
    public String toString() {
        return "PcapDevice[" + name + (handle.isClosed() ? ", closed]" : "]");
    }
}
