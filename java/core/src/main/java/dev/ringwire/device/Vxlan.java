package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of VXLAN tunnels (RFC 7348): Ethernet frames in UDP datagrams, as kernels, switches and the traffic
 * mirroring of clouds send them. A plain datagram socket, without privilege and without native library.
 *
 * <pre>
 *  0 flags: 0x08 the VNI is valid   1..3 reserved   4..6 VNI   7 reserved   8 Ethernet frame
 * </pre>
 *
 * <p>Frames of several VNIs come in by one socket; each says its {@link VxlanFrame#vni()} and
 * {@link VxlanFrame#sender()}. What is sent goes to every {@link Builder#remotes remote}; there is no learning of
 * addresses. RFC 7348 recommends a source port from a hash of the inner frame, so that routers spread flows: one socket
 * has one port, so the tunnels of this end are one flow. Nothing is held back for a batch: each frame is a system call.
 *
 * <p>Datagrams that are no VXLAN are counted as {@link #malformed()} and passed over. What the kernel drops because the
 * socket's receive buffer is full, Java cannot read: {@link #statistics()} has no drops; on Linux {@code ss -unmp} or
 * {@code /proc/net/udp} shows them.
 *
 * <p>Receiving allocates nothing while datagrams come from one address and port; where these change, the JDK makes an
 * address object each time.
 */
public final class Vxlan implements Device {
    /** The port that IANA assigned. */
    public static final int PORT = 4789;

    /** Largest VNI. */
    public static final int MAXIMUM_VNI = 0xff_ffff;

    /** The most bytes of a frame: what an IPv4 datagram holds. */
    public static final int MAXIMUM_FRAME = 65_507 - 8;

    private static final int HEADER = 8;
    private static final int VNI_IS_VALID = 0x08;
    private static final int DATAGRAM = 65_536;

    private final String name;
    private final DatagramChannel channel;
    private final Readiness receiving;
    private final Readiness sending;
    private final int[] vnis;
    private final int sendVni;
    private final List<InetSocketAddress> remotes;
    private final int mtu;
    private final Optional<MacAddress> hardwareAddress;
    private final ByteBuffer in = ByteBuffer.allocateDirect(DATAGRAM);
    private final ByteBuffer out = ByteBuffer.allocateDirect(HEADER + MAXIMUM_FRAME);
    private final VxlanFrame frame = new VxlanFrame();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicLong otherVni = new AtomicLong();
    private volatile boolean closed;

    private Vxlan(Builder builder, DatagramChannel channel) throws IOException {
        this.channel = channel;
        this.name = "vxlan://" + CaptureStream.text((InetSocketAddress) channel.getLocalAddress());
        this.vnis = builder.vnis;
        this.sendVni = builder.sendVni >= 0 ? builder.sendVni : vnis.length == 1 ? vnis[0] : -1;
        this.remotes = builder.remotes;
        this.mtu = builder.mtu;
        this.hardwareAddress = Optional.ofNullable(builder.hardwareAddress);
        this.receiving = new Readiness();
        this.sending = new Readiness();
        receiving.watch(channel, SelectionKey.OP_READ);
        sending.watch(channel, SelectionKey.OP_WRITE);
    }

    /** An end on port {@link #PORT} of every local address. */
    public static Builder builder() {
        return new Builder();
    }

    /** Settings of an end that is to be opened. */
    public static final class Builder {
        private static final int RECEIVE_BUFFER = 4 << 20;

        private InetSocketAddress local = new InetSocketAddress("0.0.0.0", PORT);
        private int[] vnis = {};
        private int sendVni = -1;
        private List<InetSocketAddress> remotes = List.of();
        private @Nullable InetAddress group;
        private @Nullable NetworkInterface groupInterface;
        private int mtu = 1450;
        private int receiveBuffer = RECEIVE_BUFFER;
        private @Nullable MacAddress hardwareAddress;

        private Builder() {}

        private String name() {
            return "vxlan://" + CaptureStream.text(local);
        }

        /** Address and port to receive at and send from; port 0 takes a free one. */
        public Builder bind(InetSocketAddress address) {
            local = Objects.requireNonNull(address);
            return this;
        }

        /**
         * The VNIs to receive; all unless set.
         *
         * @throws IllegalArgumentException if one is not in 0..2<sup>24</sup>-1
         */
        public Builder vni(int... numbers) {
            vnis = numbers.clone();
            Arrays.sort(vnis);
            for (int vni : vnis) {
                checkVni(vni);
            }
            return this;
        }

        /**
         * The VNI that {@link #send(ByteBuffer, int, int)} sends to; unless set, the one received if it is one.
         *
         * @throws IllegalArgumentException if it is not in 0..2<sup>24</sup>-1
         */
        public Builder sendVni(int number) {
            sendVni = checkVni(number);
            return this;
        }

        /** The tunnel ends, or a multicast group, that each frame is sent to. */
        public Builder remotes(InetSocketAddress... addresses) {
            remotes = List.of(addresses);
            return this;
        }

        /**
         * Also receives what is sent to a multicast group.
         *
         * @param on the interface to join it on
         */
        public Builder join(InetAddress multicastGroup, NetworkInterface on) {
            group = Objects.requireNonNull(multicastGroup);
            groupInterface = Objects.requireNonNull(on);
            return this;
        }

        /**
         * The most bytes behind the inner Ethernet header to send; 1450 unless set, what fits an outer IPv4 packet of
         * 1500 bytes. Over IPv6 that is 1430. Java 17 cannot forbid that the outer packet is fragmented.
         *
         * @throws IllegalArgumentException if it is not in 1..65485
         */
        public Builder mtu(int bytes) {
            if (bytes < 1 || bytes > MAXIMUM_FRAME - FrameLimit.ETHERNET_HEADER) {
                throw new IllegalArgumentException(
                        "MTU " + bytes + " is not in 1.." + (MAXIMUM_FRAME - FrameLimit.ETHERNET_HEADER));
            }
            mtu = bytes;
            return this;
        }

        /**
         * Asks for this much memory for datagrams that wait to be read; 4 MiB unless set. The system may give less
         * (Linux: at most {@code net.core.rmem_max}); {@link Vxlan#receiveBuffer()} tells.
         *
         * @throws IllegalArgumentException if below 1
         */
        public Builder receiveBuffer(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("receive buffer of " + bytes + " bytes");
            }
            receiveBuffer = bytes;
            return this;
        }

        /** What {@link Vxlan#hardwareAddress()} is to say; empty unless set, since a socket has none. */
        public Builder hardwareAddress(MacAddress address) {
            hardwareAddress = Objects.requireNonNull(address);
            return this;
        }

        /**
         * Opens it; it receives from now on.
         *
         * @throws IOException if the address is in use or not of this host, or the group cannot be joined
         */
        public Vxlan open() throws IOException {
            boolean ipv4 = (group != null ? group : local.getAddress()) instanceof Inet4Address;
            DatagramChannel channel = ipv4 ? DatagramChannel.open(StandardProtocolFamily.INET) : DatagramChannel.open();
            try {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
                if (group != null) {
                    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                }
                channel.bind(local);
                if (group != null) {
                    channel.join(group, Objects.requireNonNull(groupInterface));
                }
                return new Vxlan(this, channel);
            } catch (BindException e) {
                channel.close();
                throw new IOException(
                        name() + ": " + e.getMessage() + " (a vxlan device of the kernel holds its port, too)", e);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw CaptureStream.named(name(), e);
            }
        }
    }

    private static int checkVni(int vni) {
        if (vni < 0 || vni > MAXIMUM_VNI) {
            throw new IllegalArgumentException("VNI " + vni + " is not in 0.." + MAXIMUM_VNI);
        }
        return vni;
    }

    @Override
    public VxlanFrame frame() {
        return frame;
    }

    /**
     * {@inheritDoc} Reads until the socket has nothing more, then waits; time limits are kept to the millisecond.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted where it would wait; its interrupt status
     *     stays set and this end stays open
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (closed) {
            frame.drop();
            return false;
        }
        try {
            return receive(timeoutNanos);
        } catch (ClosedChannelException e) {
            frame.drop();
            return false;
        }
    }

    private boolean receive(long timeoutNanos) throws IOException {
        long start = 0;
        long left = timeoutNanos;
        while (true) {
            InetSocketAddress sender = (InetSocketAddress) channel.receive(in.clear());
            if (sender != null && accept(sender)) {
                // close() may have come in between: its release must be the last word.
                if (closed) {
                    frame.drop();
                }
                return !closed;
            }
            // Also between two datagrams that are none of ours: a flood of them must not outlast the timeout.
            start = start == 0 ? System.nanoTime() : start;
            if (sender == null) {
                frame.drop();
                if (!receiving.await(left, name)) {
                    return false;
                }
            }
            left = Readiness.left(timeoutNanos, start);
            if (left <= 0) {
                return false;
            }
        }
    }

    private boolean accept(InetSocketAddress sender) {
        int length = in.position() - HEADER;
        if (length < FrameLimit.ETHERNET_HEADER || (in.get(0) & VNI_IS_VALID) == 0) {
            malformed.incrementAndGet();
            return false;
        }
        int vni = Bits.u24(in, 4);
        if (vnis.length != 0 && Arrays.binarySearch(vnis, vni) < 0) {
            otherVni.incrementAndGet();
            return false;
        }
        received.incrementAndGet();
        frame.aimAt(in, HEADER, length, vni, sender, WallClock.nanos());
        return true;
    }

    /**
     * Sends one frame to every remote.
     *
     * @throws IOException if no VNI or no remote was set, the frame is longer than the MTU allows or shorter than a
     *     header, or the system refuses
     */
    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        if (sendVni < 0) {
            throw new IOException(name + " has no VNI to send to: set sendVni");
        }
        if (remotes.isEmpty()) {
            throw new IOException(name + " has no remote to send to: set remotes");
        }
        encapsulate(bytes, offset, length, sendVni);
        for (InetSocketAddress remote : remotes) {
            sendOut(remote);
        }
    }

    /**
     * Sends one frame to a network and tunnel end of its own.
     *
     * @throws IllegalArgumentException if the VNI is not in 0..2<sup>24</sup>-1
     * @throws IOException as the other {@code send}
     */
    public void send(int vni, SocketAddress remote, ByteBuffer bytes, int offset, int length) throws IOException {
        encapsulate(bytes, offset, length, checkVni(vni));
        sendOut(remote);
    }

    private void encapsulate(ByteBuffer bytes, int offset, int length, int vni) throws IOException {
        FrameLimit.check(bytes, offset, length, mtu, name);
        if (length > MAXIMUM_FRAME) {
            throw new IOException(name + ": a frame of " + length + " bytes does not fit a datagram");
        }
        Bits.put32(out.clear(), 0, VNI_IS_VALID << 24);
        Bits.put32(out, 4, (long) vni << 8);
        out.put(HEADER, bytes, offset, length);
        out.limit(HEADER + length);
    }

    private void sendOut(SocketAddress remote) throws IOException {
        try {
            while (channel.send(out.rewind(), remote) == 0) {
                // The socket's buffer is full: it empties as the link sends.
                sending.await(FrameSource.FOREVER, name);
            }
        } catch (ClosedChannelException | InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw CaptureStream.named(name + ": cannot send to " + remote, e);
        }
    }

    @Override
    public void flush() {}

    @Override
    public boolean ended() {
        return closed;
    }

    @Override
    public LinkType linkType() {
        return LinkType.ETHERNET;
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

    /** Where it receives. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Bytes that the system holds for datagrams that wait to be read, as it counts them. */
    public int receiveBuffer() throws IOException {
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    /** Datagrams that were no VXLAN: too short, or without the flag of a valid VNI. */
    public long malformed() {
        return malformed.get();
    }

    /** Frames of a VNI that is not received. */
    public long otherVni() {
        return otherVni.get();
    }

    /** Frames read. */
    @Override
    public long position() {
        return received.get();
    }

    /** {@inheritDoc} Here the frames read; what the kernel drops is not known. */
    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(received.get(), 0, 0);
    }

    @Override
    public void wake() {
        receiving.wake();
    }

    /** Ends receiving and sending at once; a reader that waits gives false. From any thread. */
    @Override
    public void close() throws IOException {
        closed = true;
        // The channel's descriptor is closed when no selector knows it any more.
        try (receiving;
                sending) {
            channel.close();
        } finally {
            frame.drop();
        }
    }
}
