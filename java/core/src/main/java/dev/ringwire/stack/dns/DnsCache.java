package dev.ringwire.stack.dns;

import dev.ringwire.wire.dns.DnsRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers that may still be believed, those that say there is none included (RFC 2308); at most so many. */
final class DnsCache {
    private record Entry(DnsAnswer answer, long from, long until) {}

    private static final long SECOND = 1_000_000_000L;

    private final Map<DnsQuery, Entry> entries;

    DnsCache(int most) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<DnsQuery, Entry> eldest) {
                return size() > most;
            }
        };
    }

    void put(DnsQuery query, DnsAnswer answer, long now) {
        if (answer.seconds() > 0) {
            entries.put(query, new Entry(answer, now, now + answer.seconds() * SECOND));
        }
    }

    /** What is known, its times to live those that are left. */
    @Nullable
    DnsAnswer get(DnsQuery query, long now) {
        Entry entry = entries.get(query);
        if (entry == null) {
            return null;
        }
        if (now >= entry.until) {
            entries.remove(query);
            return null;
        }
        long age = (now - entry.from) / SECOND;
        List<DnsRecord> records = entry.answer.records().stream()
                .map(r -> new DnsRecord(r.name(), r.dnsClass(), Math.max(0, r.ttl() - age), r.data()))
                .toList();
        return new DnsAnswer(records, entry.answer.exists(), entry.answer.seconds() - age);
    }

    int size() {
        return entries.size();
    }

    void clear() {
        entries.clear();
    }
}
