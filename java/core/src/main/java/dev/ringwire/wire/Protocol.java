package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A protocol: its names, its fields, and how its header is found in bytes. A record, so that HotSpot folds the constants
 * of the built-in ones.
 *
 * @param id number of this protocol in this process
 * @param name as people write it, {@code TCP}
 * @param filterName as Wireshark's filters write it, {@code tcp}
 * @param newHeader makes a header with the protocol's defaults
 * @param lengthField name of the field that limits what the header carries, or the empty string
 * @param fields every field it states, in wire order
 * @param dissector finds the header
 * @param selectors what in the layer below announces it, unless a {@link Protocols} says otherwise
 */
public record Protocol(
        int id,
        String name,
        String filterName,
        Supplier<? extends Header> newHeader,
        String lengthField,
        List<Field> fields,
        Dissector dissector,
        List<Selector> selectors) {

    private static final CopyOnWriteArrayList<Protocol> BY_ID = new CopyOnWriteArrayList<>();

    /** Finds a header in the packet being parsed, and hands what it carries on. */
    @FunctionalInterface
    public interface Dissector {
        /**
         * Proves that the header is whole, tells the parser of it with {@link PacketParser#add}, and may then hand on
         * what it carries by {@link PacketParser#etherType}, {@link PacketParser#ipProtocol} or
         * {@link PacketParser#next(Protocol, int, int)}; or else reports
         * {@link PacketParser#truncated} or {@link PacketParser#malformed}.
         *
         * @param offset where the header starts
         * @param end where the bytes that belong to it end by the lengths of the layers below; may lie behind what was
         *     captured
         */
        void dissect(PacketParser parser, int offset, int end);
    }

    public Protocol {
        fields = List.copyOf(fields);
        selectors = List.copyOf(selectors);
    }

    /** A protocol whose header has no field that limits what it carries. */
    public static Protocol of(
            String name,
            String filterName,
            Supplier<? extends Header> newHeader,
            List<Field> fields,
            Dissector dissector,
            Selector... selectors) {
        return of(name, filterName, newHeader, "", fields, dissector, selectors);
    }

    /** A protocol. */
    public static Protocol of(
            String name,
            String filterName,
            Supplier<? extends Header> newHeader,
            String lengthField,
            List<Field> fields,
            Dissector dissector,
            Selector... selectors) {
        synchronized (BY_ID) {
            var protocol = new Protocol(
                    BY_ID.size(), name, filterName, newHeader, lengthField, fields, dissector, List.of(selectors));
            BY_ID.add(protocol);
            return protocol;
        }
    }

    static Protocol byId(int id) {
        return BY_ID.get(id);
    }

    /** Every protocol that is built in, outermost first. */
    public static List<Protocol> standard() {
        return Protocols.standard().all();
    }

    /**
     * Points {@code header} at the header that these bytes start with, in place.
     *
     * @return {@code header}
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static <H extends Header> H wrap(H header, ByteBuffer bytes, int offset, int length) {
        var parser = new PacketParser();
        parser.parseAs(header.protocol(), bytes, offset, length);
        if (!parser.view(header)) {
            DecodeError error = parser.error();
            String name = header.protocol().name();
            throw new DecodeException(
                    error != null
                            ? error
                            : new DecodeError(
                                    name, 0, 0, length, "frame.len", "these bytes are no " + name + " header"));
        }
        return header;
    }

    /** Protocols are the same only if they are one object. */
    @Override
    public boolean equals(@Nullable Object o) {
        return this == o;
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return name;
    }
}
