package dev.ringwire.cli;

import dev.ringwire.query.FieldRegistry;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import dev.ringwire.wire.Raw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A packet as it is written on the command line: layers from the outermost in, between slashes. A layer is the name of a
 * protocol and fields of it as {@code name=value}, or a payload: {@code "text"}, {@code hex:00ff} or {@code @file}.
 */
final class PacketSyntax {
    private final String text;
    private int at;
    private int layer = 1;

    private PacketSyntax(String text) {
        this.text = text;
    }

    /**
     * A layer, with the fields that the user set, by name or by bits.
     *
     * @param set in the order written
     */
    record Part(int number, Header header, Map<FixedField, String> set) {
        /** Whether the user set any bit of the field. */
        boolean isSet(FixedField field) {
            return set.keySet().stream()
                    .anyMatch(f -> f.bitOffset() < field.bitOffset() + field.bitWidth()
                            && field.bitOffset() < f.bitOffset() + f.bitWidth());
        }

        /** Writes what the user set. */
        void apply() {
            set.forEach((field, value) -> {
                try {
                    header.set(field, value);
                } catch (IllegalArgumentException | IllegalStateException e) {
                    throw new IllegalArgumentException(where(number, header.protocol()) + ": " + e.getMessage(), e);
                }
            });
        }
    }

    private static String where(int number, Protocol protocol) {
        return "layer " + number + " (" + protocol.filterName() + ")";
    }

    /**
     * Reads it, and sets the fields.
     *
     * @throws IllegalArgumentException saying in which layer what is wrong
     * @throws IOException if a file of a payload cannot be read
     */
    static List<Part> parse(String text) throws IOException {
        return new PacketSyntax(text).parts();
    }

    private List<Part> parts() throws IOException {
        List<Part> parts = new ArrayList<>();
        do {
            Part part = part();
            part.apply();
            parts.add(part);
            layer++;
        } while (at++ < text.length());
        return parts;
    }

