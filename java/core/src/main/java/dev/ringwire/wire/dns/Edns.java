package dev.ringwire.wire.dns;

import java.util.List;
import java.util.Optional;

/**
 * What an OPT record says with all its fields, RFC 6891 section 6.1.
 *
 * @param payloadSize bytes of the largest UDP message that the sender takes
 * @param extendedRcode the upper eight bits of the response code
 * @param version 0
 * @param flags 16 bits; the first is DNSSEC OK
 */
public record Edns(int payloadSize, int extendedRcode, int version, int flags, List<EdnsOption> options) {
    /** The flag that asks for DNSSEC records, RFC 3225. */
    public static final int DNSSEC_OK = 0x8000;

    public Edns {
        options = List.copyOf(options);
    }

    /** For a query. */
    public static Edns of(int payloadSize, boolean dnssecOk, EdnsOption... options) {
        return new Edns(payloadSize, 0, 0, dnssecOk ? DNSSEC_OK : 0, List.of(options));
    }

    /** What a record says; empty if it is no OPT record. */
    public static Optional<Edns> of(DnsRecord record) {
        if (record.type() != DnsType.OPT) {
            return Optional.empty();
        }
        long ttl = record.ttl();
        return Optional.of(new Edns(
                record.dnsClass(),
                (int) (ttl >>> 24),
                (int) (ttl >>> 16) & 0xff,
                (int) ttl & 0xffff,
                record.data() instanceof Rdata.Opt opt ? opt.options() : List.of()));
    }

    /** The record that says this. */
    public DnsRecord toRecord() {
        long ttl = (long) extendedRcode << 24 | (long) version << 16 | flags;
        return new DnsRecord(DnsName.ROOT, payloadSize, ttl, new Rdata.Opt(options));
    }

    /** Whether DNSSEC records are wanted. */
    public boolean dnssecOk() {
        return (flags & DNSSEC_OK) != 0;
    }
}
