package dev.ringwire.wire.dns;

/**
 * What a query asks, RFC 1035 section 4.1.2.
 *
 * @param type see {@link DnsType}
 * @param dnsClass see {@link DnsClass}; in mDNS its first bit asks for an answer by unicast
 */
public record DnsQuestion(DnsName name, int type, int dnsClass) {
    /** In class IN. */
    public static DnsQuestion of(String name, int type) {
        return new DnsQuestion(DnsName.of(name), type, DnsClass.IN);
    }

    /** {@code riverbed.com. IN A}. */
    @Override
    public String toString() {
        return name.toAbsolute() + " " + DnsClass.text(dnsClass) + " " + DnsType.text(type);
    }
}
