package dev.ringwire.device.afpacket;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Captures on one Linux interface through a TPACKET_V3 ring: the kernel writes frames into blocks of shared memory
 * and they are read there ({@code Documentation/networking/packet_mmap.rst}). Reading a frame makes no system call
 * and allocates nothing; there is one call into the kernel each time the ring is found empty. Needs CAP_NET_RAW and
 * the native library.
 *
 * <p>A frame is handed over when its block is full or the block timeout has passed. Frames both received and sent are
 * seen, on loopback only once each. One thread reads; {@link #close()} and {@link #statistics()} may come from any. A
 * ring that becomes unreachable without {@link #close()} is closed once the garbage collector finds it.
 */
public final class PacketRing implements FrameSource {
    /** An interrupt does not end the system call that waits, so waiting is cut into pieces of this many nanoseconds. */
    private static final long LONGEST_WAIT = 100_000_000;

    private final String interfaceName;
    private final int interfaceIndex;
    private final LinkType linkType;
    private final RingSocket socket;
    private final ByteBuffer[] blocks;
    private final int lastHeader;
    private final int blockSize;
    private final boolean skipOutgoing;
    private final long failureGrace;
    private final RingFrame frame;

    /** The block being read; null while none is ours. */
    private @Nullable ByteBuffer block;

    private int blockIndex;
    private int packetsLeft;
    private int cursor;
    private long framesRead;
    private int failure;
    private long failedAt;
    private volatile boolean gone;

    private PacketRing(String interfaceName, RingGeometry geometry, boolean promiscuous) throws IOException {
        RingOpener.Opened opened = RingOpener.open(interfaceName, geometry, promiscuous);
        this.interfaceName = interfaceName;
        this.interfaceIndex = opened.interfaceIndex();
        this.linkType = opened.linkType();
        this.socket = opened.socket();
        this.blocks = RingMemory.blocks(socket, geometry);
        this.blockSize = geometry.blockSize();
        this.lastHeader = blockSize - Tpacket3.HEADER_LENGTH;
        this.skipOutgoing = opened.loopback();
        this.failureGrace = 2_000_000L * geometry.timeoutMillis();
        this.frame = new RingFrame(interfaceName, linkType);
    }

    /**
     * Opens a ring of 64 MiB in promiscuous mode.
     *
     * @throws IOException as {@link Builder#open()}
     */
    public static PacketRing open(String interfaceName) throws IOException {
        return builder(interfaceName).open();
    }

    /** A ring with settings other than the usual ones. */
    public static Builder builder(String interfaceName) {
        return new Builder(interfaceName);
    }

    /** Settings of a ring that is to be opened. */
    public static final class Builder {
        private final String interfaceName;
        private RingGeometry geometry = RingGeometry.DEFAULT;
        private boolean promiscuous = true;

        private Builder(String interfaceName) {
            this.interfaceName = interfaceName;
        }

        /** Whether to capture frames that are addressed to other hosts, too; true unless set. */
        public Builder promiscuous(boolean on) {
            promiscuous = on;
            return this;
        }

        /**
         * Size of a block; 1 MiB unless set. A frame longer than a block is cut, and the kernel makes frames of up to
         * 64 KiB.
         *
         * @param bytes a power of two and a multiple of the page size
         * @throws IllegalArgumentException if it is no power of two, or below 4096
         */
        public Builder blockSize(int bytes) {
            geometry = geometry.withBlockSize(bytes);
            return this;
        }

        /**
         * Number of blocks; 64 unless set.
         *
         * @throws IllegalArgumentException if below 2
         */
        public Builder blockCount(int count) {
            geometry = geometry.withBlockCount(count);
            return this;
        }

        /**
         * How long a frame may wait for others to fill its block; 20 ms unless set. The kernel's clock for this runs
         * free, so a lone frame waits anything up to this. One millisecond suits a request and response.
         *
         * @param timeout whole milliseconds count
         * @throws IllegalArgumentException if below one millisecond
         */
        public Builder blockTimeout(Duration timeout) {
            geometry = geometry.withTimeout(timeout);
            return this;
        }

        /**
         * Opens the ring; it captures from now on.
         *
         * @throws dev.ringwire.device.NoSuchInterfaceException if there is no such interface; the message lists those
         *     that exist
         * @throws java.nio.file.AccessDeniedException without CAP_NET_RAW; the message says how to get it
         * @throws IOException if the native library is not loaded, the interface is down or of a kind that Ringwire
         *     does not know, or the kernel refuses a ring of this size; the message says which
         * @throws IllegalStateException if {@code -Ddev.ringwire.native=require} and the native library is not loaded
         */
        public PacketRing open() throws IOException {
            return new PacketRing(interfaceName, geometry, promiscuous);
        }
    }

    @Override
    public RingFrame frame() {
        return frame;
    }

    /**
     * Goes on to the next frame, whose bytes are borrowed until the next call. Waits in a system call, which holds the
     * carrier of a virtual thread.
     *
     * @throws InterruptedIOException if the thread is interrupted, or becomes so within a tenth of a second, where
     *     there is no frame and it would wait; its interrupt status stays set and the ring stays open
     * @throws IOException when the interface has gone down, once: frames follow when it comes up again, unless it is
     *     gone for good, which {@link #ended()} tells
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        do {
            if (socket.isClosed()) {
                frame.drop();
                return false;
            }
            while (packetsLeft > 0) {
                if (nextInBlock()) {
                    return true;
                }
            }
        } while (nextBlock(timeoutNanos));
        return false;
    }

    /** False if the packet is one to be passed over, or there was none; every offset is checked against the block. */
    private boolean nextInBlock() throws IOException {
        ByteBuffer b = block;
        int header = cursor;
        if (b == null || header < 0 || header > lastHeader) {
            return damaged();
        }
        int length = Tpacket3.i32(b, header + Tpacket3.SNAPLEN);
        int mac = Tpacket3.u16(b, header + Tpacket3.MAC);
        if (mac < Tpacket3.HEADER_LENGTH + Tpacket3.HEADROOM || length < 0 || length > blockSize - header - mac) {
            return damaged();
        }
        int step = Tpacket3.i32(b, header + Tpacket3.NEXT_OFFSET);
        // The last packet has 0 here. A sum that overflows is negative and found out above, too.
        cursor = step > 0 ? header + step : -1;
        packetsLeft--;
        if (skipOutgoing && RingFrame.isOutgoing(b, header)) {
            return false;
        }
        framesRead++;
        frame.aimAt(b, header, header + mac, length);
        return true;
    }

    /** Ends the walk over this block: the ring was closed and reads as zeros, or something wrote where it should not. */
    private boolean damaged() throws IOException {
        packetsLeft = 0;
        if (!socket.isClosed()) {
            throw new IOException("block " + blockIndex + " of the packet ring on " + interfaceName
                    + " is damaged; the frames left in it are lost");
        }
        return false;
    }

    private boolean nextBlock(long timeoutNanos) throws IOException {
        giveBlockBack();
        if (takeBlock()) {
            return true;
        }
        long start = System.nanoTime();
        long left = Math.max(timeoutNanos, 0);
        while (!ended()) {
            throwIfFailed();
            if (left > 0 && Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for a frame on " + interfaceName);
            }
            int woke = socket.poll(Math.min(left, LONGEST_WAIT));
            if (woke < 0 && failure == 0) {
                failure = -woke;
                failedAt = System.nanoTime();
            }
            if (takeBlock()) {
                return true;
            }
            if (left == 0) {
                return false;
            }
            left = timeoutNanos - Math.min(System.nanoTime() - start, timeoutNanos);
        }
        return false;
    }

    private void giveBlockBack() {
        ByteBuffer b = block;
        if (b != null) {
            frame.drop();
            block = null;
            Tpacket3.giveBack(b);
            blockIndex = blockIndex + 1 == blocks.length ? 0 : blockIndex + 1;
        }
    }

    private boolean takeBlock() {
        ByteBuffer b = blocks[blockIndex];
        if (!Tpacket3.isReady(b)) {
            return false;
        }
        block = b;
        packetsLeft = Tpacket3.i32(b, Tpacket3.BLOCK_PACKETS);
        cursor = Tpacket3.i32(b, Tpacket3.BLOCK_FIRST);
        return true;
    }

    /** Frames from before the failure may sit in a block that is not full yet: they come first. */
    private void throwIfFailed() throws IOException {
        if (failure == 0 || System.nanoTime() - failedAt < failureGrace) {
            return;
        }
        int errno = failure;
        failure = 0;
        if (errno != Errno.ENETDOWN) {
            throw Errno.toException(errno, "capture on " + interfaceName);
        }
        Optional<InterfaceInfo> now = NetworkInterfaces.find(interfaceName);
        gone = now.isEmpty() || now.get().index() != 0 && now.get().index() != interfaceIndex;
        throw new IOException(
                "interface " + interfaceName + (gone ? " is gone" : " went down") + " (" + Errno.describe(errno) + ")");
    }

    /** Whether the ring is closed or its interface does not exist any more. */
    @Override
    public boolean ended() {
        return gone || socket.isClosed();
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    /** The name under which the ring was opened. */
    public String interfaceName() {
        return interfaceName;
    }

    /** The kernel's number of the interface. */
    public int interfaceIndex() {
        return interfaceIndex;
    }

    /** Frames read so far. */
    @Override
    public long position() {
        return framesRead;
    }

    /**
     * Counts since the ring was opened, to be asked from any thread; after close, the last ones. Received are the
     * frames that the kernel put into the ring.
     *
     * @throws IOException if the kernel does not tell
     */
    public CaptureStatistics statistics() throws IOException {
        return socket.statistics();
    }

    /**
     * Ends capturing at once; frames not yet read are lost. From any thread: a reader that waits is woken, and its
     * {@link #next} gives false. Once this returns, the descriptors are closed and the memory of the ring is free;
     * its address range alone stays until no buffer over it is in use, and reads as zeros.
     */
    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            frame.drop();
        }
    }

    /** Where the ring is mapped, for the test that watches the mapping go. */
    long address() {
        return socket.address();
    }

    @Override
    public String toString() {
        return "PacketRing[" + interfaceName + (socket.isClosed() ? ", closed]" : "]");
    }
}
