package dev.ringwire.stack.transport;

import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.network.IpAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One UDP datagram that has come: its payload, who sent it, and to which address of ours. {@link UdpApplication} is lent
 * one over the packet itself; {@link UdpSession#tryReceive} copies into one that the caller has made. Addresses are two
 * longs as in {@link PacketBuffer}.
 */
public final class Datagram {
    private ByteBuffer bytes;
    private final int room;
    private int offset;
    private int length;
    private int wholeLength;
    long sourceHigh;
    long sourceLow;
    int sourcePort;
    long destinationHigh;
    long destinationLow;
    int ttl;
    int trafficClass;
    long timestampNanos;

    /** With room for so many bytes of payload; what is longer will be cut. */
    public Datagram(int room) {
        this(ByteBuffer.allocate(room));
    }

    /** Puts payload into that memory between its position and its limit, as they are now; what is longer is cut. */
    public Datagram(ByteBuffer room) {
        bytes = room;
        offset = room.position();
        this.room = room.remaining();
    }

    /** Over the payload of a packet whose UDP header is consumed. */
    void aim(PacketBuffer packet, int port) {
        bytes = packet.bytes();
        offset = packet.offset();
        length = packet.length();
        wholeLength = length;
        sourceHigh = packet.sourceHigh();
        sourceLow = packet.sourceLow();
        sourcePort = port;
        destinationHigh = packet.destinationHigh();
        destinationLow = packet.destinationLow();
        ttl = packet.ttl();
        trafficClass = packet.trafficClass();
        timestampNanos = packet.timestampNanos();
    }

    /** The payload is that long; how many bytes of it there is room for. */
    int fit(int whole) {
        wholeLength = whole;
        length = Math.min(whole, room);
        return length;
    }

    /** The memory with the payload, to be read by absolute index. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Where the payload starts in {@link #bytes()}. */
    public int offset() {
        return offset;
    }

    /** Bytes of the payload that are here. */
    public int length() {
        return length;
    }

    /** Bytes of the payload that were sent. */
    public int wholeLength() {
        return wholeLength;
    }

    /** Whether there was no room for all of the payload. */
    public boolean isTruncated() {
        return length < wholeLength;
    }

    /** The payload alone, as a buffer over the same memory. */
    public ByteBuffer payload() {
        return bytes.slice(offset, length);
    }

    /** A copy of the payload. */
    public byte[] toBytes() {
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return copy;
    }

    /** First 64 bits of the sender's address; 0 for IPv4. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Last 64 bits of the sender's address, IPv4 mapped. */
    public long sourceLow() {
        return sourceLow;
    }

    /** The sender's port; 0 if no answer is wanted. */
    public int sourcePort() {
        return sourcePort;
    }

    /** The sender's address and port. */
    public InetSocketAddress source() {
        return new InetSocketAddress(IpAddresses.toInetAddress(sourceHigh, sourceLow), sourcePort);
    }

    /** First 64 bits of the address it was sent to; 0 for IPv4. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Last 64 bits of the address it was sent to, IPv4 mapped. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The address it was sent to: one of ours, a broadcast or a multicast address. */
    public InetAddress destination() {
        return IpAddresses.toInetAddress(destinationHigh, destinationLow);
    }

    /** Time to live or hop limit that was left. */
    public int ttl() {
        return ttl;
    }

    /** Type of service or traffic class, all eight bits. */
    public int trafficClass() {
        return trafficClass;
    }

    /** When it was received, in nanoseconds since 1970 as the device says. */
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public String toString() {
        return "Datagram[" + wholeLength + " bytes from " + source() + "]";
    }
}
