package dev.ringwire.rewrite;

import dev.ringwire.address.Cidr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What becomes of each address: by a rule, else by the key, else nothing. Not safe for use by several threads. */
final class AddressMap {
    private final BlockMap sources4 = new BlockMap();
    private final BlockMap destinations4 = new BlockMap();
    private final BlockMap sources6 = new BlockMap();
    private final BlockMap destinations6 = new BlockMap();
    private final long[] macs; // ascending
    private final long[] macsTo;
    private final @Nullable Anonymiser anonymiser;
    private final boolean anonymiseMacs;

    /** What the last IPv6 address becomes. */
    long high;

    long low;

    AddressMap(long[] macs, long[] macsTo, @Nullable Anonymiser anonymiser, boolean anonymiseMacs) {
        this.macs = macs;
        this.macsTo = macsTo;
        this.anonymiser = anonymiser;
        this.anonymiseMacs = anonymiseMacs;
    }

    void add(Cidr from, Cidr to, boolean source) {
        if (from.isIpv4()) {
            (source ? sources4 : destinations4)
                    .add(from.low() << 32, 0, from.prefixLength(), to.low() << 32, 0, to.prefixLength());
        } else {
            (source ? sources6 : destinations6)
                    .add(from.high(), from.low(), from.prefixLength(), to.high(), to.low(), to.prefixLength());
        }
    }

    boolean mapsIpv4() {
        return anonymiser != null || !sources4.isEmpty() || !destinations4.isEmpty();
    }

    boolean mapsIpv6() {
        return anonymiser != null || !sources6.isEmpty() || !destinations6.isEmpty();
    }

    boolean mapsMacs() {
        return macs.length > 0 || anonymiseMacs;
    }

    int ipv4(int address, boolean source) {
        BlockMap blocks = source ? sources4 : destinations4;
        if (blocks.find((long) address << 32, 0)) {
            return (int) (blocks.high >>> 32);
        }
        return anonymiser != null ? anonymiser.ipv4(address) : address;
    }

    /** {@link #high} and {@link #low} are then what it becomes. */
    void ipv6(long h, long l, boolean source) {
        BlockMap blocks = source ? sources6 : destinations6;
        if (blocks.find(h, l)) {
            high = blocks.high;
            low = blocks.low;
        } else if (anonymiser != null) {
            anonymiser.ipv6(h, l);
            high = anonymiser.high;
            low = anonymiser.low;
        } else {
            high = h;
            low = l;
        }
    }

    long mac(long address) {
        int at = Arrays.binarySearch(macs, address);
        if (at >= 0) {
            return macsTo[at];
        }
        return anonymiser != null && anonymiseMacs ? anonymiser.mac(address) : address;
    }
}
