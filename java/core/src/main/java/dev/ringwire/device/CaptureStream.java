package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import dev.ringwire.file.ArrivingCapture;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames that another program captures and sends as pcap or pcapng, such as {@code tcpdump -U -w -}: over a TCP
 * connection, a pipe or standard input. Needs no privilege and no native library. It only receives.
 *
 * <p>{@link #next} waits no longer than told, though a record may have arrived in part: it goes on with that later. The
 * link type is NULL until the header of the stream has come. A peer that closes its end between two records ends the
 * stream; one that does so within a record makes {@code next} throw a
 * {@link dev.ringwire.file.CaptureFormatException} that says at which byte, after all frames before it. A stream that
 * {@link #listen listens} then waits for its next peer; any other has ended.
 *
 * <p>The stream is read into a buffer of 256 KiB, which a longer record makes grow to at most 256 MiB. Whoever sends
 * waits when it is full: nothing is dropped here, and what the peer drops it does not tell.
 */
public final class CaptureStream implements Device {
    private static final int CONNECT_MILLIS = 10_000;

    private final String name;
    private final Readiness readiness = new Readiness();
    private final ViewFrame frame = new ViewFrame();
    private final AtomicLong received = new AtomicLong();

    private @Nullable ServerSocketChannel server;
    private @Nullable SelectionKey accepting;
    private @Nullable Pump pump;
    private volatile @Nullable ReadableByteChannel peer;
    private @Nullable ArrivingCapture arriving;
    private volatile @Nullable CaptureReader reader;
    private volatile boolean ended;
    private volatile boolean closed;

    private CaptureStream(String name) throws IOException {
        this.name = name;
    }

    /**
     * Connects to a peer that sends a capture; waits at most ten seconds for it.
     *
     * @throws IOException if there is no connection; the message names the address
     */
    public static CaptureStream connect(InetSocketAddress address) throws IOException {
        String name = "tcp://" + text(address);
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(resolved(address), CONNECT_MILLIS);
            return new CaptureStream(name).read(channel);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new IOException(name + ": no answer within " + CONNECT_MILLIS / 1000 + " seconds", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw named(name, e);
        }
    }

    /**
     * Listens for peers that send a capture each. One is read at a time; others wait until it has ended.
     *
     * @param address port 0 takes a free one, which {@link #localAddress()} tells
     * @throws IOException if the address is in use or not of this host
     */
    public static CaptureStream listen(InetSocketAddress address) throws IOException {
        String name = "tcp-listen://" + text(address);
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(resolved(address));
            InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
            CaptureStream stream = new CaptureStream("tcp-listen://" + text(bound));
            stream.server = channel;
            stream.accepting = stream.readiness.watch(channel, SelectionKey.OP_ACCEPT);
            return stream;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw named(name, e);
        }
    }

    /**
     * Reads a channel from where it stands: a pipe, a connection, a file. What is no {@link SelectableChannel}, such as
     * standard input, is read by a thread of its own, since Java cannot wait for it with a time limit.
     *
     * @param channel in any mode; closed by {@link #close()}
     * @param name for messages
     */
    public static CaptureStream of(ReadableByteChannel channel, String name) throws IOException {
        CaptureStream stream = new CaptureStream(name);
        if (channel instanceof SelectableChannel) {
            return stream.read(channel);
        }
        Pump pump = new Pump(channel, name);
        stream.pump = pump;
        return stream.read(pump.output());
    }

    private CaptureStream read(ReadableByteChannel from) throws IOException {
        readiness.watch((SelectableChannel) from, SelectionKey.OP_READ);
        arriving = new ArrivingCapture(from, name);
        peer = from;
        return this;
    }

    private static InetSocketAddress resolved(InetSocketAddress address) throws UnknownHostException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("no such host");
        }
        return address;
    }

    static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** The messages of sockets do not say which address. */
    static IOException named(String name, Exception e) {
        String why = e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
        return new IOException(name + ": " + why, e);
    }

    @Override
    public Frame frame() {
        return frame;
    }

    /**
     * {@inheritDoc} Time limits are kept to the millisecond.
     *
     * @throws java.io.InterruptedIOException if the thread is interrupted where it would wait; its interrupt status
     *     stays set and the stream stays open
     * @throws dev.ringwire.file.CaptureFormatException if the stream is truncated, damaged or no capture
     */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (advance()) {
            return true;
        }
        long start = System.nanoTime();
        long left = timeoutNanos;
        while (left > 0 && !ended() && readiness.await(left, name)) {
            if (advance()) {
                return true;
            }
            left = Readiness.left(timeoutNanos, start);
        }
        return false;
    }

    private boolean advance() throws IOException {
        if (ended()) {
            frame.drop();
            return false;
        }
        try {
            if (peer == null && !accept()) {
                return false;
            }
            CaptureReader from = reader();
            if (from == null) {
                return false;
            }
            if (from.next(0)) {
                frame.show(from.frame());
                received.incrementAndGet();
                // close() may have come in between: its release must be the last word.
                return !closed || dropped();
            }
            if (from.ended()) {
                endOfPeer();
            }
            return dropped();
        } catch (IOException e) {
            IOException cause = pump != null && pump.failure() != null ? named(name, pump.failure()) : e;
            endOfPeer();
            if (closed) {
                return false;
            }
            throw cause;
        } catch (IllegalStateException e) {
            if (closed) {
                return dropped();
            }
            throw e;
        }
    }

    private boolean dropped() {
        frame.drop();
        return false;
    }

    private @Nullable CaptureReader reader() throws IOException {
        if (reader == null && arriving != null) {
            reader = arriving.tryOpen();
        }
        return reader;
    }

    private boolean accept() throws IOException {
        SocketChannel accepted = server == null ? null : server.accept();
        if (accepted == null) {
            return false;
        }
        try {
            setAccepting(0);
            read(accepted);
        } catch (IOException | RuntimeException e) {
            accepted.close();
            throw e;
        }
        if (closed) {
            // close() came before there was a peer to close.
            accepted.close();
        }
        return true;
    }

    private void setAccepting(int operations) {
        SelectionKey key = accepting;
        if (key != null && key.isValid()) {
            key.interestOps(operations);
        }
    }

    private void endOfPeer() throws IOException {
        frame.drop();
        ReadableByteChannel gone = peer;
        if (gone != null) {
            gone.close();
        }
        IOException failure = pump == null ? null : pump.failure();
        if (server == null) {
            ended = true;
        } else {
            peer = null;
            reader = null;
            arriving = null;
            setAccepting(SelectionKey.OP_ACCEPT);
        }
        if (failure != null && !closed) {
            throw named(name, failure);
        }
    }

    @Override
    public boolean ended() {
        return ended || closed;
    }

    @Override
    public String name() {
        return name;
    }

    /** Where it listens; empty for other streams. */
    public Optional<InetSocketAddress> localAddress() throws IOException {
        ServerSocketChannel listening = server;
        return listening == null ? Optional.empty() : Optional.of((InetSocketAddress) listening.getLocalAddress());
    }

    /** What frames start with; NULL until the header of the stream has come. */
    @Override
    public LinkType linkType() {
        CaptureReader from = reader;
        return from == null ? LinkType.NULL : from.linkType();
    }

    /** Bytes of the present stream read so far, exact in the reading thread. */
    @Override
    public long position() {
        CaptureReader from = reader;
        return from == null ? 0 : from.position();
    }

    /** {@inheritDoc} Here the frames read; what the peer dropped is not known. */
    @Override
    public CaptureStatistics statistics() {
        return new CaptureStatistics(received.get(), 0, 0);
    }

    @Override
    public int mtu() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return Optional.empty();
    }

    /**
     * Refused.
     *
     * @throws IOException always
     */
    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        throw new IOException(name + " only receives: a capture stream is sent by a CaptureWriter over a channel");
    }

    @Override
    public void flush() {}

    @Override
    public void wake() {
        readiness.wake();
    }

    /** Ends the stream; a reader that waits gives false at once. From any thread. */
    @Override
    public void close() throws IOException {
        closed = true;
        ServerSocketChannel listening = server;
        Pump pumping = pump;
        ReadableByteChannel reading = peer;
        // The descriptors are closed when no selector knows the channels any more.
        try (readiness;
                listening;
                pumping) {
            if (reading != null) {
                reading.close();
            }
        } finally {
            frame.drop();
        }
    }
}
