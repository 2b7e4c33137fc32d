package dev.ringwire.stack.link;

import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.network.IpPath;
import java.util.Objects;

/** Ethernet II frames (IEEE 802.3, RFC 894). Upper layers are found by EtherType. */
public final class EthernetLayer extends Layer {
    /** EtherType of IPv4. */
    public static final int IPV4 = 0x0800;

    /** EtherType of ARP. */
    public static final int ARP = 0x0806;

    /** EtherType of IPv6. */
    public static final int IPV6 = 0x86dd;

    private static final int HEADER = 14;

    /** Set in the MAC address of a group. */
    public static final long GROUP_BIT = 0x0100_0000_0000L;

    private final MacAddress address;
    private final LinkCounters counters = new LinkCounters();

    /** Speaks from one MAC address. */
    public EthernetLayer(StackContext context, MacAddress address) {
        super(context, "ethernet");
        this.address = Objects.requireNonNull(address);
    }

    /** Its MAC address. */
    public MacAddress address() {
        return address;
    }

    /** What it counts. */
    public LinkCounters counters() {
        return counters;
    }

    @Override
    protected void process(PacketBuffer packet) {
        if (packet.length() < HEADER) {
            counters.runts++;
            return;
        }
        int at = packet.offset();
        long destination = Bits.u48(packet.bytes(), at);
        boolean group = (destination & GROUP_BIT) != 0;
        if (!group && destination != address.bits()) {
            counters.notOurs++;
            return;
        }
        packet.forMany(group);
        packet.linkOffset(at);
        packet.consume(HEADER);
        if (!deliver(Bits.u16(packet.bytes(), at + 12), packet)) {
            context().counters().unknownProtocol++;
        }
    }

    /** Who a packet is for is told by {@link PacketBuffer#linkDestination()}, or else by the neighbour of its path. */
    @Override
    protected boolean forge(PacketBuffer packet) {
        long destination = packet.linkDestination();
        if (destination < 0) {
            IpPath path = packet.path();
            Neighbor neighbor = path == null ? null : path.neighbor();
            if (neighbor == null) {
                counters.noNeighbor++;
                return false;
            }
            if (!neighbor.isFresh()) {
                neighbor = neighbor.use(packet);
                if (neighbor == null) {
                    return false;
                }
            }
            destination = neighbor.macAddress();
        }
        int at = packet.prepend(HEADER);
        packet.linkOffset(at);
        Bits.put16(packet.bytes(), at, (int) (destination >>> 32));
        Bits.put32(packet.bytes(), at + 2, destination);
        Bits.put16(packet.bytes(), at + 6, (int) (address.bits() >>> 32));
        Bits.put32(packet.bytes(), at + 8, address.bits());
        Bits.put16(packet.bytes(), at + 12, packet.linkProtocol());
        return true;
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer device = lower(DeviceLayer.LINK);
        if (device != null) {
            device.send(packet);
        }
    }
}
