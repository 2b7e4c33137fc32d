package dev.ringwire.stack.network;

import dev.ringwire.address.MacAddress;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that nobody else has an address of ours: asks before the first use where that is wanted (RFC 5227 section
 * 2.1, RFC 4862 section 5.4), and defends an IPv4 address against others, at most once in ten seconds (RFC 5227 section
 * 2.4 (c)).
 */
public final class AddressGuard {
    private static final long SECOND = 1_000_000_000L;
    private static final long DEFEND_INTERVAL = 10 * SECOND;
    private static final Timing ARP = new Timing(3, SECOND, 2 * SECOND, 2 * SECOND, 2, 2 * SECOND);
    private static final Timing DISCOVERY = new Timing(1, 0, 0, SECOND, 0, 0);

    /** Speaks of addresses in the language of the link. */
    public interface Voice {
        /** Asks whether somebody has it. */
        void probe(LocalAddress address);

        /** Says that it is ours. */
        void announce(LocalAddress address);
    }

    private record Timing(
            int probes, long shortest, long longest, long pause, int announcements, long announceInterval) {}

    /** One address on its way to be ours. */
    private final class Claim {
        final LocalAddress address;
        final Timing timing;
        final Voice voice;
        final Timer timer = context.timers().timer(this::next);
        int step;

        Claim(LocalAddress address) {
            this.address = address;
            timing = address.isIpv4() ? ARP : DISCOVERY;
            voice = Objects.requireNonNull(address.isIpv4() ? arp : discovery);
        }

        private void next() {
            step++;
            if (step <= timing.probes) {
                voice.probe(address);
                timer.after(
                        step == timing.probes
                                ? timing.pause
                                : timing.shortest + random(timing.longest - timing.shortest));
                return;
            }
            if (step == timing.probes + 1) {
                router.addAddress(address);
                AddressListener l = listener;
                if (l != null) {
                    l.claimed(IpAddresses.toInetAddress(address.high(), address.low()));
                }
            }
            if (step <= timing.probes + timing.announcements) {
                voice.announce(address);
                timer.after(timing.announceInterval);
            } else {
                claims.remove(this);
            }
        }
    }

    private final StackContext context;
    private final IpRouter router;
    private final List<Claim> claims = new ArrayList<>();
    private final Map<LocalAddress, Long> defended = new HashMap<>();
    private @Nullable Voice arp;
    private @Nullable Voice discovery;
    private @Nullable AddressListener listener;

    /** Addresses of others that are ours, too, as often as they were seen. */
    public long conflicts;

    /** Announcements in defence. */
    public long defences;

    /** Addresses that did not become ours, as others have them. */
    public long lost;

    /** For the addresses of that router. */
    public AddressGuard(StackContext context, IpRouter router) {
        this.context = context;
        this.router = router;
    }

    /** Speaks by these of IPv4 and IPv6 addresses. */
    public void speakBy(Voice ipv4, Voice ipv6) {
        arp = ipv4;
        discovery = ipv6;
    }

    /** Tells it what becomes of the addresses. */
    public void listen(AddressListener to) {
        listener = to;
    }

    /** Asks for some seconds whether somebody has the address; if nobody does, it becomes ours. At once without a link. */
    public void claim(LocalAddress address) {
        if (arp == null || discovery == null) {
            router.addAddress(address);
            return;
        }
        router.addTentative(address);
        Claim claim = new Claim(address);
        claims.add(claim);
        claim.timer.after(random(SECOND));
    }

    private long random(long below) {
        return below == 0 ? 0 : context.random().nextLong(below);
    }

    /** Somebody at that MAC address uses an address that is ours or was to be. */
    public void conflict(long high, long low, long mac) {
        conflicts++;
        boolean tentative = router.isTentative(high, low);
        if (tentative) {
            lost++;
            router.removeAddress(high, low);
            claims.removeIf(claim -> {
                boolean is = claim.address.high() == high && claim.address.low() == low;
                if (is) {
                    claim.timer.cancel();
                }
                return is;
            });
        } else if (IpAddresses.isIpv4(high, low)) {
            defend(high, low);
        }
        AddressListener l = listener;
        if (l != null) {
            l.conflict(IpAddresses.toInetAddress(high, low), new MacAddress(mac), tentative);
        }
    }

    private void defend(long high, long low) {
        LocalAddress address = new LocalAddress(high, low, 32);
        Long last = defended.get(address);
        Voice voice = arp;
        if (voice != null && (last == null || context.now() - last >= DEFEND_INTERVAL)) {
            defended.put(address, context.now());
            defences++;
            voice.announce(address);
        }
    }
}
