package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells routers, and switches that listen to them, which groups this stack is in: each change twice, and all groups to
 * who asks (RFC 3376 section 5, RFC 3810 section 6). No source is filtered. Where somebody asks in an older version, that
 * one is spoken for some minutes (RFC 3376 section 7.2.1, RFC 3810 section 8.2.1).
 */
final class GroupReports {
    /** What a record says: that we are in the group, have left it, or have joined it. */
    static final int IN = 2;

    static final int LEFT = 3;
    static final int JOINED = 4;

    private static final long SECOND = 1_000_000_000L;
    private static final long OLDER_VERSION_PRESENT = 260 * SECOND;
    private static final long LEAST_DELAY = SECOND / 100;
    private static final int TIMES = 2;

    /** One group in a message. */
    record Group(int what, long high, long low) {}

    /** Writes the messages of one version of IP. */
    interface Voice {
        /** Most groups of one message. */
        int most();

        /** Sends a message of the present version. */
        void report(List<Group> groups);

        /** Sends a message of the older version. */
        void reportAsBefore(Group group);
    }

    private static final class Change {
        final int what;
        int left = TIMES;

        Change(int what) {
            this.what = what;
        }
    }

    private final StackContext context;
    private final IpRouter router;
    private final boolean ipv4;
    private final Voice voice;
    private final GroupCounters counters = new GroupCounters();
    private final Timer tell;
    private final Timer answer;
    private final Map<Ipv6Address, Change> changes = new LinkedHashMap<>();
    private final Set<Ipv6Address> asked = new LinkedHashSet<>();
    private Set<Ipv6Address> told = Set.of();
    private boolean allAsked;
    private long olderUntil = Long.MIN_VALUE;

    GroupReports(StackContext context, IpRouter router, boolean ipv4, Voice voice) {
        this.context = context;
        this.router = router;
        this.ipv4 = ipv4;
        this.voice = voice;
        tell = context.timers().timer(this::tell);
        answer = context.timers().timer(this::answer);
        router.onGroupsChange(() -> tell.at(context.now()));
    }

    GroupCounters counters() {
        return counters;
    }

    /**
     * Somebody asks.
     *
     * @param high first half of the group; both halves 0 for all
     * @param nanos within which to answer
     * @param older whether in the older version
     */
    void asked(long high, long low, long nanos, boolean older) {
        counters.queries++;
        if (older) {
            olderUntil = context.now() + OLDER_VERSION_PRESENT;
        }
        if (IpAddresses.isUnspecified(high, low)) {
            allAsked = true;
        } else if (told.contains(new Ipv6Address(high, low))) {
            asked.add(new Ipv6Address(high, low));
        } else {
            return;
        }
        long at = context.now() + LEAST_DELAY + context.random().nextLong(Math.max(1, nanos));
        if (!answer.isSet() || at < answer.deadline()) {
            answer.at(at);
        }
    }

    private void answer() {
        List<Group> groups = new ArrayList<>();
        for (Ipv6Address group : allAsked ? told : asked) {
            if (told.contains(group)) {
                groups.add(new Group(IN, group.high(), group.low()));
            }
        }
        allAsked = false;
        asked.clear();
        send(groups);
    }

    private void tell() {
        Set<Ipv6Address> now = router.memberships(ipv4);
        for (Ipv6Address group : told) {
            if (!now.contains(group)) {
                changes.put(group, new Change(LEFT));
            }
        }
        for (Ipv6Address group : now) {
            if (!told.contains(group)) {
                changes.put(group, new Change(JOINED));
            }
        }
        told = now;
        List<Group> groups = new ArrayList<>();
        changes.forEach((group, change) -> {
            change.left--;
            groups.add(new Group(change.what, group.high(), group.low()));
        });
        changes.values().removeIf(change -> change.left == 0);
        send(groups);
        if (!changes.isEmpty()) {
            tell.after(1 + context.random().nextLong(SECOND));
        }
    }

    private void send(List<Group> groups) {
        if (context.now() < olderUntil) {
            counters.reports += groups.size();
            groups.forEach(voice::reportAsBefore);
            return;
        }
        for (int from = 0; from < groups.size(); from += voice.most()) {
            counters.reports++;
            voice.report(groups.subList(from, Math.min(groups.size(), from + voice.most())));
        }
    }

    /**
     * A time as a number with few bits: the number itself, or one with an exponent (RFC 3376 section 4.1.1, RFC 3810
     * section 5.1.3).
     *
     * @param bits of the mantissa: 4 or 12
     */
    static long unpack(int code, int bits) {
        int fraction = code & (1 << bits) - 1;
        int exponent = code >>> bits & 7;
        return code >>> bits + 3 == 0 ? code : (long) (fraction | 1 << bits) << exponent + 3;
    }
}
