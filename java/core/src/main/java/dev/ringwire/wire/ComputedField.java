package dev.ringwire.wire;

import java.util.List;

/**
 * A field that a fixed place cannot state: a length in other units, a range of bytes, an option that may repeat.
 *
 * @param derived whether it says again what other fields or layers say, so that a dump leaves it out
 * @param reader finds the value
 */
public record ComputedField(
        String name, FieldType type, int bitWidth, String label, List<String> aliases, boolean derived, Reader reader)
        implements Field {

    /**
     * Reads one occurrence; see {@link Field#read}. The header may be cut short: it must look at no byte behind
     * {@link Header#headerLength} and {@link Header#bodyCaptured}.
     */
    @FunctionalInterface
    public interface Reader {
        boolean read(Header header, int occurrence, FieldValue out);
    }

    /** Finds a number in a header; negative if there is none. */
    @FunctionalInterface
    public interface NumberReader {
        long of(Header header);
    }

    public ComputedField {
        aliases = List.copyOf(aliases);
    }

    /** A field of any type. */
    public static ComputedField of(String name, FieldType type, String label, Reader reader) {
        return new ComputedField(name, type, 32, label, List.of(), false, reader);
    }

    private static ComputedField derived(String name, FieldType type, String label, Reader reader) {
        return new ComputedField(name, type, 32, label, List.of(), true, reader);
    }

    /**
     * A field with at most one value, a number that is never negative.
     *
     * @param needed bytes of the header that must be there to compute it
     */
    public static ComputedField number(String name, FieldType type, String label, int needed, NumberReader number) {
        return of(name, type, label, (header, occurrence, out) -> {
            long value = occurrence == 0 && header.headerLength() >= needed ? number.of(header) : -1;
            out.setNumber(value);
            return value >= 0;
        });
    }

    /** The bytes behind a header up to the end of what it carries. */
    public static ComputedField payload(String name, String label) {
        return derived(name, FieldType.BYTES, label, (header, occurrence, out) -> {
            int length = header.bodyCaptured();
            if (occurrence != 0 || length == 0) {
                return false;
            }
            out.setRange(header.buffer(), header.offset() + header.headerLength(), length);
            return true;
        });
    }

    /** One name for two fields, such as {@code ip.addr} for source and destination. */
    public static ComputedField either(String name, FixedField first, FixedField second, String label) {
        return derived(name, first.type(), label, (header, occurrence, out) -> switch (occurrence) {
            case 0 -> first.read(header, 0, out);
            case 1 -> second.read(header, 0, out);
            default -> false;
        });
    }

    /** The same field, known by more names. */
    public ComputedField alias(String... more) {
        return new ComputedField(name, type, bitWidth, label, List.of(more), derived, reader);
    }

    /** The same field, shown in hexadecimal with as many digits as {@code bits} take. */
    public ComputedField width(int bits) {
        return new ComputedField(name, type, bits, label, aliases, derived, reader);
    }

    /** A reader of a protocol that is not built in has found nothing where it runs out of the bytes there are. */
    @Override
    public boolean read(Header header, int occurrence, FieldValue out) {
        try {
            return reader.read(header, occurrence, out);
        } catch (IndexOutOfBoundsException e) {
            if (Protocols.standard().contains(header.protocol())) {
                throw e;
            }
            return false;
        }
    }
}
