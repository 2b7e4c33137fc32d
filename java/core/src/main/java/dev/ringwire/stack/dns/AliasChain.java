package dev.ringwire.stack.dns;

import dev.ringwire.wire.dns.DnsClass;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsName;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import dev.ringwire.wire.dns.Rdata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from the name asked for, by its aliases, to the records asked for (RFC 1034 section 3.6.2). Only records on
 * this way are believed, whatever else an answer holds.
 */
final class AliasChain {
    /** Most aliases on the way. */
    static final int LONGEST = 16;

    /** RFC 1035 has no limit, but nobody can mean more. */
    private static final long LONGEST_SECONDS = 24 * 3600;

    /** RFC 2308 section 5. */
    private static final long LONGEST_NEGATIVE_SECONDS = 3 * 3600;

    private static final int NO_SUCH_NAME = 3;

    private final int type;
    private final List<DnsRecord> records = new ArrayList<>();
    private DnsName name;
    private int aliases;
    private long seconds = LONGEST_SECONDS;

    AliasChain(DnsQuery query) {
        name = query.name();
        type = query.type();
    }

    /** The name that the last alias leads to. */
    DnsName name() {
        return name;
    }

    /** Whether there are too many aliases, or they go in a circle. */
    boolean isTooLong() {
        return aliases > LONGEST;
    }

    /** Goes on by what a server says; the answer, or null if it leads to another name only, or is too long. */
    @Nullable
    DnsAnswer follow(DnsMessage message) {
        int before = aliases;
        while (!isTooLong()) {
            boolean found = false;
            DnsRecord alias = null;
            for (DnsRecord record : message.answers()) {
                if (record.dnsClass() != DnsClass.IN || !record.name().equals(name)) {
                    continue;
                }
                if (record.type() == type || type == DnsType.ANY) {
                    take(record);
                    found = true;
                } else if (record.type() == DnsType.CNAME && alias == null) {
                    alias = record;
                }
            }
            if (found) {
                return new DnsAnswer(List.copyOf(records), true, seconds);
            }
            if (alias == null || !(alias.data() instanceof Rdata.Cname cname)) {
                return none(message, aliases > before);
            }
            take(alias);
            name = cname.target();
            aliases++;
        }
        return null;
    }

    /** A time with its first bit set is none (RFC 2181 section 8). */
    private void take(DnsRecord record) {
        records.add(record);
        seconds = Math.min(seconds, record.ttl() > Integer.MAX_VALUE ? 0 : record.ttl());
    }

    /** The server says that there is nothing, or only how far the aliases go. */
    private @Nullable DnsAnswer none(DnsMessage message, boolean moved) {
        boolean exists = message.rcode() != NO_SUCH_NAME;
        for (DnsRecord record : message.authority()) {
            if (record.data() instanceof Rdata.Soa soa && name.isWithin(record.name())) {
                long negative = Math.min(soa.minimum(), record.ttl() > Integer.MAX_VALUE ? 0 : record.ttl());
                return new DnsAnswer(
                        List.of(), exists, Math.min(seconds, Math.min(negative, LONGEST_NEGATIVE_SECONDS)));
            }
        }
        // Without the record of the zone it must not be kept (RFC 2308 section 5).
        return exists && moved ? null : new DnsAnswer(List.of(), exists, 0);
    }

    /** An answer known from before for the present name, as if a server had said it now. */
    DnsAnswer join(DnsAnswer known) {
        List<DnsRecord> all = new ArrayList<>(known.records().isEmpty() ? List.of() : records);
        all.addAll(known.records());
        return new DnsAnswer(List.copyOf(all), known.exists(), Math.min(seconds, known.seconds()));
    }
}
