package dev.ringwire.query;

import dev.ringwire.wire.Field;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every field name that queries know, and what states it. */
public final class FieldRegistry {
    private static final FieldRegistry STANDARD = new FieldRegistry(Protocols.standard());

    /** {@code udp.payload.offset[0:4]}: some bytes of a field, from the first up to the second index. */
    private static final String RANGE = "(.+)\\.offset\\[(\\d{0,9}):(\\d{0,9})]";

    private final List<FieldInfo> all = new ArrayList<>();
    private final Map<String, FrameField> frameFields = new HashMap<>();
    private final Map<String, List<Source>> headerFields = new HashMap<>();

    /** One protocol's statement of a field; a name may be stated by more than one protocol. */
    record Source(Protocol protocol, Field field) {}

    private FieldRegistry(Protocols protocols) {
        for (FrameField field : FrameField.ALL) {
            all.add(field.info());
            frameFields.put(field.info().name(), field);
            field.info().aliases().forEach(alias -> frameFields.put(alias, field));
        }
        Set<Field> listed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Protocol protocol : protocols.all()) {
            for (Field field : protocol.fields()) {
                // Protocols may share a field, as DNS, mDNS and LLMNR do.
                if (listed.add(field)) {
                    all.add(new FieldInfo(field.name(), field.type(), protocol.name(), field.label(), field.aliases()));
                }
                var source = new Source(protocol, field);
                add(field.name(), source);
                field.aliases().forEach(alias -> add(alias, source));
            }
        }
    }

    private void add(String name, Source source) {
        headerFields.computeIfAbsent(name, n -> new ArrayList<>()).add(source);
    }

    /** The registry of all built-in protocols. */
    public static FieldRegistry standard() {
        return STANDARD;
    }

    /** The registry of these protocols. */
    public static FieldRegistry of(Protocols protocols) {
        return protocols == Protocols.standard() ? STANDARD : new FieldRegistry(protocols);
    }

    /** Every field, outermost protocol first, in wire order. */
    public List<FieldInfo> fields() {
        return List.copyOf(all);
    }

    /** Which of these names a query can answer, in the order asked. */
    public Set<String> supports(Collection<String> names) {
        Set<String> known = new LinkedHashSet<>();
        for (String name : names) {
            Asked asked = Asked.of(name);
            if (asked.ranged ? asked.from < asked.to && hasBytes(asked.field) : isField(asked.field)) {
                known.add(name);
            }
        }
        return known;
    }

    private boolean isField(String name) {
        return headerFields.containsKey(name) || frameFields.containsKey(name);
    }

    private boolean hasBytes(String name) {
        return headerFields.getOrDefault(name, List.of()).stream()
                .anyMatch(source -> source.field().type() == FieldType.BYTES);
    }

    /**
     * @throws IllegalArgumentException if there is no such field, naming the nearest one
     */
    Column column(String name, Views views) {
        Asked asked = Asked.of(name);
        if (asked.ranged && !hasBytes(asked.field)) {
            throw new IllegalArgumentException(
                    "no field \"" + name + "\": only fields of bytes such as udp.payload have ranges");
        }
        if (asked.from >= asked.to) {
            throw new IllegalArgumentException(name + ": the range is empty");
        }
        if (!isField(asked.field)) {
            throw new IllegalArgumentException(unknown(name));
        }
        FrameField frameField = frameFields.get(asked.field);
        if (frameField != null) {
            return Column.of(name, frameField);
        }
        List<Source> sources = headerFields.get(asked.field);
        checkTypes(asked.field, sources);
        return Column.of(name, sources, views, asked.from, asked.to);
    }

    /** A column shows all its values alike. */
    private static void checkTypes(String name, List<Source> sources) {
        Source first = sources.get(0);
        for (Source other : sources) {
            if (other.field().type() != first.field().type()) {
                throw new IllegalArgumentException(name + " is " + first.field().type() + " in "
                        + first.protocol().name() + " but " + other.field().type() + " in "
                        + other.protocol().name() + ": rename one, or leave its protocol out");
            }
        }
    }

    /** A name as asked for: a field, perhaps with a range of its bytes. */
    private record Asked(String field, boolean ranged, int from, int to) {
        static Asked of(String name) {
            // Most names have none, and the first regular expression of a process takes it milliseconds.
            if (!name.endsWith("]")) {
                return new Asked(name, false, 0, Integer.MAX_VALUE);
            }
            Matcher range = Pattern.compile(RANGE).matcher(name);
            return range.matches()
                    ? new Asked(
                            range.group(1), true, index(range.group(2), 0), index(range.group(3), Integer.MAX_VALUE))
                    : new Asked(name, false, 0, Integer.MAX_VALUE);
        }
    }

    private static int index(String digits, int otherwise) {
        return digits.isEmpty() ? otherwise : Integer.parseInt(digits);
    }

    private String unknown(String name) {
        Set<String> names = new LinkedHashSet<>(frameFields.keySet());
        names.addAll(headerFields.keySet());
        return "no field \"" + name + "\""
                + nearest(name, names).map(n -> "; did you mean " + n + "?").orElse("");
    }

    /** The one among these names that {@code name} is a misspelling of; empty if none is near. */
    public static Optional<String> nearest(String name, Collection<String> names) {
        String nearest = null;
        int best = 4; // further away is no misspelling
        for (String candidate : names) {
            int distance = distance(name, candidate);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
