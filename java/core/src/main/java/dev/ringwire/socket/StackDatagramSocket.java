package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DatagramSocket} over a stack in user space. It does what {@link DatagramSocket} says, except that
 * {@link #getChannel()} is null and that a group is joined on the one interface that the stack has. What goes wrong with
 * a datagram that follows others to the same address may be told by the next call. See {@link StackSocket} about threads.
 */
public class StackDatagramSocket extends DatagramSocket {
    private final StackDatagramSocketImpl impl;

    /**
     * At any port that is free, at all addresses of the stack.
     *
     * @throws SocketException if none is free
     */
    public StackDatagramSocket(StackLoop loop) throws SocketException {
        this(loop, 0);
    }

    /**
     * At a port of all addresses of the stack.
     *
     * @throws java.net.BindException if the port is in use
     */
    public StackDatagramSocket(StackLoop loop, int port) throws SocketException {
        this(loop, new InetSocketAddress(port));
    }

    /**
     * At an address and port.
     *
     * @param local null for a socket that is not bound yet
     * @throws java.net.BindException if the port is in use, or the address is not the stack's
     */
    public StackDatagramSocket(StackLoop loop, @Nullable SocketAddress local) throws SocketException {
        this(new StackDatagramSocketImpl(Objects.requireNonNull(loop)));
        if (local != null) {
            try {
                bind(local);
            } finally {
                if (!isBound()) {
                    close();
                }
            }
        }
    }

    private StackDatagramSocket(StackDatagramSocketImpl impl) {
        super(impl);
        this.impl = impl;
    }

    private void checkReady() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket closed");
        }
        if (!isBound()) {
            bind(new InetSocketAddress(0));
        }
    }

    // Not inherited, as that waits with the packet's monitor.

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        checkReady();
        try {
            impl.receive(packet, getRemoteSocketAddress());
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        }
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        synchronized (packet) {
            InetAddress peer = getInetAddress();
            InetAddress to = packet.getAddress();
            if (peer == null) {
                if (to == null) {
                    throw new IllegalArgumentException("Address not set");
                }
            } else if (to == null) {
                packet.setAddress(peer);
                packet.setPort(getPort());
            } else if (!to.equals(peer) || packet.getPort() != getPort()) {
                throw new IllegalArgumentException("Address not the one connected to: " + packet.getSocketAddress());
            }
        }
        checkReady();
        try {
            impl.send(packet);
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        }
    }

    @Override
    public String toString() {
        return "StackDatagramSocket[" + getLocalSocketAddress() + "]";
    }
}
