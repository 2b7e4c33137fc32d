package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Setters.Setter;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes packets as Java code. */
final class PacketJava {
    private static final String LAYER = "\n        ";
    private static final String CALL = "\n                ";
    private static final int ROW = 32; // bytes in a line of hexadecimal digits

    private PacketJava() {}

    static String of(Packet packet) {
        var out = new StringBuilder("Packet.of(").append(LAYER).append(linkType(packet.linkType()));
        List<Header> layers = packet.layers();
        if (layers.isEmpty()) {
            out.append(',').append(LAYER).append("new Raw()");
        }
        for (Header header : layers) {
            out.append(',').append(LAYER).append(header(header));
        }
        out.append(')');
        byte[] trailer = packet.trailer();
        if (trailer.length > 0) {
            out.append(LAYER).append(".withTrailer(").append(hex(trailer)).append(')');
        }
        return out.toString();
    }

    private static String linkType(LinkType linkType) {
        for (Field field : LinkType.class.getFields()) {
            try {
                if (Modifier.isStatic(field.getModifiers()) && linkType.equals(field.get(null))) {
                    return "LinkType." + field.getName();
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return "LinkType.of(" + linkType.value() + ")";
    }

    private static String header(Header header) {
        byte[] bytes = header.toBytes();
        if (header instanceof Raw) {
            return "Raw.of(" + (isText(bytes) ? text(bytes) : hex(bytes)) + ")";
        }
        String made = bySetters(header, bytes);
        return made != null ? made : byBytes(header, bytes);
    }

    /** {@code new X()} and the setters that change what a new one has; null if that is not enough. */
    private static @Nullable String bySetters(Header header, byte[] bytes) {
        Class<?> type = header.getClass();
        if (!isMade(type)) {
            return null;
        }
        Header made = header.protocol().newHeader().get();
        Setters setters = Setters.of(header.protocol());
        var calls = new ArrayList<String>();
        // Replacing options may change the length, so that fields come to be there.
        boolean sameLength = made.headerLength() == bytes.length;
        if (sameLength) {
            setFields(setters, header, made, calls);
        }
        for (Method tail : setters.tails()) {
            byte[] wanted = Setters.read(tail, header);
            if (wanted != null
                    && !Arrays.equals(made.toBytes(), bytes)
                    && !Arrays.equals(wanted, Setters.read(tail, made))
                    && Setters.call(tail, made, wanted)) {
                calls.add("." + tail.getName() + "(" + hex(wanted) + ")");
            }
        }
        if (!sameLength) {
            setFields(setters, header, made, calls);
        }
        return Arrays.equals(made.toBytes(), bytes)
                ? "new " + name(type) + "()" + (calls.isEmpty() ? "" : CALL + String.join(CALL, calls))
                : null;
    }

    private static boolean isMade(Class<?> type) {
        try {
            return Modifier.isPublic(type.getModifiers())
                    && type.getCanonicalName() != null
                    && Modifier.isPublic(type.getConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static void setFields(Setters setters, Header from, Header to, List<String> calls) {
        for (Setter setter : setters.fixed()) {
            int end = setter.field().byteEnd();
            if (end <= from.headerLength()) {
                Object value = Setters.read(setter, from);
                boolean same = end <= to.headerLength() && value.equals(Setters.read(setter, to));
                if (!same && Setters.call(setter.method(), to, value)) {
                    calls.add("." + setter.method().getName() + "(" + literal(setter.field(), value) + ")");
                }
            }
        }
    }

    private static String literal(FixedField field, Object value) {
        if (value instanceof Number number) {
            String digits = field.type() == FieldType.HEX
                    ? "0x" + Long.toHexString(number.longValue())
                    : Long.toString(number.longValue());
            return value instanceof Long ? digits + "L" : digits;
        } else if (value instanceof MacAddress || value instanceof Ipv4Address || value instanceof Ipv6Address) {
            return value.getClass().getSimpleName() + ".of(\"" + value + "\")";
        }
        return value.toString();
    }

    /** As the kind of header that it is, if these bytes alone are one; otherwise as bytes. */
    private static String byBytes(Header header, byte[] bytes) {
        String raw = "Raw.of(" + hex(bytes) + ")";
        if (!isMade(header.getClass())) {
            return raw;
        }
        try {
            Header again = Protocol.wrap(header.protocol().newHeader().get(), ByteBuffer.wrap(bytes), 0, bytes.length);
            if (!Arrays.equals(again.toBytes(), bytes)) {
                return raw;
            }
        } catch (RuntimeException e) {
            return raw;
        }
        return "Protocol.wrap(new " + name(header.getClass()) + "(), ByteBuffer.wrap(" + hex(bytes) + "), 0, "
                + bytes.length + ")";
    }

    private static String name(Class<?> type) {
        return type.getPackage() == Packet.class.getPackage() ? type.getSimpleName() : type.getCanonicalName();
    }

    private static boolean isText(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > 2 * ROW) {
            return false;
        }
        for (byte b : bytes) {
            if (b != '\n' && b != '\r' && b != '\t' && (b < ' ' || b > '~')) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] bytes) {
        var out = new StringBuilder("\"");
        for (byte b : bytes) {
            switch (b) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '"', '\\' -> out.append('\\').append((char) b);
                default -> out.append((char) b);
            }
        }
        return out.append('"').toString();
    }

    /** In rows that are joined when the code runs: a string constant takes 65535 bytes at most. */
    private static String hex(byte[] bytes) {
        var rows = new ArrayList<String>();
        for (int at = 0; at < bytes.length || at == 0; at += ROW) {
            rows.add('"' + HexFormat.of().formatHex(bytes, at, Math.min(bytes.length, at + ROW)) + '"');
        }
        return "HexFormat.of().parseHex("
                + (rows.size() == 1 ? rows.get(0) : "String.join(\"\"," + CALL + String.join("," + CALL, rows) + ")")
                + ")";
    }
}
