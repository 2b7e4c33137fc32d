package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.UdpSession;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link java.net.DatagramSocket} is made of, over a stack. */
final class StackDatagramSocketImpl extends DatagramSocketImpl {
    private static final Map<SocketOption<?>, Object> DEFAULTS = Map.of(
            StandardSocketOptions.SO_SNDBUF, 212_992,
            StandardSocketOptions.SO_RCVBUF, 262_144,
            StandardSocketOptions.SO_REUSEADDR, false,
            StandardSocketOptions.SO_BROADCAST, true,
            StandardSocketOptions.IP_TOS, 0,
            StandardSocketOptions.IP_MULTICAST_TTL, 1,
            StandardSocketOptions.IP_MULTICAST_LOOP, true);

    private final StackLoop loop;
    private final Map<SocketOption<?>, Object> options = new ConcurrentHashMap<>(DEFAULTS);
    private volatile @Nullable UdpChannel channel;
    private volatile int timeoutMillis;
    private volatile boolean closed;

    /** A packet keeps its room when it is received into again, as with the platform's sockets. */
    private WeakReference<@Nullable DatagramPacket> lastPacket = new WeakReference<>(null);

    private int lastLength;
    private int lastRoom;

    StackDatagramSocketImpl(StackLoop loop) {
        this.loop = loop;
    }

    @Override
    protected void create() {}

    private UdpChannel channel() throws SocketException {
        UdpChannel c = channel;
        if (closed || c == null) {
            throw new SocketException(closed ? "Socket closed" : "Socket is not bound");
        }
        return c;
    }

