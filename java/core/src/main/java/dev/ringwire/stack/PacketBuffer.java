package dev.ringwire.stack;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.Memory;
import dev.ringwire.bytes.HexDump;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Ipv6;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One packet on its way up or down the layers: the bytes from {@link #offset()} to {@link #end()} and what the layers
 * know of them. Going up, each layer moves {@link #offset()} behind its header by {@link #consume}; going down, each
 * makes room in front by {@link #prepend}. Borrowed, like the memory it is over, until the call that hands it over
 * returns; {@link #copy()} keeps it.
 *
 * <p>Addresses are two longs, high and low; an IPv4 address is the IPv4-mapped IPv6 address {@code ::ffff:a.b.c.d}
 * (RFC 4291 section 2.5.5.2), so one code serves both versions.
 */
public final class PacketBuffer {
    /** Room for the headers of all layers in front of a payload. */
    public static final int HEADROOM = 192;

    /** Upper half of the low long of an IPv4-mapped address. */
    public static final long IPV4_MAPPED = 0xffff_0000_0000L;

    private static final int UNKNOWN = -1;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private @Nullable Memory memory;
    private @Nullable MemoryCache memories;
    private int offset;
    private int end;
    private int linkOffset = UNKNOWN;
    private long linkDestination = UNKNOWN;
    private int linkProtocol;
    private int networkOffset = UNKNOWN;
    private int transportOffset = UNKNOWN;

    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private boolean ipv6;
    private int protocol;
    private int ttl;
    private int trafficClass;
    private int identification;
    private boolean dontFragment;
    private boolean routerAlert;
    private boolean forMany;
    private boolean checksumTrusted;
    private int gsoSize;
    private boolean partialChecksum;
    private @Nullable IpPath path;
    private long timestampNanos;

    /** Without bytes; {@link StackContext#take()} gives one to be sent. */
    public PacketBuffer() {}

    /** Memory of its own, with {@link #HEADROOM} and room for so many bytes of payload. */
    static PacketBuffer allocate(int room) {
        PacketBuffer packet = new PacketBuffer();
        packet.memory = Memory.allocate(HEADROOM + room);
        packet.bytes = packet.memory.bytes();
        return packet;
    }

    /** Forgets all that is known of the bytes. */
    private void forget() {
        linkOffset = UNKNOWN;
        linkDestination = UNKNOWN;
        linkProtocol = 0;
        networkOffset = UNKNOWN;
        transportOffset = UNKNOWN;
        ttl = 0;
        trafficClass = 0;
        identification = UNKNOWN;
        dontFragment = true;
        routerAlert = false;
        forMany = false;
        checksumTrusted = false;
        gsoSize = 0;
        partialChecksum = false;
        path = null;
    }

    /** Over a packet that has come in. */
    public void aim(ByteBuffer buffer, int from, int length) {
        aim(buffer, from, length, false);
    }

    /**
     * Over a packet that has come in.
     *
     * @param ours whether the buffer is direct and of Ringwire's own, never a file mapping, so that C may read it
     */
    @SuppressWarnings("ReferenceEquality") // another buffer of the same bytes is other memory
    public void aim(ByteBuffer buffer, int from, int length, boolean ours) {
        if (bytes != buffer) {
            bytes = buffer;
            memory = ours ? memoryOf(buffer) : null;
        }
        offset = from;
        end = from + length;
        forget();
    }

    private Memory memoryOf(ByteBuffer ours) {
        MemoryCache known = memories;
        if (known == null) {
            known = new MemoryCache();
            memories = known;
        }
        return known.of(ours);
    }

    /** Empty, with {@link #HEADROOM} in front. */
    void clear() {
        offset = HEADROOM;
        end = HEADROOM;
        forget();
    }

    /** A packet with the same bytes in memory of its own, and all that is known of them, to be kept. */
    public PacketBuffer copy() {
        int first =
                Math.min(offset, Math.min(known(linkOffset), Math.min(known(networkOffset), known(transportOffset))));
        PacketBuffer copy = new PacketBuffer();
        copy.bytes = ByteBuffer.allocate(HEADROOM + end - first);
        int moved = HEADROOM - first;
        copy.bytes.put(HEADROOM, bytes, first, end - first);
        copy.offset = offset + moved;
        copy.end = end + moved;
        copy.linkOffset = linkOffset == UNKNOWN ? UNKNOWN : linkOffset + moved;
        copy.networkOffset = networkOffset == UNKNOWN ? UNKNOWN : networkOffset + moved;
        copy.transportOffset = transportOffset == UNKNOWN ? UNKNOWN : transportOffset + moved;
        copy.copyKnowledge(this);
        return copy;
    }

    /** Takes over what another packet knows besides its bytes and offsets: addresses, path, time to live and such. */
    public void copyKnowledge(PacketBuffer other) {
        linkDestination = other.linkDestination;
        linkProtocol = other.linkProtocol;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        ipv6 = other.ipv6;
        protocol = other.protocol;
        ttl = other.ttl;
        trafficClass = other.trafficClass;
        identification = other.identification;
        dontFragment = other.dontFragment;
        routerAlert = other.routerAlert;
        forMany = other.forMany;
        checksumTrusted = other.checksumTrusted;
        gsoSize = other.gsoSize;
        partialChecksum = other.partialChecksum;
        path = other.path;
        timestampNanos = other.timestampNanos;
    }

    private int known(int at) {
        return at == UNKNOWN ? offset : at;
    }

    /** The memory, to be read and written by absolute index, as {@link dev.ringwire.bytes.Bits} does. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** First byte of what the present layer reads, or has written so far. */
    public int offset() {
        return offset;
    }

    /** Behind the last byte. */
    public int end() {
        return end;
    }

    /** Bytes from {@link #offset()} to {@link #end()}. */
    public int length() {
        return end - offset;
    }

    /** Going up: a header of so many bytes is read. */
    public void consume(int count) {
        offset += count;
    }

    /** Going up: there is nothing behind so many bytes from {@link #offset()}, such as padding. */
    public void truncate(int length) {
        end = offset + length;
    }

    /** Going down: makes room for a header of so many bytes; its first index. */
    public int prepend(int count) {
        offset -= count;
        return offset;
    }

    /** Going down: makes room for so many bytes at the end; the index of the first. */
    public int append(int count) {
        int at = end;
        end += count;
        return at;
    }

    /** Bytes that can still be appended. */
    public int room() {
        return bytes.capacity() - end;
    }

    /**
     * The ones' complement sum of a range, not complemented (RFC 1071).
     *
     * @param initial an earlier sum over an even number of bytes
     */
    public int sum(int from, int length, int initial) {
        Memory known = memory;
        return known == null
                ? Accelerators.checksum().sum(bytes, from, length, initial)
                : Accelerators.checksum().sum(known, from, length, initial);
    }

    /**
     * The sum of the pseudo-header of its addresses (RFC 9293 section 3.1, RFC 8200 section 8.1), folded, not
     * complemented.
     *
     * @param number the IP protocol
     * @param length bytes of the transport header and what is behind it
     */
    public int pseudoHeaderSum(int number, int length) {
        long sum = words(sourceLow) + words(destinationLow) + number + (length >>> 16) + (length & 0xffff);
        if (ipv6) {
            sum += words(sourceHigh) + words(destinationHigh);
        } else {
            // The ffff of a mapped address is no part of it.
            sum -= 2 * 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static long words(long v) {
        return (v >>> 48) + (v >>> 32 & 0xffff) + (v >>> 16 & 0xffff) + (v & 0xffff);
    }

    /** Where the link header is, -1 without one. */
    public int linkOffset() {
        return linkOffset;
    }

    /** The link header is here. */
    public void linkOffset(int at) {
        linkOffset = at;
    }

    /** Going down: the MAC address it is for, or -1 if the link is to find it out by {@link #path()}. */
    public long linkDestination() {
        return linkDestination;
    }

    /** Sets the MAC address it is for. */
    public void linkDestination(long mac) {
        linkDestination = mac;
    }

    /** The EtherType of what is behind the link header. */
    public int linkProtocol() {
        return linkProtocol;
    }

    /** Sets the EtherType. */
    public void linkProtocol(int etherType) {
        linkProtocol = etherType;
    }

    /** Where the IP header is, -1 if none was seen or written yet. */
    public int networkOffset() {
        return networkOffset;
    }

    /** The IP header is here. */
    public void networkOffset(int at) {
        networkOffset = at;
    }

    /** Where the header behind the IP headers is, -1 if none was seen or written yet. */
    public int transportOffset() {
        return transportOffset;
    }

    /** The header behind the IP headers is here. */
    public void transportOffset(int at) {
        transportOffset = at;
    }

    /** First 64 bits of the source address; 0 for IPv4. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** Last 64 bits of the source address. */
    public long sourceLow() {
        return sourceLow;
    }

    /** Sets the source address. */
    public void source(long high, long low) {
        sourceHigh = high;
        sourceLow = low;
    }

    /** First 64 bits of the destination address; 0 for IPv4. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** Last 64 bits of the destination address. */
    public long destinationLow() {
        return destinationLow;
    }

    /** Sets the destination address. */
    public void destination(long high, long low) {
        destinationHigh = high;
        destinationLow = low;
    }

    /** Whether it is IPv6. */
    public boolean isIpv6() {
        return ipv6;
    }

    /** Sets the version of IP. */
    public void ipv6(boolean is) {
        ipv6 = is;
    }

    /** The IP protocol number of what is behind the IP headers. */
    public int protocol() {
        return protocol;
    }

    /** Sets the IP protocol number. */
    public void protocol(int number) {
        protocol = number;
    }

    /** Time to live or hop limit; going down, 0 for the stack's own choice. */
    public int ttl() {
        return ttl;
    }

    /** Sets time to live or hop limit, 1 to 255; 0 for the stack's own choice. */
    public void ttl(int hops) {
        ttl = hops;
    }

    /** Type of service or traffic class, all eight bits. */
    public int trafficClass() {
        return trafficClass;
    }

    /** Sets type of service or traffic class. */
    public void trafficClass(int bits) {
        trafficClass = bits;
    }

    /** The IPv4 identification; going down, -1 for the stack's own choice. */
    public int identification() {
        return identification;
    }

    /** Sets the IPv4 identification, 0 to 65535; -1 for the stack's own choice. */
    public void identification(int id) {
        identification = id;
    }

    /** Whether IPv4 says that no router may cut it; going down, one that is too long is not sent then. */
    public boolean dontFragment() {
        return dontFragment;
    }

    /** Sets whether it may not be cut. */
    public void dontFragment(boolean not) {
        dontFragment = not;
    }

    /** Going down: whether routers are asked to look at it (RFC 2113, RFC 2711). */
    public boolean isRouterAlert() {
        return routerAlert;
    }

    /** Sets whether routers are asked to look at it. */
    public void routerAlert(boolean is) {
        routerAlert = is;
    }

    /** Whether it came by broadcast or multicast of the link or of IP, so that no error may be sent about it. */
    public boolean isForMany() {
        return forMany;
    }

    /** Sets that it came by broadcast or multicast. */
    public void forMany(boolean is) {
        forMany = is;
    }

    /** Whether its transport checksum need not be looked at: the kernel did, or it never left this computer. */
    public boolean isChecksumTrusted() {
        return checksumTrusted;
    }

    /** Sets whether the transport checksum need not be looked at. */
    public void checksumTrusted(boolean is) {
        checksumTrusted = is;
    }

    /** Most bytes of TCP payload in each segment that it is to be cut into, or was put together from; 0 for one. */
    public int gsoSize() {
        return gsoSize;
    }

    /** Sets the payload of the segments that the device cuts it into. */
    public void gsoSize(int bytes) {
        gsoSize = bytes;
    }

    /** Whether the device finishes the transport checksum, which holds the sum of the pseudo-header. */
    public boolean isPartialChecksum() {
        return partialChecksum;
    }

    /** Sets that the device finishes the transport checksum. */
    public void partialChecksum(boolean is) {
        partialChecksum = is;
    }

    /** Going down: the way to the destination, known from the layer that sends. */
    public @Nullable IpPath path() {
        return path;
    }

    /** Sets the way to the destination, and addresses and version of IP with it. */
    public void path(IpPath way) {
        path = way;
        ipv6 = way.isIpv6();
        sourceHigh = way.sourceHigh();
        sourceLow = way.sourceLow();
        destinationHigh = way.destinationHigh();
        destinationLow = way.destinationLow();
    }

    /** When it was received, in nanoseconds since 1970 as the device says. */
    public long timestampNanos() {
        return timestampNanos;
    }

    /** Sets when it was received. */
    public void timestampNanos(long nanos) {
        timestampNanos = nanos;
    }

    /**
     * Its Ethernet header, to be read and changed.
     *
     * @throws IllegalStateException if none is there or none is written yet
     */
    public Ethernet ethernet() {
        int at = at(linkOffset, "Ethernet");
        return Ethernet.wrap(bytes, at, end - at);
    }

    /**
     * Its IPv4 header, to be read and changed.
     *
     * @throws IllegalStateException if none is there or none is written yet
     */
    public Ipv4 ipv4() {
        int at = at(ipv6 ? UNKNOWN : networkOffset, "IPv4");
        return Ipv4.wrap(bytes, at, end - at);
    }

    /**
     * Its IPv6 header, to be read and changed.
     *
     * @throws IllegalStateException if none is there or none is written yet
     */
    public Ipv6 ipv6() {
        int at = at(ipv6 ? networkOffset : UNKNOWN, "IPv6");
        return Ipv6.wrap(bytes, at, end - at);
    }

    /**
     * Its TCP header, to be read and changed.
     *
     * @throws IllegalStateException if none is there or none is written yet
     */
    public Tcp tcp() {
        int at = at(protocol == 6 ? transportOffset : UNKNOWN, "TCP");
        return Tcp.wrap(bytes, at, end - at);
    }

    /**
     * Its UDP header, to be read and changed.
     *
     * @throws IllegalStateException if none is there or none is written yet
     */
    public Udp udp() {
        int at = at(protocol == 17 ? transportOffset : UNKNOWN, "UDP");
        return Udp.wrap(bytes, at, end - at);
    }

    private static int at(int known, String header) {
        if (known == UNKNOWN) {
            throw new IllegalStateException("no " + header + " header is in this packet, or none yet at this layer");
        }
        return known;
    }

    @Override
    public String toString() {
        byte[] some = new byte[Math.min(length(), 64)];
        bytes.get(offset, some);
        return "PacketBuffer[" + length() + " bytes: " + HexDump.of(some) + "]";
    }
}
