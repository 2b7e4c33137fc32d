package dev.ringwire.device.tap;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.Device;
import dev.ringwire.device.Offload;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.BatchOutput;
import dev.ringwire.natives.Descriptors;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.FrameBatch;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TAP (Ethernet) or TUN (IP) interface of Linux ({@code Documentation/networking/tuntap.rst}): what the kernel sends
 * on it is received here, and what is sent here the kernel receives. Needs CAP_NET_ADMIN, or an interface made for this
 * user by {@code ip tuntap add}, and the native library.
 *
 * <p>An interface created here goes away with {@link #close()}. Addresses and routes are given by {@code ip}:
 * {@code ip addr add 192.0.2.1/24 dev tap0}. One call into the kernel receives up to 64 frames; what was sent
 * goes out when the batch is full and on {@link #flush()}. One thread pulls and one thread sends; {@link #wake()},
 * {@link #statistics()} and {@link #close()} may come from any.
 */
public final class TapDevice implements Device {
    /** An interrupt does not end the system call that waits, so waiting is cut into pieces of this many nanoseconds. */
    private static final long LONGEST_WAIT = 100_000_000;

    private static final int RECEIVE_FRAMES = 64;
    private static final int RECEIVE_BYTES = 16 * FrameBatch.LONGEST;
    private static final int SEND_BYTES = 4 * FrameBatch.LONGEST;
    private static final int VLAN_TAG = 4;
    private static final int WOKEN = 2;

    private final String name;
    private final int index;
    private final LinkType linkType;
    private final boolean virtio;
    private final Optional<MacAddress> hardwareAddress;
    private final int linkHeader;
    private final Descriptors descriptors;
    private final FrameBatch input = new FrameBatch(RECEIVE_FRAMES, RECEIVE_BYTES);
    private final TapFrame frame;
    private final BatchOutput output;
    private final AtomicLong received = new AtomicLong();

    /** Whether the first frame in the batch is the one that is lent. */
    private boolean lent;

    /** Whether the last batch had room for more. */
    private boolean drained;

    private volatile int mtu;
    private volatile boolean gone;

    TapDevice(TapOpener.Opened opened, int batch, long timeoutNanos) {
        name = opened.name();
        index = opened.index();
        linkType = opened.linkType();
        virtio = opened.virtio();
        hardwareAddress = opened.hardwareAddress();
        descriptors = opened.descriptors();
        mtu = opened.mtu();
        linkHeader = linkType.equals(LinkType.ETHERNET) ? 14 : 0;
        frame = new TapFrame(linkType, name);
        output = new BatchOutput(
                "interface " + name, descriptors, false, virtio, batch, SEND_BYTES, timeoutNanos, this::explain);
        descriptors.closeWith(this);
    }

    /**
     * Opens or creates a TAP interface, which carries Ethernet frames, without offloads.
     *
     * @param name such as {@code tap0}, or {@code tap%d} for the first number that is free
     * @throws IOException as {@link Builder#open()}
     */
    public static TapDevice open(String name) throws IOException {
        return builder(name).open();
    }

    /** An interface with settings other than the usual ones. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Settings of an interface that is to be opened. */
    public static final class Builder {
        private static final int LARGEST_BATCH = 1 << 12;

        private final String name;
        private boolean tun;
        private boolean offloads;
        private int batch = 64;

        private Builder(String name) {
            this.name = name;
        }

        /** Whether it carries IP packets without a link header (IFF_TUN); false unless set. */
        public Builder tun(boolean on) {
            tun = on;
            return this;
        }

        /**
         * Whether the kernel may hand over TCP and UDP frames of up to 64 KiB uncut and checksums unfinished, and take
         * such (IFF_VNET_HDR, TUNSETOFFLOAD); false unless set. {@link TapFrame} and {@link Offload} tell.
         */
        public Builder offloads(boolean on) {
            offloads = on;
            return this;
        }

        /**
         * The most frames that are taken before they are sent; 64 unless set.
         *
         * @throws IllegalArgumentException if not 1 to 4096
         */
        public Builder batch(int frames) {
            if (frames < 1 || frames > LARGEST_BATCH) {
                throw new IllegalArgumentException("a batch of " + frames + " frames, not 1 to " + LARGEST_BATCH);
            }
            batch = frames;
            return this;
        }

        /**
         * Opens the interface, or creates it where there is none of that name.
         *
         * @throws java.nio.file.AccessDeniedException without the permission; the message says how to get it
         * @throws IOException if the native library is not loaded, the kernel has no TUN/TAP, the interface is in use
         *     or of another kind; the message says which
         * @throws IllegalStateException if {@code -Ddev.ringwire.native=require} and the native library is not loaded
         */
        public TapDevice open() throws IOException {
            TapOpener.Opened opened = TapOpener.open(name, tun, offloads);
            boolean complete = false;
            try {
                TapDevice device = new TapDevice(opened, batch, 1_000_000_000);
                complete = true;
                return device;
            } finally {
                if (!complete) {
                    // No memory for the batches.
                    opened.descriptors().close();
                }
            }
        }
    }

    @Override
    public TapFrame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame, whose bytes are borrowed until the next call. Waits in a system call, which holds the
     * carrier of a virtual thread. While the interface is down there are no frames.
     *
     * @throws InterruptedIOException if the thread is interrupted, or becomes so within a tenth of a second, where
     *     there is no frame and it would wait; its interrupt status stays set and the device stays open
     * @throws IOException when the interface is deleted, once; {@link #ended()} from then on
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (lent) {
            lent = false;
            frame.drop();
            input.remove(1);
        }
        if (ended() || input.count() == 0 && !fill(timeoutNanos)) {
            return false;
        }
        lent = true;
        frame.aimAt(input);
        received.setRelease(received.getPlain() + 1);
        return true;
    }

    private boolean fill(long timeoutNanos) throws IOException {
        long start = System.nanoTime();
        long left = Math.max(timeoutNanos, 0);
        while (true) {
            int fd = descriptors.enter();
            if (fd == Descriptors.CLOSED) {
                return false;
            }
            try {
                int count = Natives.batchRead(fd, input.memory(), RECEIVE_FRAMES, FrameBatch.LONGEST, virtio);
                drained = count < RECEIVE_FRAMES;
                if (count > 0) {
                    input.filled(count);
                    return true;
                }
                if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
                    throw failure(-count);
                }
                if (left == 0) {
                    return false;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a frame on " + name);
                }
                int woke = Natives.await(fd, false, descriptors.wakeFd(), Math.min(left, LONGEST_WAIT));
                if (woke < 0) {
                    throw failure(-woke);
                }
                if ((woke & WOKEN) != 0) {
                    return false;
                }
            } finally {
                descriptors.leave();
            }
            left = timeoutNanos - Math.min(System.nanoTime() - start, timeoutNanos);
        }
    }

    @Override
    public boolean isDrained() {
        return drained && input.count() == (lent ? 1 : 0);
    }

    private IOException failure(int errno) {
        gone = errno == Errno.EBADFD;
        return gone
                ? new IOException("interface " + name + " is gone (" + Errno.describe(errno) + ")")
                : Errno.toException(errno, "receive on " + name);
    }

    /** Whether the device is closed or its interface does not exist any more. */
    @Override
    public boolean ended() {
        return gone || descriptors.isClosed();
    }

    /** {@link LinkType#ETHERNET} of a TAP, {@link LinkType#RAW} of a TUN. */
    @Override
    public LinkType linkType() {
        return linkType;
    }

    /** Frames received so far. */
    @Override
    public long position() {
        return received.get();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException if it is shorter than a link header or longer than {@link #mtu()} and that allow, and is not
     *     taken then; or as {@link #flush()}
     */
    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        send(bytes, offset, length, Offload.NONE);
    }

    /**
     * Takes one frame of which the kernel does the rest.
     *
     * @param bytes the memory, by absolute index
     * @throws IOException as {@link #send(ByteBuffer, int, int)}; of a frame to be segmented, the segments must fit
     *     the MTU, and the frame 64 KiB. What does not agree with the bytes the kernel refuses at {@link #flush()}.
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalStateException if the device was opened without offloads
     */
    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (!virtio && !offload.isNone()) {
            throw new IllegalStateException(name + " was opened without offloads");
        }
        if (descriptors.isClosed()) {
            throw new IOException("interface " + name + " is closed");
        }
        checkLength(length, offload);
        int at = output.add(bytes, offset, length);
        if (!offload.isNone()) {
            FrameBatch.putVirtio(
                    output.memory(),
                    at,
                    offload.needsChecksum(),
                    offload.gsoType(),
                    offload.headerLength(),
                    offload.gsoSize(),
                    offload.checksumStart(),
                    Math.max(offload.checksumOffset(), 0));
        }
        output.flushIfFull();
    }

    private void checkLength(int length, Offload offload) throws IOException {
        if (length < Math.max(linkHeader, 1)) {
            throw new IOException("a frame of " + length + " bytes is shorter than the link header of " + name + ", "
                    + linkHeader + " bytes");
        }
        boolean segmented = offload.gsoType() != Offload.GSO_NONE;
        int longest = segmented ? offload.headerLength() + offload.gsoSize() : length;
        int tag = linkHeader > 0 ? VLAN_TAG : 0;
        if (longest > mtu + linkHeader + tag) {
            mtu = TapOpener.mtu(name, mtu);
        }
        if (longest > mtu + linkHeader + tag || length > 0xffff + linkHeader + tag) {
            throw new IOException("a frame of " + length + " bytes" + (segmented ? " in segments of " + longest : "")
                    + " is too long for " + name + ": its MTU of " + mtu + " allows " + (mtu + linkHeader + tag));
        }
    }

    private String explain(int errno, int length) {
        return switch (errno) {
            case Errno.EIO -> "interface " + name + " is down: up(), or sudo ip link set " + name + " up";
            case Errno.EBADFD -> {
                gone = true;
                yield "interface " + name + " is gone";
            }
            case Errno.EINVAL ->
                "the kernel refuses a frame of " + length + " bytes on " + name
                        + (virtio ? "; its Offload does not agree with the bytes, or it is no IP packet" : "");
            default -> "cannot send a frame of " + length + " bytes on " + name;
        };
    }

    /**
     * Sends what was taken so far. Where this fails, what was not sent stays for another try, except a frame that the
     * kernel refuses for good.
     *
     * @throws IOException if the interface is down or gone, the kernel refuses a frame, or the device is closed; the
     *     message tells how many frames of the batch went out
     */
    @Override
    public void flush() throws IOException {
        output.flush();
    }

    /** Frames sent so far. From any thread. */
    public long sentFrames() {
        return output.frames();
    }

    /** The name that the kernel gave it. */
    @Override
    public String name() {
        return name;
    }

    /** The kernel's number of the interface. */
    public int index() {
        return index;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    /**
     * Sets the MTU of the interface.
     *
     * @throws IOException if the kernel refuses it, or the permission CAP_NET_ADMIN is missing
     */
    public void mtu(int bytes) throws IOException {
        TapOpener.setMtu(name, bytes);
        mtu = bytes;
    }

    /**
     * The address of the kernel's end; whoever speaks from this end takes another one.
     */
    @Override
    public Optional<MacAddress> hardwareAddress() {
        return hardwareAddress;
    }

    /** Whether frames may come and go uncut and with unfinished checksums. */
    @Override
    public boolean offloads() {
        return virtio;
    }

    /**
     * Switches the interface on.
     *
     * @throws IOException if the permission CAP_NET_ADMIN is missing or the interface is gone
     */
    public void up() throws IOException {
        TapOpener.up(name);
    }

    /** Frames received. What the kernel drops where its queue is full, {@code ip -s link} counts as sent by it. */
    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(received.get(), 0, 0);
    }

    @Override
    public void wake() {
        descriptors.wake();
    }

    /**
     * Ends receiving and sending at once and deletes the interface if it was created here; what was not flushed is
     * dropped. A reader that waits is woken, and its {@link #next} gives false.
     */
    @Override
    public void close() throws IOException {
        int error = descriptors.close();
        if (error < 0) {
            throw Errno.toException(error, "close " + name);
        }
    }

    @Override
    public String toString() {
        return "TapDevice[" + name + (descriptors.isClosed() ? ", closed]" : "]");
    }
}
