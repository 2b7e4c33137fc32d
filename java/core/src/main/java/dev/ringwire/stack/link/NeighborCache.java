package dev.ringwire.stack.link;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.network.IpPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the link, by the rules of RFC 4861 section 7.3 for IPv6 and, with ARP in place of neighbour solicitations,
 * for IPv4 (RFC 1122 section 2.3.2). One address is asked for at most once a second and three times; then packets to it
 * are refused for a while.
 *
 * <p>Nobody gets in unasked: only an answer to a question of ours makes an entry or changes it, and an entry in use is
 * changed only by an answer to a question that was sent to its present MAC address. At most {@link #LIMIT} neighbours
 * are kept besides the permanent ones, with at most {@link #WAITING_EACH} packets that wait for each and
 * {@link #WAITING_BYTES} for all.
 */
public final class NeighborCache {
    /** Most neighbours that are kept; one more drives out the oldest, one that never answered first. */
    public static final int LIMIT = 512;

    /** Most packets that wait for one neighbour; one more drives out the oldest. */
    public static final int WAITING_EACH = 64;

    /** Most bytes of all packets that wait; what is more is dropped. */
    public static final int WAITING_BYTES = 1 << 20;

    private static final int QUESTIONS_EACH = 64;
    private static final int TRIES = 3;

    private static final long SECOND = 1_000_000_000L;
    private static final long RETRANSMIT = SECOND;
    private static final long REACHABLE = 30 * SECOND;
    private static final long DELAY = 5 * SECOND;
    private static final long UNUSED = 600 * SECOND;
    private static final long HOLD = 3 * SECOND;

    /** Sends the question who has an address: to everybody, or to the MAC address that is known. */
    @FunctionalInterface
    public interface Solicitor {
        /**
         * Sends one.
         *
         * @param unicast whether to {@link Neighbor#macAddress()} alone
         */
        void solicit(Neighbor neighbor, boolean unicast);
    }

    /** Somebody who asked for a MAC address, and waits. */
    final class Question {
        private final Neighbor neighbor;
        private final Consumer<Optional<MacAddress>> answer;
        private final Timer timeout = context.timers().timer(this::over);

        Question(Neighbor neighbor, Consumer<Optional<MacAddress>> answer) {
            this.neighbor = neighbor;
            this.answer = answer;
        }

        private void over() {
            neighbor.questions.remove(this);
            answer.accept(Optional.empty());
        }

        private void end(Optional<MacAddress> mac) {
            timeout.cancel();
            answer.accept(mac);
        }
    }

    private final StackContext context;
    private final Solicitor solicitor;
    private final Consumer<PacketBuffer> sender;
    private final NeighborCounters counters = new NeighborCounters();
    private final Map<Ipv6Address, Neighbor> table = new LinkedHashMap<>();
    private Consumer<PacketBuffer> unreachable = packet -> {};
    private int permanent;
    private int waitingBytes;

    /**
     * Empty.
     *
     * @param solicitor sends the questions
     * @param sender sends a packet that has waited
     */
    public NeighborCache(StackContext context, Solicitor solicitor, Consumer<PacketBuffer> sender) {
        this.context = Objects.requireNonNull(context);
        this.solicitor = Objects.requireNonNull(solicitor);
        this.sender = Objects.requireNonNull(sender);
    }

    StackContext context() {
        return context;
    }

    /** What it counts. */
    public NeighborCounters counters() {
        return counters;
    }

    /** Hands packets that cannot reach their neighbour, with their IP headers, to somebody who tells the sender. */
    public void onUnreachable(Consumer<PacketBuffer> listener) {
        unreachable = Objects.requireNonNull(listener);
    }

    /** How many neighbours are known or asked for, permanent ones included. */
    public int size() {
        return table.size();
    }

    /** Bytes of packets that wait now. */
    public int waitingBytes() {
        return waitingBytes;
    }

    /** The neighbours that are known or asked for. */
    public List<Neighbor> neighbors() {
        return List.copyOf(table.values());
    }

    /** The neighbour of that address. Nobody is asked until a packet is sent there. */
    public Neighbor neighbor(long high, long low) {
        Neighbor known = table.get(new Ipv6Address(high, low));
        return known == null ? new Neighbor(high, low, this) : known;
    }

    /** What is known of an address; null for nothing. */
    public @Nullable Neighbor find(long high, long low) {
        return table.get(new Ipv6Address(high, low));
    }

    /** Takes that MAC address for good. */
    public void addPermanent(long high, long low, long mac) {
        forget(high, low);
        Neighbor neighbor = new Neighbor(high, low, this);
        neighbor.state(NeighborState.PERMANENT, mac);
        neighbor.cached = true;
        table.put(new Ipv6Address(high, low), neighbor);
        permanent++;
    }

    /** Forgets a neighbour, also a permanent one. */
    public void forget(long high, long low) {
        Neighbor known = table.get(new Ipv6Address(high, low));
        if (known != null) {
            remove(known);
        }
    }

    /**
     * Asks for a MAC address.
     *
     * @param timeoutNanos how long to wait at most; three unanswered questions end it, too
     * @param answer gets it, or empty; maybe at once
     */
    public void lookup(long high, long low, long timeoutNanos, Consumer<Optional<MacAddress>> answer) {
        Neighbor neighbor = neighbor(high, low);
        if (neighbor.isReachable()) {
            answer.accept(Optional.of(new MacAddress(neighbor.macAddress())));
            return;
        }
        if (neighbor.state() == NeighborState.FAILED || neighbor.questions.size() == QUESTIONS_EACH) {
            answer.accept(Optional.empty());
            return;
        }
        Question question = new Question(neighbor, answer);
        neighbor.questions.add(question);
        question.timeout.after(Math.max(timeoutNanos, 0));
        if (!neighbor.cached) {
            start(neighbor);
        }
    }

    /** Who can be sent this packet now; null if it waits, or is refused. */
    @Nullable
    Neighbor use(Neighbor wanted, PacketBuffer packet) {
        Neighbor neighbor = wanted;
        if (!neighbor.cached) {
            Neighbor other = table.get(new Ipv6Address(neighbor.high(), neighbor.low()));
            if (other != null) {
                IpPath path = packet.path();
                if (path != null) {
                    path.neighbor(other);
                }
                neighbor = other;
            }
        }
        if (neighbor.isFresh()) {
            return neighbor;
        }
        neighbor.lastUsed = context.now();
        if (neighbor.state() == NeighborState.STALE) {
            neighbor.state(NeighborState.DELAY);
            timer(neighbor).after(DELAY);
            return neighbor;
        }
        hold(neighbor, packet);
        if (!neighbor.cached) {
            start(neighbor);
        } else if (neighbor.state() == NeighborState.FAILED) {
            // Told by the alarm, not within the call that sends.
            timer(neighbor).at(context.now());
        }
        return null;
    }

    private static Timer timer(Neighbor neighbor) {
        return Objects.requireNonNull(neighbor.timer);
    }

    private void hold(Neighbor neighbor, PacketBuffer packet) {
        if (neighbor.waiting.size() == WAITING_EACH) {
            waitingBytes -= neighbor.waiting.removeFirst().length();
            counters.waitingDropped++;
        }
        if (waitingBytes + packet.length() > WAITING_BYTES) {
            counters.waitingDropped++;
            return;
        }
        waitingBytes += packet.length();
        neighbor.waiting.add(packet.copy());
    }

    private void start(Neighbor neighbor) {
        if (table.size() - permanent >= LIMIT) {
            evict();
        }
        table.put(new Ipv6Address(neighbor.high(), neighbor.low()), neighbor);
        neighbor.cached = true;
        neighbor.lastUsed = context.now();
        neighbor.state(NeighborState.INCOMPLETE);
        neighbor.tries = 0;
        ask(neighbor, false);
    }

    private void ask(Neighbor neighbor, boolean unicast) {
        neighbor.tries++;
        counters.solicitations++;
        timer(neighbor).after(RETRANSMIT);
        solicitor.solicit(neighbor, unicast);
    }

    /** One that never answered goes first, so that a flood of strangers does not drive out those in use. */
    private void evict() {
        Neighbor oldest = null;
        for (Neighbor n : table.values()) {
            if (n.state() == NeighborState.PERMANENT) {
                continue;
            }
            if (oldest == null
                    || oldest.isReachable() && !n.isReachable()
                    || oldest.isReachable() == n.isReachable() && n.lastUsed < oldest.lastUsed) {
                oldest = n;
            }
        }
        if (oldest != null) {
            counters.evicted++;
            remove(oldest);
        }
    }

    private void remove(Neighbor neighbor) {
        table.remove(new Ipv6Address(neighbor.high(), neighbor.low()));
        permanent -= neighbor.state() == NeighborState.PERMANENT ? 1 : 0;
        neighbor.cached = false;
        neighbor.state(NeighborState.INCOMPLETE);
        timer(neighbor).cancel();
        counters.waitingDropped += neighbor.waiting.size();
        for (PacketBuffer packet = neighbor.waiting.poll(); packet != null; packet = neighbor.waiting.poll()) {
            waitingBytes -= packet.length();
        }
        answer(neighbor, Optional.empty());
    }

    private static void answer(Neighbor neighbor, Optional<MacAddress> mac) {
        List<Question> questions = new ArrayList<>(neighbor.questions);
        neighbor.questions.clear();
        questions.forEach(question -> question.end(mac));
    }

    /**
     * An answer has come: who has an address.
     *
     * @param override whether it may put another MAC address in place of the one known; always so for ARP (RFC 4861
     *     section 4.4)
     * @return whether it was waited for
     */
    public boolean answered(long high, long low, long mac, boolean override) {
        Neighbor neighbor = table.get(new Ipv6Address(high, low));
        boolean asked = neighbor != null
                && (neighbor.state() == NeighborState.INCOMPLETE
                        || neighbor.state() == NeighborState.PROBE && (override || neighbor.macAddress() == mac));
        if (!asked) {
            counters.ignoredAnswers++;
            return false;
        }
        counters.answers++;
        neighbor.lastUsed = context.now();
        neighbor.state(NeighborState.REACHABLE, mac);
        reachable(neighbor);
        for (PacketBuffer packet = neighbor.waiting.poll(); packet != null; packet = neighbor.waiting.poll()) {
            waitingBytes -= packet.length();
            sender.accept(packet);
        }
        answer(neighbor, Optional.of(new MacAddress(mac)));
        return true;
    }

    void confirm(Neighbor neighbor) {
        if (neighbor.cached
                && (neighbor.state() == NeighborState.STALE
                        || neighbor.state() == NeighborState.DELAY
                        || neighbor.state() == NeighborState.PROBE)) {
            neighbor.state(NeighborState.REACHABLE);
            reachable(neighbor);
        }
    }

    void doubt(Neighbor neighbor) {
        if (neighbor.cached && neighbor.isReachable() && neighbor.state() != NeighborState.PROBE) {
            neighbor.state(NeighborState.PROBE);
            neighbor.tries = 0;
            ask(neighbor, true);
        }
    }

    private void reachable(Neighbor neighbor) {
        neighbor.tries = 0;
        timer(neighbor).after((long) (REACHABLE * (0.5 + context.random().nextDouble())));
    }

    /** The alarm of a neighbour. */
    void ring(Neighbor neighbor) {
        switch (neighbor.state()) {
            case INCOMPLETE -> {
                if (neighbor.tries < TRIES) {
                    ask(neighbor, false);
                } else {
                    fail(neighbor);
                }
            }
            case REACHABLE -> {
                neighbor.state(NeighborState.STALE);
                timer(neighbor).after(UNUSED);
            }
            case STALE -> remove(neighbor);
            case DELAY -> {
                neighbor.state(NeighborState.PROBE);
                neighbor.tries = 0;
                ask(neighbor, true);
            }
            case PROBE -> {
                if (neighbor.tries < TRIES) {
                    ask(neighbor, true);
                } else {
                    counters.failures++;
                    remove(neighbor);
                }
            }
            case FAILED -> tellUnreachable(neighbor);
            case PERMANENT -> {}
        }
    }

    private void fail(Neighbor neighbor) {
        counters.failures++;
        neighbor.state(NeighborState.FAILED);
        neighbor.heldUntil = context.now() + HOLD;
        tellUnreachable(neighbor);
        answer(neighbor, Optional.empty());
    }

    private void tellUnreachable(Neighbor neighbor) {
        for (int i = neighbor.waiting.size(); i > 0; i--) {
            PacketBuffer packet = Objects.requireNonNull(neighbor.waiting.poll());
            waitingBytes -= packet.length();
            counters.unreachable++;
            unreachable.accept(packet);
        }
        if (neighbor.state() != NeighborState.FAILED) {
            return;
        }
        if (context.now() >= neighbor.heldUntil) {
            remove(neighbor);
        } else {
            timer(neighbor).at(neighbor.heldUntil);
        }
    }
}
