package dev.ringwire.stack.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of a stack and its routes: which packets are for us, and which way others are sent. */
public final class IpRouter {
    private record Address(long high, long low, int prefixLength) {}

    private final int linkMtu;
    private final List<Address> addresses = new ArrayList<>();

    /** No addresses yet. */
    public IpRouter(int linkMtu) {
        this.linkMtu = linkMtu;
    }

    /** Speaks from this address, too; the others of its prefix are on the link. */
    public void addAddress(long high, long low, int prefixLength) {
        addresses.add(new Address(high, low, prefixLength));
    }

    /** Whether packets to this address are for us. */
    public boolean isOurs(long high, long low) {
        for (int i = 0; i < addresses.size(); i++) {
            Address a = addresses.get(i);
            if (a.high == high && a.low == low) {
                return true;
            }
        }
        return false;
    }

    /** The way to a destination from the address of ours that suits it; null if there is none. */
    public @Nullable IpPath path(long high, long low) {
        boolean ipv4 = IpAddresses.isIpv4(high, low);
        for (Address a : addresses) {
            if (IpAddresses.isIpv4(a.high, a.low) == ipv4) {
                return path(a.high, a.low, high, low);
            }
        }
        return null;
    }

    /** The way to a destination from that address of ours; null if there is none. */
    public @Nullable IpPath path(long sourceHigh, long sourceLow, long high, long low) {
        return new IpPath(!IpAddresses.isIpv4(high, low), sourceHigh, sourceLow, high, low, linkMtu);
    }
}