    @Override
    protected void bind(int port, InetAddress address) throws SocketException {
        try {
            UdpChannel c =
                    UdpChannel.bind(loop, address, port, (Boolean) options.get(StandardSocketOptions.SO_REUSEADDR));
            channel = c;
            localPort = c.session().localPort();
            options.keySet().forEach(this::apply);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    /** Has the stack do an action about the session, soon. */
    private void onSession(Consumer<UdpSession> action) {
        UdpChannel c = channel;
        if (c != null) {
            StackCall.executeIfAlive(loop, () -> action.accept(c.session()));
        }
    }

    @Override
    protected void connect(InetAddress address, int port) throws SocketException {
        InetSocketAddress peer = new InetSocketAddress(address, port);
        try {
            channel().connect(peer);
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    protected void disconnect() {
        UdpChannel c = channel;
        if (c != null) {
            c.disconnect();
        }
    }

    @Override
    protected void send(DatagramPacket packet) throws IOException {
        byte[] bytes;
        int offset;
        int length;
        synchronized (packet) {
            bytes = packet.getData();
            offset = packet.getOffset();
            length = packet.getLength();
        }
        int most = (Integer) options.get(StandardSocketOptions.SO_SNDBUF);
        channel().send(bytes, offset, length, packet.getAddress(), packet.getPort(), most);
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
        receive(packet, null);
    }

    /** Receives; what does not come from the peer, if there is one, has come before it was connected and is dropped. */
    void receive(DatagramPacket packet, @Nullable SocketAddress peer) throws IOException {
        int room = room(packet);
        Datagram datagram = new Datagram(ByteBuffer.wrap(packet.getData(), packet.getOffset(), room));
        SocketAddress source;
        do {
            channel().receive(datagram, timeoutMillis);
            source = datagram.source();
        } while (peer != null && !peer.equals(source));
        packet.setSocketAddress(source);
        packet.setLength(datagram.length());
        remember(packet, room);
    }

    private synchronized int room(DatagramPacket packet) {
        int length = packet.getLength();
        return lastPacket.refersTo(packet) && length == lastLength
                ? Math.min(lastRoom, packet.getData().length - packet.getOffset())
                : length;
    }

    private synchronized void remember(DatagramPacket packet, int room) {
        if (!lastPacket.refersTo(packet)) {
            lastPacket = new WeakReference<>(packet);
        }
        lastLength = packet.getLength();
        lastRoom = room;
    }

    @Override
    protected int peek(InetAddress address) throws IOException {
        throw new SocketException("a datagram cannot be looked at before it is received");
    }

    @Override
    protected int peekData(DatagramPacket packet) throws IOException {
        return peek(InetAddress.getLoopbackAddress());
    }

    @Override
    protected void close() {
        closed = true;
        UdpChannel c = channel;
        if (c != null) {
            c.close();
        }
    }

    // Multicast.

    @Override
    protected void join(InetAddress group) throws IOException {
        UdpSession session = channel().session();
        StackCall.on(loop, () -> {
            session.join(group);
            return group;
        });
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
        UdpSession session = channel().session();
        StackCall.on(loop, () -> {
            session.leave(group);
            return group;
        });
    }

    /** A stack has one interface, so none is chosen. */
    @Override
    protected void joinGroup(SocketAddress group, @Nullable NetworkInterface ignored) throws IOException {
        join(((InetSocketAddress) group).getAddress());
    }

    @Override
    protected void leaveGroup(SocketAddress group, @Nullable NetworkInterface ignored) throws IOException {
        leave(((InetSocketAddress) group).getAddress());
    }

    @Override
    protected void setTimeToLive(int hops) throws IOException {
        setOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    @Override
    protected int getTimeToLive() throws IOException {
        return getOption(StandardSocketOptions.IP_MULTICAST_TTL);
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    protected void setTTL(byte hops) throws IOException {
        setTimeToLive(hops & 0xff);
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    protected byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    // Options.

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return DEFAULTS.keySet();
    }

    private void checkSupported(SocketOption<?> option) throws SocketException {
        if (!DEFAULTS.containsKey(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        checkSupported(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        options.put(option, checked(option, value));
        apply(option);
    }

    private static Object checked(SocketOption<?> option, Object value) {
        if (!(value instanceof Integer number)) {
            return value;
        }
        boolean buffer =
                option.equals(StandardSocketOptions.SO_SNDBUF) || option.equals(StandardSocketOptions.SO_RCVBUF);
        if (number < 0 || !buffer && number > 255) {
            throw new IllegalArgumentException("Invalid value " + value + " of " + option);
        }
        return buffer ? SocketOptionNames.buffer(number) : value;
    }

    private void apply(SocketOption<?> option) {
        Object value = options.get(option);
        if (option.equals(StandardSocketOptions.SO_RCVBUF)) {
            onSession(s -> s.receiveBuffer((Integer) value));
        } else if (option.equals(StandardSocketOptions.SO_BROADCAST)) {
            onSession(s -> s.broadcast((Boolean) value));
        } else if (option.equals(StandardSocketOptions.IP_TOS)) {
            onSession(s -> s.trafficClass((Integer) value));
        } else if (option.equals(StandardSocketOptions.IP_MULTICAST_TTL)) {
            onSession(s -> s.multicastTtl((Integer) value));
        } else if (option.equals(StandardSocketOptions.IP_MULTICAST_LOOP)) {
            onSession(s -> s.multicastLoop((Boolean) value));
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        checkSupported(option);
        return option.type().cast(options.get(option));
    }

    private static @Nullable SocketOption<?> of(int number) {
        return switch (number) {
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            case SocketOptions.SO_BROADCAST -> StandardSocketOptions.SO_BROADCAST;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            default -> null;
        };
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        SocketOption<?> option = of(number);
        if (number == SocketOptions.SO_TIMEOUT) {
            timeoutMillis = (Integer) value;
        } else if (number == SocketOptions.IP_MULTICAST_LOOP) {
            // Here true says that there is no loop.
            options.put(StandardSocketOptions.IP_MULTICAST_LOOP, !(Boolean) value);
            apply(StandardSocketOptions.IP_MULTICAST_LOOP);
        } else if (option != null) {
            checkSupported(option);
            options.put(option, checked(option, value));
            apply(option);
        } else {
            throw new SocketException("Unknown option " + number);
        }
    }

    @Override
    public Object getOption(int number) throws SocketException {
        SocketOption<?> option = of(number);
        if (number == SocketOptions.SO_TIMEOUT) {
            return timeoutMillis;
        } else if (number == SocketOptions.SO_BINDADDR) {
            return channel().localAddress();
        } else if (number == SocketOptions.IP_MULTICAST_LOOP) {
            return !(Boolean) options.get(StandardSocketOptions.IP_MULTICAST_LOOP);
        } else if (option != null) {
            checkSupported(option);
            return options.get(option);
        }
        throw new SocketException("Unknown option " + number);
    }
}
