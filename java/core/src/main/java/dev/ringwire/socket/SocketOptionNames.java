package dev.ringwire.socket;

import dev.ringwire.stack.transport.TcpOptions;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** The names that {@code java.net} and {@code jdk.net} have for {@link TcpOptions}. */
final class SocketOptionNames {
    private static final int SMALLEST_BUFFER = 2048;
    private static final int LARGEST_BUFFER = 1 << 30;

    /** Of sockets that connect. */
    static final Set<SocketOption<?>> CLIENT = with(
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_KEEPALIVE,
            StandardSocketOptions.SO_LINGER,
            StandardSocketOptions.TCP_NODELAY,
            StandardSocketOptions.IP_TOS);

    /** Of sockets that listen. */
    static final Set<SocketOption<?>> SERVER =
            with(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.IP_TOS);

    private SocketOptionNames() {}

    private static Set<SocketOption<?>> with(SocketOption<?>... standard) {
        return Stream.concat(Stream.of(standard), extended()).collect(Collectors.toUnmodifiableSet());
    }

    /** None in a run-time image without the module jdk.net. */
    private static Stream<SocketOption<?>> extended() {
        try {
            return Stream.of(
                    ExtendedSocketOptions.TCP_KEEPIDLE,
                    ExtendedSocketOptions.TCP_KEEPINTERVAL,
                    ExtendedSocketOptions.TCP_KEEPCOUNT);
        } catch (NoClassDefFoundError e) {
            return Stream.of();
        }
    }

    /** The option of a number of {@link SocketOptions}; null if it is none of TCP or IP. */
    static @Nullable SocketOption<?> of(int number) {
        return switch (number) {
            case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
            case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case SocketOptions.SO_LINGER -> StandardSocketOptions.SO_LINGER;
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            default -> null;
        };
    }

    /**
     * The options with that one changed.
     *
     * @param value of the option's type
     * @throws IllegalArgumentException if it is out of range
     */
    static TcpOptions set(TcpOptions options, String name, Object value) {
        return switch (name) {
            case "TCP_NODELAY" -> options.noDelay((Boolean) value);
            case "SO_KEEPALIVE" -> options.keepAlive((Boolean) value);
            case "SO_LINGER" -> options.linger(Math.max(-1, Math.min((Integer) value, 65_535)));
            case "SO_SNDBUF" -> options.sendBuffer(buffer((Integer) value));
            case "SO_RCVBUF" -> options.receiveBuffer(buffer((Integer) value));
            case "IP_TOS" -> options.trafficClass((Integer) value);
            case "TCP_KEEPIDLE" -> options.keepAliveIdle((Integer) value);
            case "TCP_KEEPINTERVAL" -> options.keepAliveInterval((Integer) value);
            case "TCP_KEEPCOUNT" -> options.keepAliveCount((Integer) value);
            default -> throw new UnsupportedOperationException("'" + name + "' not supported");
        };
    }

    /** A size is a hint: it is brought into the range that the stack takes. */
    static int buffer(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
        }
        return Math.max(SMALLEST_BUFFER, Math.min(bytes, LARGEST_BUFFER));
    }

    /** What an option is set to. */
    static Object get(TcpOptions options, String name) {
        return switch (name) {
            case "TCP_NODELAY" -> options.noDelay();
            case "SO_KEEPALIVE" -> options.keepAlive();
            case "SO_LINGER" -> options.linger();
            case "SO_SNDBUF" -> options.sendBuffer();
            case "SO_RCVBUF" -> options.receiveBuffer();
            case "IP_TOS" -> options.trafficClass();
            case "TCP_KEEPIDLE" -> options.keepAliveIdle();
            case "TCP_KEEPINTERVAL" -> options.keepAliveInterval();
            case "TCP_KEEPCOUNT" -> options.keepAliveCount();
            default -> throw new UnsupportedOperationException("'" + name + "' not supported");
        };
    }
}
