package dev.ringwire.stack.network;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When a host tells routers and switches of its multicast groups, of one version of IP: at each change, twice, and
 * whenever a router asks (RFC 3376 section 5, RFC 3810 section 6). Groups are of any source. Where a router speaks the
 * version before, so does this (RFC 3376 section 7, RFC 3810 section 8).
 */
final class GroupMembership {
    private static final long SECOND = 1_000_000_000L;
    private static final int ROBUSTNESS = 2;
    private static final long REPORT_INTERVAL = SECOND;
    private static final long OLDER_REPORT_INTERVAL = 10 * SECOND;
    /** RFC 3376 section 8.12 of default values. */
    private static final long OLDER_QUERIER_PRESENT = 260 * SECOND;
    /** However fast a router asks. */
    private static final long LEAST_RESPONSE_TIME = SECOND / 10;

    /** What is said of a group. */
    enum News {
        IS_JOINED(2),
        LEFT(3),
        JOINED(4);

        /** The record type of RFC 3376 section 4.2.12. */
        final int type;

        News(int type) {
            this.type = type;
        }
    }

    private final StackContext context;
    private final Supplier<Set<Ipv6Address>> groups;
    private final Consumer<Map<Ipv6Address, News>> report;
    private final BiConsumer<Ipv6Address, News> olderReport;
    private final Timer changeTimer;
    private final Timer answerTimer;
    private Set<Ipv6Address> joined = Set.of();

    /** Groups joined or left of late, and how often that is still to be said. */
    private final Map<Ipv6Address, Integer> changes = new LinkedHashMap<>();

    /** Groups that are asked for. */
    private final Set<Ipv6Address> asked = new LinkedHashSet<>();

    private boolean askedForAll;
    private boolean isOlder;
    private long olderUntil;

    /**
     * Nothing is said before {@link #changed}.
     *
     * @param groups those that are joined at present
     * @param report says it in the newest version, in as many packets as it takes
     * @param olderReport says it of one group in the version before
     */
    GroupMembership(
            StackContext context,
            Supplier<Set<Ipv6Address>> groups,
            Consumer<Map<Ipv6Address, News>> report,
            BiConsumer<Ipv6Address, News> olderReport) {
        this.context = context;
        this.groups = groups;
        this.report = report;
        this.olderReport = olderReport;
        changeTimer = context.timers().timer(this::sayChanges);
        answerTimer = context.timers().timer(this::answer);
    }

    /** Groups may have been joined or left. */
    void changed() {
        Set<Ipv6Address> before = joined;
        joined = groups.get();
        List<Ipv6Address> now = new ArrayList<>();
        joined.stream().filter(group -> !before.contains(group)).forEach(now::add);
        before.stream().filter(group -> !joined.contains(group)).forEach(now::add);
        if (!now.isEmpty()) {
            now.forEach(group -> changes.put(group, ROBUSTNESS));
            changeTimer.at(context.now());
        }
    }

    /**
     * A router asks.
     *
     * @param group of which group; null for all
     * @param within nanoseconds in which the answers of all hosts are to be spread
     * @param older whether it speaks the version before
     */
    void query(@Nullable Ipv6Address group, long within, boolean older) {
        if (older) {
            isOlder = true;
            olderUntil = context.now() + OLDER_QUERIER_PRESENT;
        }
        if (group == null) {
            askedForAll = true;
        } else if (joined.contains(group)) {
            asked.add(group);
        } else {
            return;
        }
        long at = context.now() + context.random().nextLong(Math.max(within, LEAST_RESPONSE_TIME));
        if (!answerTimer.isSet() || at < answerTimer.deadline()) {
            answerTimer.at(at);
        }
    }

    private boolean isOlder() {
        isOlder &= context.now() < olderUntil;
        return isOlder;
    }

    private void sayChanges() {
        Map<Ipv6Address, News> news = new LinkedHashMap<>();
        changes.keySet().forEach(group -> news.put(group, joined.contains(group) ? News.JOINED : News.LEFT));
        say(news);
        changes.replaceAll((group, times) -> times - 1);
        changes.values().removeIf(times -> times == 0);
        if (!changes.isEmpty()) {
            changeTimer.after(1 + context.random().nextLong(isOlder() ? OLDER_REPORT_INTERVAL : REPORT_INTERVAL));
        }
    }

    private void answer() {
        Map<Ipv6Address, News> state = new LinkedHashMap<>();
        Set<Ipv6Address> about = askedForAll ? joined : new HashSet<>(asked);
        about.stream().filter(joined::contains).forEach(group -> state.put(group, News.IS_JOINED));
        askedForAll = false;
        asked.clear();
        say(state);
    }

    private void say(Map<Ipv6Address, News> what) {
        if (isOlder()) {
            what.forEach(olderReport);
        } else if (!what.isEmpty()) {
            report.accept(what);
        }
    }
}
