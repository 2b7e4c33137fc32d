package dev.ringwire.device.afpacket;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Offload;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.BatchOutput;
import dev.ringwire.natives.Descriptors;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.FrameBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames on one Linux interface through a packet socket (packet(7)), many by one system call. Needs CAP_NET_RAW
 * and the native library.
 *
 * <p>Frames are copied into a batch, which goes out when it is full and on {@link #flush()}; flush before waiting for
 * anything. One thread sends; {@link #close()} and the counts may come from any. Sent means handed to the kernel's
 * queue of the interface, which may still drop.
 *
 * <p>What was sent by {@link Builder#qdiscBypass} no capture on this interface sees; other frames a capture sees as
 * outgoing.
 */
public final class PacketSender implements FrameSink {
    private static final int VLAN_TAG = 4;
    private static final int ETHERTYPE_VLAN = 0x8100;

    private final String interfaceName;
    private final LinkType linkType;
    private final Optional<MacAddress> hardwareAddress;
    private final boolean segment;
    private final int linkHeader;
    private final Descriptors descriptors;
    private final BatchOutput output;

    /** The longest frame that goes without a second look. */
    private int longest;

    private volatile int mtu;

    /** Who added to the batch last, so that close knows whether it may send it. */
    private @Nullable Thread writer;

    private PacketSender(Builder settings) throws IOException {
        interfaceName = settings.interfaceName;
        segment = settings.segment;
        SenderOpener.Opened opened =
                SenderOpener.open(interfaceName, settings.qdiscBypass, segment, settings.sendBuffer);
        linkType = opened.linkType();
        hardwareAddress = opened.hardwareAddress();
        linkHeader = linkType.equals(LinkType.ETHERNET) ? 14 : 0;
        descriptors = opened.descriptors();
        // Before the batch, for which there may be no memory.
        descriptors.closeWith(this);
        setMtu(opened.mtu());
        output = new BatchOutput(
                "interface " + interfaceName,
                descriptors,
                true,
                segment,
                settings.batch,
                settings.batch * 2048,
                settings.timeoutNanos,
                this::explain);
    }

    /**
     * Opens a sender with the usual settings.
     *
     * @throws IOException as {@link Builder#open()}
     */
    public static PacketSender open(String interfaceName) throws IOException {
        return builder(interfaceName).open();
    }

    /** A sender with settings other than the usual ones. */
    public static Builder builder(String interfaceName) {
        return new Builder(interfaceName);
    }

    /** Settings of a sender that is to be opened. */
    public static final class Builder {
        private static final int LARGEST_BATCH = 1 << 16;

        private final String interfaceName;
        private int batch = 64;
        private int sendBuffer;
        private boolean qdiscBypass;
        private boolean segment;
        private long timeoutNanos = 1_000_000_000;

        private Builder(String interfaceName) {
            this.interfaceName = interfaceName;
        }

        /**
         * The most frames that are taken before they are sent; 64 unless set. Each has 2 KiB of memory on average;
         * where frames are longer, fewer go together.
         *
         * @throws IllegalArgumentException if not 1 to 65536
         */
        public Builder batch(int frames) {
            if (frames < 1 || frames > LARGEST_BATCH) {
                throw new IllegalArgumentException("a batch of " + frames + " frames, not 1 to " + LARGEST_BATCH);
            }
            batch = frames;
            return this;
        }

        /**
         * Whether frames go around the queueing discipline straight to the driver (PACKET_QDISC_BYPASS); false unless
         * set.
         */
        public Builder qdiscBypass(boolean on) {
            qdiscBypass = on;
            return this;
        }

        /**
         * How much the kernel may hold of what was sent and is not on the wire yet (SO_SNDBUF); the system's default
         * unless set.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder sendBuffer(int bytes) {
            if (bytes <= 0) {
                throw new IllegalArgumentException("a send buffer of " + bytes + " bytes");
            }
            sendBuffer = bytes;
            return this;
        }

        /**
         * Whether a frame over the MTU that carries TCP over IPv4 or IPv6 is cut into segments that fit, by the kernel
         * (PACKET_VNET_HDR); false unless set, and then it is refused. The segments' checksums are computed whether
         * that of the frame was right or not.
         */
        public Builder segment(boolean on) {
            segment = on;
            return this;
        }

        /**
         * How long to wait for room in the queue of the kernel before giving up; a second unless set.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("timeout " + timeout);
            }
            timeoutNanos = timeout.toNanos();
            return this;
        }

        /**
         * Opens the sender.
         *
         * @throws dev.ringwire.device.NoSuchInterfaceException if there is no such interface; the message lists those
         *     that exist
         * @throws java.nio.file.AccessDeniedException without CAP_NET_RAW; the message says how to get it
         * @throws IOException if the native library is not loaded, the interface is down or of a kind that Ringwire
         *     does not know, or the kernel refuses an option; the message says which
         * @throws IllegalStateException if {@code -Ddev.ringwire.native=require} and the native library is not loaded
         */
        public PacketSender open() throws IOException {
            return new PacketSender(this);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of a frame that was captured in part, that part is sent.
     *
     * @throws IOException as {@link #send}, and if the frame's link type is not that of the interface
     */
    @Override
    public void write(Frame frame) throws IOException {
        if (!fits(frame.linkType())) {
            throw new IOException("interface " + interfaceName + " takes frames of link type " + linkType + ", not "
                    + frame.linkType());
        }
        send(frame.buffer(), frame.offset(), frame.length());
    }

    private boolean fits(LinkType type) {
        return type.equals(linkType)
                || linkType.equals(LinkType.RAW)
                        && (type.equals(LinkType.DLT_RAW) || type.equals(LinkType.IPV4) || type.equals(LinkType.IPV6));
    }

    /**
     * Takes one frame; its bytes are read before this returns.
     *
     * @param bytes the memory, by absolute index
     * @throws IOException if it is shorter than its link header, or longer than the MTU allows and not to be
     *     segmented, and is not taken then; or as {@link #flush()}, of which this is part when the batch is full
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     */
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (descriptors.isClosed()) {
            throw new IOException("the sender on " + interfaceName + " is closed");
        }
        writer = Thread.currentThread();
        if (length > longest || length < linkHeader || length == 0) {
            sendUnusual(bytes, offset, length);
        } else {
            output.add(bytes, offset, length);
        }
        output.flushIfFull();
    }

    /** Whether it was told to {@link Builder#segment}, so that it takes frames with work left to do. */
    public boolean offloads() {
        return segment;
    }

    /**
     * Takes one frame of which the kernel does the rest; its bytes are read before this returns.
     *
     * @param bytes the memory, by absolute index
     * @throws IOException as {@link #send(ByteBuffer, int, int)}; of a frame to be segmented, the segments must fit the
     *     MTU, and the frame 64 KiB. What does not agree with the bytes the kernel refuses at {@link #flush()}.
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalStateException if there is something to do and the sender was opened without {@link
     *     Builder#segment}
     */
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        if (offload.isNone()) {
            send(bytes, offset, length);
            return;
        }
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        if (!segment) {
            throw new IllegalStateException(
                    "the sender on " + interfaceName + " was opened without segment(true), so it takes no offloads");
        }
        if (descriptors.isClosed()) {
            throw new IOException("the sender on " + interfaceName + " is closed");
        }
        writer = Thread.currentThread();
        int alone = offload.gsoType() == Offload.GSO_NONE ? length : offload.headerLength() + offload.gsoSize();
        if (alone > longest) {
            setMtu(SenderOpener.mtu(interfaceName, mtu));
        }
        if (alone > longest || length > FrameBatch.LONGEST || length < linkHeader || length == 0) {
            throw new IOException("a frame of " + length + " bytes in segments of " + alone + " does not suit "
                    + interfaceName + ", where each may have " + longest);
        }
        put(bytes, offset, length, offload);
        output.flushIfFull();
    }

    private int put(ByteBuffer bytes, int offset, int length, Offload o) throws IOException {
        int frame = output.add(bytes, offset, length);
        FrameBatch.putVirtio(
                output.memory(),
                frame,
                o.needsChecksum(),
                o.gsoType(),
                o.headerLength(),
                o.gsoSize(),
                o.checksumStart(),
                Math.max(o.checksumOffset(), 0));
        return frame;
    }

    private void sendUnusual(ByteBuffer bytes, int offset, int length) throws IOException {
        if (length < linkHeader || length == 0) {
            throw new IOException("a frame of " + length + " bytes is shorter than the link header of " + interfaceName
                    + ", " + linkHeader + " bytes");
        }
        // The kernel lets a tag go on top, if it is the outer one of 802.1Q.
        boolean tagged = linkHeader > 0 && Bits.u16(bytes, offset + 12) == ETHERTYPE_VLAN;
        int allowed = tagged ? VLAN_TAG : 0;
        if (length > longest + allowed) {
            setMtu(SenderOpener.mtu(interfaceName, mtu));
        }
        if (length <= longest + allowed) {
            output.add(bytes, offset, length);
            return;
        }
        TcpSegmentation how = segment ? TcpSegmentation.of(bytes, offset, length, linkHeader > 0, mtu) : null;
        if (how == null) {
            throw new IOException("a frame of " + length + " bytes is too long for " + interfaceName + ": its MTU of "
                    + mtu + " allows " + longest
                    + (linkHeader > 0 ? ", or " + (longest + VLAN_TAG) + " with a VLAN tag" : "")
                    + (segment ? ", and it is not TCP that can be segmented" : "; TCP can be segmented when asked"));
        }
        how.unfinishChecksum(output.memory(), put(bytes, offset, how.length(), how.offload()));
    }

    private void setMtu(int now) {
        mtu = now;
        longest = Math.min(now + linkHeader, FrameBatch.LONGEST - VLAN_TAG);
    }

    private String explain(int errno, int length) {
        return switch (errno) {
            case Errno.ENETDOWN -> "interface " + interfaceName + " is down: sudo ip link set " + interfaceName + " up";
            case Errno.ENXIO, Errno.ENODEV -> "interface " + interfaceName + " is gone";
            case Errno.EMSGSIZE -> {
                setMtu(SenderOpener.mtu(interfaceName, mtu));
                yield "a frame of " + length + " bytes is too long for " + interfaceName + ", whose MTU is " + mtu
                        + " now";
            }
            default -> "the kernel refuses a frame of " + length + " bytes on " + interfaceName;
        };
    }

    /**
     * Sends what was taken so far. A full queue in the kernel is waited for. Where this fails, what was not sent stays
     * in the batch for another try, except a frame that the kernel refuses for good.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted while it waits; its interrupt status stays
     *     set
     * @throws IOException if the queue stays full, the interface is down or gone or its MTU smaller than it was, or
     *     the sender is closed; the message tells how many frames of the batch went out
     */
    @Override
    public void flush() throws IOException {
        output.flush();
    }

    /** Drops the frames that were taken and not sent; returns how many. */
    public int discard() {
        int dropped = output.pending();
        output.discard();
        return dropped;
    }

    /** Frames taken and not sent yet. */
    public int pending() {
        return output.pending();
    }

    /** Frames sent since it was opened, one that the kernel segments counting once. From any thread. */
    public long sentFrames() {
        return output.frames();
    }

    /** Bytes of those frames, link header included. From any thread. */
    public long sentBytes() {
        return output.bytes();
    }

    /** How often a full queue in the kernel made it wait. From any thread. */
    public long retries() {
        return output.retries();
    }

    /** The name under which it was opened. */
    public String interfaceName() {
        return interfaceName;
    }

    /** What frames must start with. */
    public LinkType linkType() {
        return linkType;
    }

    /** The most bytes behind the link header, as it was when last needed: an MTU that changes is noticed then. */
    public int mtu() {
        return mtu;
    }

    /** The address of the interface, if it has one of 48 bits. */
    public Optional<MacAddress> hardwareAddress() {
        return hardwareAddress;
    }

    /**
     * Closes the socket. The thread that sends flushes by this; called from another, what was not flushed is dropped,
     * and a sending thread that waits gets an IOException. The second call does nothing.
     *
     * @throws IOException as {@link #flush()}; the socket is closed all the same
     */
    @Override
    public void close() throws IOException {
        try {
            if (writer == Thread.currentThread() && !descriptors.isClosed()) {
                output.flush();
            }
        } finally {
            descriptors.close();
        }
    }

    @Override
    public String toString() {
        return "PacketSender[" + interfaceName + (descriptors.isClosed() ? ", closed]" : "]");
    }
}
