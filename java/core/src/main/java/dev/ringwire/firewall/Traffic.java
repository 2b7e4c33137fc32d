package dev.ringwire.firewall;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Packets to one address: all of them, those of one IP protocol, or those to some ports of TCP or UDP; from anybody or
 * from one peer.
 *
 * @param address where they go, an address of the stack
 * @param protocol IP protocol number in 0..255; {@link #ANY} for all
 * @param firstPort lowest destination port in 0..65535; {@link #ANY} for all ports and where there are none
 * @param lastPort highest destination port, as above
 * @param peer where they come from; null for anywhere
 * @param peerPort source port in 0..65535; {@link #ANY} for all
 */
public record Traffic(
        InetAddress address,
        int protocol,
        int firstPort,
        int lastPort,
        @Nullable InetAddress peer,
        int peerPort) {
    /** All protocols, or all ports. */
    public static final int ANY = -1;

    /** Protocol number of TCP. */
    public static final int TCP = 6;

    /** Protocol number of UDP. */
    public static final int UDP = 17;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if a number is out of its range, ports are asked for of a protocol other than TCP
     *     and UDP, the address is the wildcard, or the peer's is of the other IP version
     */
    public Traffic {
        Objects.requireNonNull(address);
        check("protocol", protocol, 255);
        check("port", firstPort, 0xffff);
        check("port", lastPort, 0xffff);
        check("port of the peer", peerPort, 0xffff);
        if (lastPort < firstPort || firstPort == ANY && lastPort != ANY) {
            throw new IllegalArgumentException("no range of ports: " + firstPort + " to " + lastPort);
        }
        if ((firstPort != ANY || peerPort != ANY) && protocol != TCP && protocol != UDP) {
            throw new IllegalArgumentException("only TCP (6) and UDP (17) have ports here, not protocol " + protocol);
        }
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("name one address; " + address.getHostAddress() + " stands for all");
        }
        if (peer != null && peer instanceof Inet4Address != address instanceof Inet4Address) {
            throw new IllegalArgumentException(
                    peer.getHostAddress() + " never sends to " + address.getHostAddress() + ": another IP version");
        }
    }

    private static void check(String what, int value, int most) {
        if (value < ANY || value > most) {
            throw new IllegalArgumentException("the " + what + " is not in 0.." + most + ": " + value);
        }
    }

    /** All that goes to an address. */
    public static Traffic to(InetAddress address) {
        return of(address, ANY);
    }

    /** What goes to an address by one IP protocol. */
    public static Traffic of(InetAddress address, int protocol) {
        return new Traffic(address, protocol, ANY, ANY, null, ANY);
    }

    /** TCP to one port. */
    public static Traffic tcp(InetAddress address, int port) {
        return tcp(address, port, port);
    }

    /** TCP to the ports from first to last. */
    public static Traffic tcp(InetAddress address, int first, int last) {
        return new Traffic(address, TCP, first, last, null, ANY);
    }

    /** UDP to one port. */
    public static Traffic udp(InetAddress address, int port) {
        return udp(address, port, port);
    }

    /** UDP to the ports from first to last. */
    public static Traffic udp(InetAddress address, int first, int last) {
        return new Traffic(address, UDP, first, last, null, ANY);
    }

    /** Of these, only what comes from that address. */
    public Traffic from(InetAddress source) {
        return new Traffic(address, protocol, firstPort, lastPort, Objects.requireNonNull(source), ANY);
    }

    /** Of these, only what comes from that address and port. */
    public Traffic from(InetAddress source, int port) {
        return new Traffic(address, protocol, firstPort, lastPort, Objects.requireNonNull(source), port);
    }

    boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** The text of an address without the scope that {@link InetAddress#getHostAddress} appends. */
    static String text(InetAddress address) {
        return address instanceof Inet6Address
                ? Ipv6Address.of(address.getAddress()).toString()
                : Ipv4Address.of(address.getAddress()).toString();
    }
}
