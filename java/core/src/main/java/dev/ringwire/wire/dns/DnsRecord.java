package dev.ringwire.wire.dns;

/**
 * A resource record, RFC 1035 section 4.1.3. Its length field is what the data takes; {@link Dns#rdLength} can set
 * another.
 *
 * @param dnsClass see {@link DnsClass}; in mDNS its first bit says that older records are wrong now
 * @param ttl seconds that the record may be kept, 0 to 2^32-1
 */
public record DnsRecord(DnsName name, int dnsClass, long ttl, Rdata data) {
    public DnsRecord {
        if (ttl < 0 || ttl > 0xffff_ffffL) {
            throw new IllegalArgumentException("ttl takes 0..4294967295, not " + ttl);
        }
    }

    /** In class IN. */
    public static DnsRecord of(String name, long ttl, Rdata data) {
        return new DnsRecord(DnsName.of(name), DnsClass.IN, ttl, data);
    }

    /**
     * Reads a line of a zone file: {@code riverbed.com. 300 IN MX 10 mx1.riverbed.com.} Time to live and class may be
     * missing, 0 and IN then, or in the other order. Every name reaches to the root, with a dot at its end or without.
     *
     * @throws IllegalArgumentException if it makes no sense, saying where
     */
    public static DnsRecord parse(String line) {
        var in = new TextSource(line);
        DnsName name = in.name();
        long ttl = 0;
        int dnsClass = DnsClass.IN;
        String word = in.word();
        for (int i = 0; i < 2; i++) {
            if (word.matches("\\d{1,10}")) {
                ttl = Long.parseLong(word);
                word = in.word();
            } else if (DnsClass.isClass(word)) {
                dnsClass = DnsClass.of(word);
                word = in.word();
            }
        }
        return new DnsRecord(name, dnsClass, ttl, in.data(DnsType.of(word)));
    }

    /** The type of its data. */
    public int type() {
        return data.type();
    }

    /** As a zone file has it: {@code riverbed.com. 300 IN A 192.0.2.1}. */
    @Override
    public String toString() {
        return name.toAbsolute() + " " + ttl + " " + DnsClass.text(dnsClass) + " " + DnsType.text(type()) + " "
                + data.text();
    }
}
