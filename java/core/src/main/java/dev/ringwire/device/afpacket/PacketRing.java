package dev.ringwire.device.afpacket;

import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
public final class PacketRing extends RingSource {
    private final RingReader reader;

    private PacketRing(RingReader reader) {
        super(new RingLoop(List.of(reader)));
        this.reader = reader;
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
        private RingGeometry geometry = RingGeometry.THROUGHPUT;
        private boolean promiscuous = true;
        private boolean ignoreOutgoing;
        private boolean rxHash;
        private TimestampSource timestamps = TimestampSource.SOFTWARE;
        private int busyPollMicros;
        private int snaplen = Snaplen.ALL;
        private @Nullable BpfProgram filter;
        private @Nullable Fanout fanout;
        private WhenDown whenDown = WhenDown.THROW;

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

        /** 64 blocks of 1 MiB, handed over after 20 ms: few wake-ups, room for bursts. So it is unless set. */
        public Builder throughput() {
            geometry = RingGeometry.THROUGHPUT;
            return this;
        }

        /** 128 blocks of 128 KiB, handed over after 1 ms, which is the least that the kernel can do. */
        public Builder lowLatency() {
            geometry = RingGeometry.LOW_LATENCY;
            return this;
        }

        /**
         * Captures only what the program accepts, from the first frame on: the kernel runs it before a frame takes
         * room in the ring. It sees frames without the VLAN tag that was stripped from them.
         */
        public Builder filter(BpfProgram program) {
            filter = program;
            return this;
        }

        /**
         * Keeps at most so many bytes of each frame, so that the kernel copies no more; {@link Frame#originalLength()}
         * stays that of the wire.
         *
         * @throws IllegalArgumentException if below 1
         */
        public Builder snaplen(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("snaplen " + bytes + " is below 1");
            }
            snaplen = bytes;
            return this;
        }

        /** Whether to leave out what this host sends; false unless set, except on loopback. */
        public Builder ignoreOutgoing(boolean on) {
            ignoreOutgoing = on;
            return this;
        }

        /** Shares the frames of the interface with other rings. */
        public Builder fanout(Fanout how) {
            fanout = how;
            return this;
        }

        /** Which clock stamps the frames; the system's unless set. Opening fails where there is no other. */
        public Builder timestamps(TimestampSource source) {
            timestamps = source;
            return this;
        }

        /** Whether the kernel fills in {@link RingFrame#rxHash()}; false unless set, since it costs for each frame. */
        public Builder rxHash(boolean on) {
            rxHash = on;
            return this;
        }

        /**
         * How long a call that waits asks the network card itself before it sleeps (SO_BUSY_POLL), where its driver
         * can: saves microseconds and burns a CPU. More than the system's {@code net.core.busy_read} needs
         * CAP_NET_ADMIN.
         *
         * @param time whole microseconds count; zero leaves the system's setting
         * @throws IllegalArgumentException if negative or above a second
         */
        public Builder busyPoll(Duration time) {
            if (time.isNegative() || time.compareTo(Duration.ofSeconds(1)) > 0) {
                throw new IllegalArgumentException("busy polling for " + time + " is not within a second");
            }
            busyPollMicros = (int) (time.toNanos() / 1000);
            return this;
        }

        /** What to do when the interface goes down or is deleted; {@link WhenDown#THROW} unless set. */
        public Builder whenDown(WhenDown what) {
            whenDown = what;
            return this;
        }

        /**
         * Opens the ring; it captures from now on.
         *
         * @throws dev.ringwire.device.NoSuchInterfaceException if there is no such interface; the message lists those
         *     that exist
         * @throws java.nio.file.AccessDeniedException without CAP_NET_RAW; the message says how to get it
         * @throws IOException if the native library is not loaded, the interface is down or of a kind that Ringwire
         *     does not know, or the kernel refuses a ring of this size or one of the settings; the message says which
         * @throws IllegalStateException if {@code -Ddev.ringwire.native=require} and the native library is not loaded
         */
        public PacketRing open() throws IOException {
            return new PacketRing(reader());
        }

        RingReader reader() throws IOException {
            return new RingReader(new RingOptions(
                    interfaceName,
                    geometry,
                    promiscuous,
                    ignoreOutgoing,
                    rxHash,
                    timestamps,
                    busyPollMicros,
                    snaplen,
                    filter,
                    fanout,
                    whenDown));
        }
    }

    @Override
    public LinkType linkType() {
        return reader.from().linkType();
    }

    /** The name under which the ring was opened. */
    public String interfaceName() {
        return reader.from().name();
    }

    /** The kernel's number of the interface. */
    public int interfaceIndex() {
        return reader.from().index();
    }

    /** The number of the fanout group, for others to join; 0 without {@link Builder#fanout}. */
    public int fanoutGroup() {
        return reader.fanoutGroup();
    }

    /** Where the ring is mapped, for the test that watches the mapping go. */
    long address() {
        return reader.socket().address();
    }

    @Override
    public String toString() {
        return "PacketRing[" + interfaceName() + (reader.socket().isClosed() ? ", closed]" : "]");
    }
}