    /** One layer, up to the slash behind it or the end. */
    private Part part() throws IOException {
        Header header = null;
        Map<FixedField, String> set = new LinkedHashMap<>();
        var payload = new ByteArrayOutputStream();
        for (skipSpace(); at < text.length() && text.charAt(at) != '/'; skipSpace()) {
            boolean isPayload = text.charAt(at) == '"' || text.charAt(at) == '@' || text.startsWith("hex:", at);
            if (isPayload && header == null) {
                payload.write(payload());
            } else if (isPayload || payload.size() > 0) {
                throw wrong("a payload is a layer of its own: put a / before it and behind it");
            } else if (header == null) {
                header = protocol(word()).newHeader().get();
            } else {
                assign(header.protocol(), word(), set);
            }
        }
        if (header == null
                && payload.size() == 0
                && !text.substring(0, at).stripTrailing().endsWith("\"")) {
            throw wrong("is empty; a layer is a protocol such as udp, or \"text\", hex:00ff or @file");
        }
        return new Part(layer, header != null ? header : Raw.of(payload.toByteArray()), set);
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("layer " + layer + ": " + what);
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private String word() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '/' && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private byte[] payload() throws IOException {
        if (text.charAt(at) == '"') {
            return quoted();
        }
        if (text.charAt(at) == '@') {
            // The name of a file has slashes of its own.
            int start = ++at;
            while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return Files.readAllBytes(Path.of(text.substring(start, at)));
        }
        String digits = word().substring("hex:".length());
        try {
            return HexFormat.of().parseHex(digits.replaceAll("[:_.-]", ""));
        } catch (IllegalArgumentException e) {
            throw wrong("hex: takes pairs of hexadecimal digits, not \"" + digits + "\"");
        }
    }

    private byte[] quoted() {
        var out = new ByteArrayOutputStream();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toByteArray();
            }
            if (c == '\\' && at + 1 < text.length()) {
                escaped(out);
            } else {
                int point = text.codePointAt(at);
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(point) - 1;
            }
        }
        throw wrong("the text has no closing \"");
    }

    private void escaped(ByteArrayOutputStream out) {
        char c = text.charAt(++at);
        switch (c) {
            case 'n' -> out.write('\n');
            case 'r' -> out.write('\r');
            case 't' -> out.write('\t');
            case '0' -> out.write(0);
            case '\\', '"' -> out.write(c);
            case 'x' -> {
                String digits = text.substring(at + 1, Math.min(at + 3, text.length()));
                if (!digits.matches("[0-9a-fA-F]{2}")) {
                    throw wrong("\\x takes two hexadecimal digits, not \"" + digits + "\"");
                }
                out.write(Integer.parseInt(digits, 16));
                at += 2;
            }
            default -> throw wrong("\\" + c + " is none of \\n \\r \\t \\0 \\\\ \\\" \\x41");
        }
    }

    private Protocol protocol(String name) {
        Optional<Protocol> found = Protocols.standard().find(name).or(() -> withoutSpaces(name));
        if (found.isPresent()) {
            return found.get();
        }
        List<String> names =
                Protocols.standard().all().stream().map(Protocol::filterName).toList();
        throw wrong("no protocol \"" + name + "\"" + hint(name, names, ": the names are " + String.join(" ", names)));
    }

    /** As {@code LinuxSLL2}, which has the filter name of another. */
    private static Optional<Protocol> withoutSpaces(String name) {
        return Protocols.standard().all().stream()
                .filter(p -> p.name().replace(" ", "").equalsIgnoreCase(name))
                .findFirst();
    }

    private static String hint(String name, Iterable<String> names, String otherwise) {
        Set<String> all = new LinkedHashSet<>();
        names.forEach(all::add);
        return FieldRegistry.nearest(name, all)
                .map(near -> "; did you mean " + near + "?")
                .orElse(otherwise);
    }

    private void assign(Protocol protocol, String word, Map<FixedField, String> set) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        FixedField field = field(protocol, name);
        if (equals < 0 || equals == word.length() - 1) {
            throw new IllegalArgumentException(
                    where(layer, protocol) + ": " + name + " needs a value: " + name + "=...");
        }
        // Again, so that what is written last also counts last.
        set.remove(field);
        set.put(field, word.substring(equals + 1));
    }

    /** By its whole name, without the protocol's in front, or by the end of it where only one ends so. */
    private FixedField field(Protocol protocol, String name) {
        Map<String, Field> byName = new LinkedHashMap<>();
        for (Field field : protocol.fields()) {
            // One that can be set is preferred where two have a name.
            byName.merge(field.name(), field, (a, b) -> a instanceof FixedField ? a : b);
            field.aliases().forEach(alias -> byName.putIfAbsent(alias, field));
        }
        Field found = byName.get(name);
        if (found == null) {
            found = byName.get(protocol.filterName() + "." + name);
        }
        if (found == null) {
            List<Field> ending = protocol.fields().stream()
                    .filter(f -> f.name().endsWith("." + name))
                    .toList();
            if (ending.size() > 1) {
                throw new IllegalArgumentException(where(layer, protocol) + ": \"" + name + "\" may be "
                        + String.join(" or ", ending.stream().map(Field::name).toList()));
            }
            found = ending.isEmpty() ? null : ending.get(0);
        }
        if (found instanceof FixedField fixed) {
            return fixed;
        }
        if (found != null) {
            throw new IllegalArgumentException(where(layer, protocol) + ": " + found.name()
                    + " is worked out from other bytes, and cannot be set");
        }
        throw new IllegalArgumentException(
                where(layer, protocol) + ": no field \"" + name + "\"" + hint(name, names(protocol, byName), ""));
    }

    private static Set<String> names(Protocol protocol, Map<String, Field> byName) {
        String prefix = protocol.filterName() + ".";
        Set<String> names = new LinkedHashSet<>();
        byName.forEach((name, field) -> {
            if (field instanceof FixedField) {
                names.add(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
            }
        });
        return names;
    }
}
