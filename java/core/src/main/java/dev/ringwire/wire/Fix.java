package dev.ringwire.wire;

import java.util.List;
import java.util.function.Predicate;

/** What {@link Packet#toBytes(Fix...)} fills in; without any, exactly what was set is written. */
public enum Fix {
    /**
     * Checksums, over the bytes as the length fields delimit them. Left alone where they cannot be known: in fragments,
     * and where a length field says that bytes are missing, or that the header itself does not fit. A crafted packet
     * therefore wants {@link #LENGTHS} as well.
     */
    CHECKSUMS,
    /** Length fields, header lengths and counts, from what is there. */
    LENGTHS;

    /** This in headers of these classes only. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final Fixes of(Class<? extends Header>... layers) {
        var classes = List.of(layers);
        return where(header -> isAny(classes, header));
    }

    /** This in all headers but those of these classes. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final Fixes except(Class<? extends Header>... layers) {
        var classes = List.of(layers);
        return where(header -> !isAny(classes, header));
    }

    /** This in the headers that are chosen, such as the outer one of two: {@code header -> header == outer}. */
    public final Fixes where(Predicate<? super Header> chosen) {
        return new Fixes((fix, header) -> fix == this && chosen.test(header));
    }

    private static boolean isAny(List<Class<? extends Header>> classes, Header header) {
        return classes.stream().anyMatch(one -> one.isInstance(header));
    }
}
