package dev.ringwire.stack.transport;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IpAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address and a port.
 *
 * @param high first 64 bits of the address; 0 for IPv4
 * @param low last 64 bits of the address, IPv4 mapped
 * @param port 0 to 65535
 */
public record TcpEndpoint(long high, long low, int port) {
    /**
     * Any address of ours.
     *
     * @throws IllegalArgumentException if the port is not in 0..65535
     */
    public static TcpEndpoint any(int port) {
        return new TcpEndpoint(0, 0, port);
    }

    /** Checks the port. */
    public TcpEndpoint {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
    }

    /**
     * The same as two longs.
     *
     * @throws IllegalArgumentException if the name is not resolved to an address
     */
    public static TcpEndpoint of(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("the host name is not resolved: " + address);
        }
        if (ip.isAnyLocalAddress()) {
            return any(address.getPort());
        }
        ByteBuffer b = ByteBuffer.wrap(ip.getAddress());
        return b.remaining() == 4
                ? new TcpEndpoint(0, IpAddresses.mapped(b.getInt()), address.getPort())
                : new TcpEndpoint(b.getLong(), b.getLong(), address.getPort());
    }

    /**
     * From text.
     *
     * @throws IllegalArgumentException if the address is not one
     */
    public static TcpEndpoint of(String address, int port) {
        if (address.indexOf(':') < 0) {
            return new TcpEndpoint(0, IpAddresses.mapped(Ipv4Address.of(address).bits()), port);
        }
        Ipv6Address v6 = Ipv6Address.of(address);
        return new TcpEndpoint(v6.high(), v6.low(), port);
    }

    /** Whether it is no address in particular. */
    public boolean isAny() {
        return high == 0 && (low == 0 || low == PacketBuffer.IPV4_MAPPED);
    }

    /** The same for java.net. */
    public InetSocketAddress toInetSocketAddress() {
        return new InetSocketAddress(address(high, low), port);
    }

    private static InetAddress address(long high, long low) {
        boolean v4 = IpAddresses.isIpv4(high, low);
        byte[] bytes = v4
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for arrays of another length
        }
    }

    @Override
    public String toString() {
        return IpAddresses.isIpv4(high, low)
                ? new Ipv4Address((int) low) + ":" + port
                : "[" + new Ipv6Address(high, low) + "]:" + port;
    }
}
