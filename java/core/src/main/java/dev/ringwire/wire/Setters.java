package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The setters of a header's class, found by what they do: the bits of a new header that they change. */
final class Setters {
    /** A setter of one field. */
    record Setter(Method method, FixedField field) {}

    private static final Map<Protocol, Setters> KNOWN = new ConcurrentHashMap<>();

    private final Protocol protocol;
    private final List<Setter> fixed = new ArrayList<>();
    private final List<Method> tails = new ArrayList<>();

    private Setters(Protocol protocol) {
        this.protocol = protocol;
    }

    static Setters of(Protocol protocol) {
        return KNOWN.computeIfAbsent(protocol, Setters::found);
    }

    private static Setters found(Protocol protocol) {
        var setters = new Setters(protocol);
        Class<?> type = protocol.newHeader().get().getClass();
        var found = new ArrayList<Setter>();
        for (Method method : type.getMethods()) {
            if (method.getParameterCount() == 1
                    && Header.class.isAssignableFrom(method.getReturnType())
                    && method.getReturnType().isAssignableFrom(type)
                    && !Modifier.isStatic(method.getModifiers())) {
                if (method.getParameterTypes()[0] == byte[].class) {
                    setters.tails.add(method);
                } else {
                    setters.fieldOf(method).ifPresent(field -> found.add(new Setter(method, field)));
                }
            }
        }
        // In the order of the fields, and each run the same.
        found.sort(Comparator.comparing(setter -> setter.method().getName()));
        setters.tails.sort(Comparator.comparing(Method::getName));
        for (FixedField field : narrowFirst(protocol)) {
            found.stream()
                    .filter(setter -> setter.field().equals(field))
                    .findFirst()
                    .ifPresent(setters.fixed::add);
        }
        return setters;
    }

    /** For each field that has one, in wire order, but a field made up of others behind all these. */
    List<Setter> fixed() {
        return fixed;
    }

    /** Those that replace a run of bytes. */
    List<Method> tails() {
        return tails;
    }

    /** The fields with a fixed place, in wire order, but those made up of others behind all these. */
    static List<FixedField> narrowFirst(Protocol protocol) {
        List<FixedField> all = protocol.fields().stream()
                .filter(FixedField.class::isInstance)
                .map(FixedField.class::cast)
                .toList();
        var sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(field -> all.stream().anyMatch(part -> isPart(part, field))));
        return sorted;
    }

    private static boolean isPart(FixedField part, FixedField whole) {
        return part.bitWidth() < whole.bitWidth()
                && part.bitOffset() >= whole.bitOffset()
                && part.bitOffset() + part.bitWidth() <= whole.bitOffset() + whole.bitWidth();
    }

    private Optional<FixedField> fieldOf(Method method) {
        // The widest field whose largest value the setter takes, and which that fills.
        return protocol.fields().stream()
                .filter(FixedField.class::isInstance)
                .map(FixedField.class::cast)
                .filter(field -> fills(method, field))
                .max(Comparator.comparing(FixedField::bitWidth));
    }

    private boolean fills(Method method, FixedField field) {
        Class<?> type = method.getParameterTypes()[0];
        Object none = value(field, type, false);
        Object all = value(field, type, true);
        if (none == null || all == null) {
            return false;
        }
        Header header = protocol.newHeader().get();
        if (!call(method, header, none)) {
            return false;
        }
        byte[] before = header.toBytes();
        if (field.byteEnd() > before.length || !call(method, header, all)) {
            return false;
        }
        byte[] after = header.toBytes();
        if (after.length != before.length) {
            return false;
        }
        for (int bit = 0; bit < 8 * after.length; bit++) {
            boolean inside = bit >= field.bitOffset() && bit < field.bitOffset() + field.bitWidth();
            boolean changed = ((before[bit / 8] ^ after[bit / 8]) >> 7 - bit % 8 & 1) != 0;
            if (inside != changed) {
                return false;
            }
        }
        return true;
    }

    /** The field's smallest or largest value in the type that a setter takes; null if that is no such type. */
    private static @Nullable Object value(FixedField field, Class<?> type, boolean largest) {
        int bits = field.bitWidth();
        if (bits > 64) {
            return value(type, largest ? -1L : 0, bits);
        }
        return value(type, largest ? field.maxValue() : 0, bits);
    }

    private static @Nullable Object value(Class<?> type, long value, int bits) {
        if (type == boolean.class) {
            return bits == 1 ? value != 0 : null;
        } else if (type == int.class) {
            return bits < 32 ? (int) value : null;
        } else if (type == long.class) {
            return bits <= 64 ? value : null;
        } else if (type == MacAddress.class) {
            return bits == 48 ? new MacAddress(value) : null;
        } else if (type == Ipv4Address.class) {
            return bits == 32 ? new Ipv4Address((int) value) : null;
        }
        return type == Ipv6Address.class && bits == 128 ? new Ipv6Address(value, value) : null;
    }

    /** What {@code header} has in a setter's field, in the type that the setter takes. */
    static Object read(Setter setter, Header header) {
        FixedField field = setter.field();
        int at = header.offset() + field.byteOffset();
        ByteBuffer b = header.buffer();
        Object value = field.bitWidth() == 128
                ? new Ipv6Address(Bits.i64(b, at), Bits.i64(b, at + 8))
                : value(setter.method().getParameterTypes()[0], header.get(field), field.bitWidth());
        return Objects.requireNonNull(value);
    }

    /** Calls the getter that goes with a setter of bytes; null if there is none. */
    static byte @Nullable [] read(Method setter, Header header) {
        try {
            return header.getClass().getMethod(setter.getName()).invoke(header) instanceof byte[] bytes ? bytes : null;
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return null;
        }
    }

    /** Whether the setter took the value. */
    static boolean call(Method setter, Header header, Object value) {
        try {
            setter.invoke(header, value);
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
