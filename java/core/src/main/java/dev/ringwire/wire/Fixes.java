package dev.ringwire.wire;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Which corrections {@link Packet#toBytes(Fixes)} makes in which headers:
 *
 * <pre>{@code
 * packet.toBytes(Fix.LENGTHS.of(Udp.class).and(Fix.CHECKSUMS.except(Udp.class)));
 * }</pre>
 */
public final class Fixes {
    private final BiPredicate<Fix, Header> chosen;

    Fixes(BiPredicate<Fix, Header> chosen) {
        this.chosen = chosen;
    }

    /** These, in every header. */
    public static Fixes of(Fix... fixes) {
        Set<Fix> all = EnumSet.noneOf(Fix.class);
        all.addAll(Arrays.asList(fixes));
        return new Fixes((fix, header) -> all.contains(fix));
    }

    /** These and others. */
    public Fixes and(Fixes others) {
        return new Fixes(chosen.or(others.chosen));
    }

    /** Whether a correction is made in a header. */
    public boolean includes(Fix fix, Header header) {
        return chosen.test(fix, header);
    }
}
