package dev.ringwire.wire.dns;

import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;

/**
 * Multicast DNS, RFC 6762: {@link Dns} where the first bit of a class has a meaning of its own.
 */
public final class Mdns extends Dns {
    public static final Protocol PROTOCOL = Protocol.of(
            "mDNS",
            "mdns",
            Mdns::new,
            DnsFields.ALL,
            (p, offset, end) -> dissect(Mdns.PROTOCOL, p, offset, end),
            Selector.udpPort(5353));

    /** A header of its own with all bits zero, and nothing behind it. */
    public Mdns() {}

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }
}
