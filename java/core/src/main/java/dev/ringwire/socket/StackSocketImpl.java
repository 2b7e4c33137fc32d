package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link java.net.Socket} and {@link java.net.ServerSocket} are made of, over a stack. They check arguments and
 * states themselves, so that much of the platform's contract is the platform's own code. No method that waits holds a
 * monitor.
 */
final class StackSocketImpl extends SocketImpl {
    private final StackLoop loop;
    private final boolean server;
    private TcpChannel channel;
    private volatile TcpOptions options;
    private volatile @Nullable TcpAcceptor acceptor;
    private volatile @Nullable TcpEndpoint bound;
    private volatile int timeoutMillis;
    private volatile boolean reuseAddress;
    private volatile boolean urgentInline;
    private volatile boolean closed;

    StackSocketImpl(StackLoop loop, TcpOptions options, boolean server) {
        this.loop = loop;
        this.options = options;
        this.server = server;
        reuseAddress = server;
        channel = new TcpChannel(loop, options);
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("a StackSocket is of TCP; for UDP there is StackDatagramSocket");
        }
    }

    private void checkOpen() throws SocketException {
        if (closed || channel.isClosed()) {
            throw new SocketException("Socket closed");
        }
    }

    // Opening and closing.

    @Override
    protected void connect(String host, int toPort) throws IOException {
        connect(new InetSocketAddress(host, toPort), 0);
    }

    @Override
    protected void connect(InetAddress to, int toPort) throws IOException {
        connect(new InetSocketAddress(to, toPort), 0);
    }

    @Override
    protected void connect(SocketAddress to, int timeout) throws IOException {
        if (!(to instanceof InetSocketAddress remote)) {
            throw new IOException("Unsupported address type");
        }
        if (remote.isUnresolved()) {
            throw new UnknownHostException(remote.getHostString());
        }
        address = remote.getAddress();
        port = remote.getPort();
        channel.connect(TcpEndpoint.of(remote), bound, timeout);
        TcpSession session = channel.session();
        if (session != null) {
            localport = session.local().port();
        }
    }

    @Override
    protected void bind(InetAddress host, int toPort) throws IOException {
        checkOpen();
        TcpEndpoint wanted = TcpEndpoint.of(new InetSocketAddress(host, toPort));
        bound = server ? wanted : StackCall.on(loop, () -> loop.stack().tcp().reserve(wanted));
        address = host;
        localport = bound().port();
    }

    private TcpEndpoint bound() {
        TcpEndpoint local = bound;
        return local == null ? TcpEndpoint.any(0) : local;
    }

    @Override
    protected void listen(int backlog) throws IOException {
        checkOpen();
        TcpAcceptor listening = TcpAcceptor.listen(loop, bound(), backlog, options);
        acceptor = listening;
        bound = listening.local();
        localport = listening.local().port();
        if (closed) {
            listening.close();
        }
    }

    @Override
    protected void accept(SocketImpl into) throws IOException {
        checkOpen();
        TcpAcceptor listening = acceptor;
        if (listening == null) {
            throw new SocketException("Socket is not listening");
        }
        ((StackSocketImpl) into).accepted(listening.accept(timeoutMillis));
    }

    private void accepted(TcpChannel by) {
        channel = by;
        options = by.options();
        TcpSession session = by.session();
        if (session != null) {
            InetSocketAddress remote = session.remote().toInetSocketAddress();
            address = remote.getAddress();
            port = remote.getPort();
            localport = session.local().port();
        }
    }

    @Override
    protected void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        TcpEndpoint reserved = bound;
        if (reserved != null && !server) {
            StackCall.executeIfAlive(loop, () -> loop.stack().tcp().release(reserved));
        }
        TcpAcceptor listening = acceptor;
        if (listening != null) {
            listening.close();
        }
        channel.close();
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    // Bytes.

    @Override
    protected InputStream getInputStream() {
        return new Input();
    }

    @Override
    protected OutputStream getOutputStream() {
        return new Output();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            return channel.read(to, offset, length, timeoutMillis);
        }

        @Override
        public int available() throws IOException {
            return channel.available();
        }

        @Override
        public void close() throws IOException {
            StackSocketImpl.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            channel.write(from, offset, length);
        }

        @Override
        public void close() throws IOException {
            StackSocketImpl.this.close();
        }
    }

    @Override
    protected int available() throws IOException {
        return channel.available();
    }

    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data not supported");
    }

    @Override
    protected FileDescriptor getFileDescriptor() {
        return new FileDescriptor();
    }

    // Options.

    TcpOptions options() {
        return options;
    }

    void options(TcpOptions wanted) {
        options = wanted;
        channel.options(wanted);
        TcpAcceptor listening = acceptor;
        if (listening != null) {
            listening.options(wanted);
        }
    }

    /** The session; null before it is connected. */
    @Nullable
    TcpSession session() {
        return channel.session();
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return server ? SocketOptionNames.SERVER : SocketOptionNames.CLIENT;
    }

    private void checkSupported(SocketOption<?> option) {
        if (!supportedOptions().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        checkSupported(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        checkOpen();
        set(option, value);
    }

    private void set(SocketOption<?> option, Object value) {
        if (option.equals(StandardSocketOptions.SO_REUSEADDR)) {
            reuseAddress = (Boolean) value;
        } else {
            options(SocketOptionNames.set(options, option.name(), value));
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        checkSupported(option);
        checkOpen();
        return option.type().cast(get(option));
    }

    private Object get(SocketOption<?> option) {
        return option.equals(StandardSocketOptions.SO_REUSEADDR)
                ? reuseAddress
                : SocketOptionNames.get(options, option.name());
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        checkOpen();
        switch (number) {
            case SocketOptions.SO_TIMEOUT -> timeoutMillis = (Integer) value;
            case SocketOptions.SO_OOBINLINE -> urgentInline = (Boolean) value;
            default -> {
                SocketOption<?> option = known(number);
                Object meant = option.equals(StandardSocketOptions.SO_LINGER) && value.equals(false) ? -1 : value;
                if (!option.type().isInstance(meant)) {
                    throw new SocketException("Bad value for " + option + ": " + value);
                }
                try {
                    set(option, meant);
                } catch (IllegalArgumentException e) {
                    throw new SocketException(e.getMessage());
                }
            }
        }
    }

    @Override
    public Object getOption(int number) throws SocketException {
        checkOpen();
        return switch (number) {
            case SocketOptions.SO_TIMEOUT -> timeoutMillis;
            case SocketOptions.SO_OOBINLINE -> urgentInline;
            case SocketOptions.SO_BINDADDR -> localAddress();
            default -> {
                Object value = get(known(number));
                yield number == SocketOptions.SO_LINGER && value.equals(-1) ? false : value;
            }
        };
    }

    private static SocketOption<?> known(int number) throws SocketException {
        SocketOption<?> option = SocketOptionNames.of(number);
        if (option == null) {
            throw new SocketException("Unknown option " + number);
        }
        return option;
    }

    private InetAddress localAddress() {
        TcpSession session = channel.session();
        TcpEndpoint local = session != null ? session.local() : bound();
        return local.toInetSocketAddress().getAddress();
    }
}
