package dev.ringwire.stack.link;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.network.AddressGuard;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.network.IpPath;
import dev.ringwire.stack.network.IpRouter;
import dev.ringwire.stack.network.LocalAddress;
import java.nio.ByteBuffer;

/**
 * ARP for IPv4 on Ethernet (RFC 826): answers for our addresses alone, and asks for those of others. What others say of
 * themselves unasked is believed by nobody; see {@link NeighborCache}.
 */
public final class ArpLayer extends Layer implements NeighborCache.Solicitor, AddressGuard.Voice {
    private static final int LENGTH = 28;
    private static final long ETHERNET_AND_IPV4 = 0x0001_0800_0604L;
    private static final int REQUEST = 1;
    private static final int REPLY = 2;
    private static final long BROADCAST = 0xffff_ffff_ffffL;

    private final IpRouter router;
    private final AddressGuard guard;
    private final long macAddress;
    private final NeighborCache neighbors;
    private final ArpCounters counters = new ArpCounters();

    /** Answers for the addresses of a router, on that Ethernet. */
    public ArpLayer(StackContext context, EthernetLayer ethernet, IpRouter router, AddressGuard guard) {
        super(context, "arp");
        this.router = router;
        this.guard = guard;
        macAddress = ethernet.address().bits();
        neighbors = new NeighborCache(context, this, ethernet::send);
    }

    /** Who is on the link by IPv4 address. */
    public NeighborCache neighbors() {
        return neighbors;
    }

    /** What it counts. */
    public ArpCounters counters() {
        return counters;
    }

    @Override
    protected void process(PacketBuffer packet) {
        counters.received++;
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        if (packet.length() < LENGTH || Bits.i64(b, at) >>> 16 != ETHERNET_AND_IPV4) {
            counters.malformed++;
            return;
        }
        int operation = Bits.u16(b, at + 6);
        long senderMac = Bits.u48(b, at + 8);
        long sender = IpAddresses.mapped(Bits.i32(b, at + 14));
        long targetMac = Bits.u48(b, at + 18);
        long target = IpAddresses.mapped(Bits.i32(b, at + 24));
        boolean probe = IpAddresses.isUnspecified(0, sender);
        if (senderMac == 0
                || (senderMac & EthernetLayer.GROUP_BIT) != 0
                || IpAddresses.isMulticast(0, sender)
                || router.isBroadcast(0, sender)) {
            counters.malformed++;
            return;
        }
        if (senderMac == macAddress) {
            // Our own, come back by a loop.
            return;
        }
        if (isOursOrToBe(sender) || probe && operation == REQUEST && router.isTentative(0, target)) {
            guard.conflict(0, probe ? target : sender, senderMac);
            return;
        }
        if (operation == REQUEST) {
            if (router.isOurs(0, target)) {
                counters.answered++;
                send(REPLY, target, senderMac, sender, senderMac);
            } else {
                counters.notOurs++;
            }
        } else if (operation == REPLY) {
            if (packet.isForMany() || targetMac != macAddress) {
                neighbors.counters().ignoredAnswers++;
            } else {
                neighbors.answered(0, sender, senderMac, true);
            }
        } else {
            counters.malformed++;
        }
    }

    private boolean isOursOrToBe(long low) {
        return router.isOurs(0, low) || router.isTentative(0, low);
    }

    @Override
    public void solicit(Neighbor neighbor, boolean unicast) {
        IpPath path = router.path(0, neighbor.low());
        send(
                REQUEST,
                path == null ? IpAddresses.mapped(0) : path.sourceLow(),
                0,
                neighbor.low(),
                unicast ? neighbor.macAddress() : BROADCAST);
    }

    /** Asks everybody for the MAC address of an IPv4 address, by hand; the answer is believed if somebody waits for it. */
    public void whoHas(int address) {
        IpPath path = router.path(0, IpAddresses.mapped(address));
        send(
                REQUEST,
                path == null ? IpAddresses.mapped(0) : path.sourceLow(),
                0,
                IpAddresses.mapped(address),
                BROADCAST);
    }

    @Override
    public void probe(LocalAddress address) {
        send(REQUEST, IpAddresses.mapped(0), 0, address.low(), BROADCAST);
    }

    @Override
    public void announce(LocalAddress address) {
        send(REQUEST, address.low(), 0, address.low(), BROADCAST);
    }

    private void send(int operation, long sender, long targetMac, long target, long to) {
        PacketBuffer packet = context().take();
        try {
            int at = packet.append(LENGTH);
            ByteBuffer b = packet.bytes();
            Bits.put64(b, at, ETHERNET_AND_IPV4 << 16 | operation);
            Bits.put16(b, at + 8, (int) (macAddress >>> 32));
            Bits.put32(b, at + 10, macAddress);
            Bits.put32(b, at + 14, sender);
            Bits.put16(b, at + 18, (int) (targetMac >>> 32));
            Bits.put32(b, at + 20, targetMac);
            Bits.put32(b, at + 24, target);
            packet.linkDestination(to);
            send(packet);
        } finally {
            context().give(packet);
        }
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        packet.linkProtocol(EthernetLayer.ARP);
        return true;
    }

    @Override
    protected void transfer(PacketBuffer packet) {
        Layer ethernet = lower(EthernetLayer.ARP);
        if (ethernet != null) {
            ethernet.send(packet);
        }
    }
}
