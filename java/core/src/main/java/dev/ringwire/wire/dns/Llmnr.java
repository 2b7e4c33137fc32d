package dev.ringwire.wire.dns;

import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;

/**
 * Link-local multicast name resolution, RFC 4795: {@link Dns} where the flags for authority and recursion mean conflict
 * and tentative.
 */
public final class Llmnr extends Dns {
    public static final Protocol PROTOCOL = Protocol.of(
            "LLMNR",
            "llmnr",
            Llmnr::new,
            DnsFields.ALL,
            (p, offset, end) -> dissect(Llmnr.PROTOCOL, p, offset, end),
            Selector.udpPort(5355));

    /** A header of its own with all bits zero, and nothing behind it. */
    public Llmnr() {}

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }
}
