package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/**
 * An ICMP error about a packet of ours: what is wrong, and the packet as far as it is quoted. Also made up by the stack
 * itself when a neighbour does not answer.
 */
public final class IcmpError {
    /** What is wrong, for both versions of IP. */
    public enum Kind {
        /** No way to the network. */
        NET_UNREACHABLE(false),
        /** The host does not answer. */
        HOST_UNREACHABLE(false),
        /** The host does not know the transport protocol. */
        PROTOCOL_UNREACHABLE(true),
        /** Nobody listens at the port. */
        PORT_UNREACHABLE(true),
        /** Longer than the way takes, see {@link IcmpError#mtu()}. */
        PACKET_TOO_BIG(false),
        /** A firewall forbids it. */
        PROHIBITED(false),
        /** The time to live was over on the way. */
        TTL_EXCEEDED(false),
        /** Fragments of it got lost. */
        REASSEMBLY_TIME_EXCEEDED(false),
        /** Something in the header is not understood. */
        PARAMETER_PROBLEM(false),
        /** Any other. */
        OTHER(false);

        private final boolean hard;

        Kind(boolean hard) {
            this.hard = hard;
        }

        /** Whether trying again is of no use (RFC 1122 section 4.2.3.9). */
        public boolean isHard() {
            return hard;
        }
    }

    private final IpRouter router;
    private Kind kind = Kind.OTHER;
    private boolean ipv6;
    private boolean local;
    private int type;
    private int code;
    private int mtu;
    private long reporterHigh;
    private long reporterLow;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int protocol;
    private int tried;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int offset;
    private int length;

    IcmpError(IpRouter router) {
        this.router = router;
    }

    void what(Kind which, boolean isLocal, int icmpType, int icmpCode, int toldMtu) {
        kind = which;
        local = isLocal;
        type = icmpType;
        code = icmpCode;
        mtu = toldMtu;
    }

    void reporter(long high, long low) {
        reporterHigh = high;
        reporterLow = low;
    }

    void quotedAddresses(boolean isIpv6, long srcHigh, long srcLow, long dstHigh, long dstLow) {
        ipv6 = isIpv6;
        sourceHigh = srcHigh;
        sourceLow = srcLow;
        destinationHigh = dstHigh;
        destinationLow = dstLow;
    }

    void quoted(int ipProtocol, int triedLength, ByteBuffer buffer, int from, int count) {
        protocol = ipProtocol;
        tried = triedLength;
        bytes = buffer;
        offset = from;
        length = count;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Whether nobody sent it: the stack found out by itself. Then it is true. */
    public boolean isLocal() {
        return local;
    }

    /** The ICMP type. */
    public int type() {
        return type;
    }

    /** The ICMP code. */
    public int code() {
        return code;
    }

    /** Of {@link Kind#PACKET_TOO_BIG}, the longest packet that passes; 0 if the router does not tell. */
    public int mtu() {
        return mtu;
    }

    /** Whether the quoted packet is IPv6. */
    public boolean isIpv6() {
        return ipv6;
    }

    /** First 64 bits of the address of who sent the error. */
    public long reporterHigh() {
        return reporterHigh;
    }

    /** Last 64 bits of the address of who sent the error. */
    public long reporterLow() {
        return reporterLow;
    }

    /** First 64 bits of the source of the quoted packet, an address of ours. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Last 64 bits of the source of the quoted packet. */
    public long sourceLow() {
        return sourceLow;
    }

    /** First 64 bits of the destination of the quoted packet. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Last 64 bits of the destination of the quoted packet. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The transport protocol of the quoted packet. */
    public int protocol() {
        return protocol;
    }

    /** The memory of the quoted transport header, at {@link #offset()}. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Where the quoted transport header begins. */
    public int offset() {
        return offset;
    }

    /** Bytes that are quoted of the transport header and what is behind it, at least 8. */
    public int length() {
        return length;
    }

    /** Of quoted TCP and UDP, the source port: ours. */
    public int sourcePort() {
        return Bits.u16(bytes, offset);
    }

    /** Of quoted TCP and UDP, the destination port. */
    public int destinationPort() {
        return Bits.u16(bytes, offset + 2);
    }

    /** Of quoted TCP, the sequence number. */
    public int sequenceNumber() {
        return Bits.i32(bytes, offset + 4);
    }

    /**
     * The listener has found that the quoted packet is its own: what is told of the path MTU holds from now on.
     *
     * @param path the way that the packet went
     */
    public void believe(IpPath path) {
        if (kind == Kind.PACKET_TOO_BIG) {
            router.pathMtu(path, mtu, tried);
        }
    }

    @Override
    public String toString() {
        return kind + (kind == Kind.PACKET_TOO_BIG ? " (MTU " + mtu + ")" : "") + " of protocol " + protocol + " to "
                + IpAddresses.text(destinationHigh, destinationLow)
                + (local ? "" : ", says " + IpAddresses.text(reporterHigh, reporterLow));
    }
}
