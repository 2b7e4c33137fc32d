package dev.ringwire.stack.network;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** ICMP of both versions for the layers above: errors sent and received, and ping. */
public final class Icmp {
    /** Most bytes of a payload of an echo request. */
    public static final int LONGEST_PING = 65_507;

    private final Icmpv4Layer v4;
    private final Icmpv6Layer v6;
    private final Ping ping;

    /** Two layers, that are to be registered over IP. */
    public Icmp(StackContext context, IpRouter router) {
        ping = new Ping(context);
        v4 = new Icmpv4Layer(context, router, ping);
        v6 = new Icmpv6Layer(context, router, ping);
    }

    /** The layer over IPv4. */
    public Icmpv4Layer v4() {
        return v4;
    }

    /** The layer over IPv6. */
    public Icmpv6Layer v6() {
        return v6;
    }

    /** Tells a transport of errors about its packets over both versions of IP, instead of the one told before. */
    public void listen(int protocol, IcmpErrorListener listener) {
        v4.listen(protocol, listener);
        v6.listen(protocol, listener);
    }

    /**
     * Tells the sender of a packet that nobody listens at its destination port, unless that must not be told or too many
     * errors were sent.
     */
    public void portUnreachable(PacketBuffer packet) {
        if (packet.isIpv6()) {
            v6.portUnreachable(packet);
        } else {
            v4.portUnreachable(packet);
        }
    }

    /** Tells the transport of a packet of ours that its next neighbour does not answer. */
    public void neighborUnreachable(PacketBuffer packet) {
        if (packet.isIpv6()) {
            v6.hostUnreachable(packet);
        } else {
            v4.hostUnreachable(packet);
        }
    }

    /**
     * Sends an echo request.
     *
     * @param payload at most {@link #LONGEST_PING} bytes, sent in fragments if need be
     * @param listener is called once, on the stack's thread, maybe at once
     * @throws IllegalArgumentException if the payload is too long
     */
    public void ping(InetAddress to, byte[] payload, Duration timeout, Consumer<PingReply> listener) {
        if (payload.length > LONGEST_PING) {
            throw new IllegalArgumentException("a ping of " + payload.length + " bytes is longer than " + LONGEST_PING);
        }
        long high = IpAddresses.high(to);
        long low = IpAddresses.low(to);
        IcmpLayer layer = IpAddresses.isIpv4(high, low) ? v4 : v6;
        ping.send(layer, high, low, payload, timeout.toNanos(), listener);
    }
}
