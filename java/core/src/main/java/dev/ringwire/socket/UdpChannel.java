package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.UdpSession;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One port of UDP for threads that wait. A datagram to whom none was sent before is waited for until the stack has sent
 * it, so that what is wrong is known at once; the next ones to the same address only until there is room for them, and
 * what goes wrong then is told by the next call.
 */
final class UdpChannel {
    private final StackLoop loop;
    private final UdpSession session;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final Waiter receiver = new Waiter();
    private final Waiter sender = new Waiter();
    private final AtomicInteger unsent = new AtomicInteger();
    private final AtomicReference<@Nullable IOException> error = new AtomicReference<>();
    private volatile @Nullable InetAddress reachable;
    private volatile InetAddress localAddress;
    private volatile boolean something;
    private volatile boolean closed;

    private UdpChannel(StackLoop loop, UdpSession session) {
        this.loop = loop;
        this.session = session;
        localAddress = session.localAddress();
        session.onReadable(this::ready);
    }

    /** At a port of ours. */
    static UdpChannel bind(StackLoop loop, InetAddress address, int port, boolean shared) throws IOException {
        return StackCall.on(
                loop,
                () -> new UdpChannel(
                        loop,
                        loop.stack().udp().bind(IpAddresses.high(address), IpAddresses.low(address), port, shared)));
    }

    /** Settings may be changed on the stack's thread. */
    UdpSession session() {
        return session;
    }

    StackLoop loop() {
        return loop;
    }

    InetAddress localAddress() {
        return localAddress;
    }

    /** Takes only what this peer sends; the local address is then the one that suits it. */
    void connect(InetSocketAddress peer) throws IOException {
        localAddress = StackCall.on(loop, () -> session.connect(peer).localAddress());
    }

    void disconnect() {
        localAddress = IpAddresses.toInetAddress(session.localHigh(), session.localLow());
        StackCall.executeIfAlive(loop, session::disconnect);
    }

    private void ready() {
        something = true;
        VarHandle.fullFence();
        receiver.wake();
    }

    private void checkOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private void throwError() throws IOException {
        if (error.getPlain() != null) {
            IOException why = error.getAndSet(null);
            if (why != null) {
                throw here(why);
            }
        }
    }

    /** The same in the thread that is to know it. */
    private static IOException here(IOException why) {
        IOException e = why instanceof PortUnreachableException
                ? new PortUnreachableException(why.getMessage())
                : new SocketException(why.getMessage());
        e.initCause(why);
        return e;
    }

    /**
     * Waits for a datagram.
     *
     * @throws PortUnreachableException if what was sent to the peer reached nobody
     */
    void receive(Datagram into, int timeoutMillis) throws IOException {
        long deadline = Waiter.deadline(timeoutMillis);
        receiveLock.lock();
        try {
            while (true) {
                checkOpen();
                something = false;
                VarHandle.fullFence();
                throwError();
                try {
                    if (session.tryReceive(into)) {
                        return;
                    }
                } catch (PortUnreachableException e) {
                    throw here(e);
                }
                if (!receiver.await(loop, () -> something || closed, deadline)) {
                    throw new SocketTimeoutException("Receive timed out");
                }
            }
        } finally {
            receiveLock.unlock();
        }
    }

    /**
     * Sends.
     *
     * @param most bytes that may wait for the stack's thread
     */
    void send(byte[] bytes, int offset, int length, InetAddress to, int port, int most) throws IOException {
        checkOpen();
        throwError();
        if (length > (to instanceof Inet4Address ? UdpSession.MAX_PAYLOAD_IPV4 : UdpSession.MAX_PAYLOAD_IPV6)) {
            throw new SocketException("Message too long: " + length + " bytes");
        }
        ByteBuffer copy = ByteBuffer.allocate(length).put(0, bytes, offset, length);
        if (!to.equals(reachable)) {
            StackCall.on(loop, () -> {
                transmit(copy, to, port);
                return to;
            });
            reachable = to;
            return;
        }
        if (unsent.get() > most) {
            awaitRoom(most);
        }
        unsent.addAndGet(length);
        StackCall.execute(loop, () -> {
            unsent.addAndGet(-length);
            if (sender.isWaiting() && unsent.get() <= most / 2) {
                sender.wake();
            }
            try {
                transmit(copy, to, port);
            } catch (IOException e) {
                reachable = null;
                error.set(e);
                ready();
            }
        });
    }

    private void awaitRoom(int most) throws IOException {
        sendLock.lock();
        try {
            sender.await(loop, () -> closed || unsent.get() <= most / 2, Waiter.NEVER);
            checkOpen();
        } finally {
            sendLock.unlock();
        }
    }

    private void transmit(ByteBuffer bytes, InetAddress to, int port) throws IOException {
        if (!session.isClosed()) {
            session.send(bytes, new InetSocketAddress(to, port));
        }
    }

    void close() {
        closed = true;
        VarHandle.fullFence();
        receiver.wake();
        sender.wake();
        StackCall.executeIfAlive(loop, session::close);
    }
}
