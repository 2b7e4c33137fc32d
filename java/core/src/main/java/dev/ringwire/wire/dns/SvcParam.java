package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.bytes.Bits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A parameter of a SVCB or HTTPS record, RFC 9460 section 2.1. {@link #toString} writes it as zone files do:
 * {@code alpn="h2,h3"}; a value that its key does not allow, as octets.
 */
public record SvcParam(int key, Octets value) {
    public static final int MANDATORY = 0;
    public static final int ALPN = 1;
    public static final int NO_DEFAULT_ALPN = 2;
    public static final int PORT = 3;
    public static final int IPV4HINT = 4;
    public static final int ECH = 5;
    public static final int IPV6HINT = 6;
    public static final int DOHPATH = 7;

    private static final Mnemonics NAMES =
            new Mnemonics("KEY", "0 MANDATORY 1 ALPN 2 NO-DEFAULT-ALPN 3 PORT 4 IPV4HINT 5 ECH 6 IPV6HINT 7 DOHPATH");

    /** Keys that a client must know. */
    public static SvcParam mandatory(int... keys) {
        var out = new WireSink(false);
        for (int key : keys) {
            out.u16(key);
        }
        return of(MANDATORY, out);
    }

    /** Protocols such as {@code h2}. */
    public static SvcParam alpn(String... protocols) {
        var out = new WireSink(false);
        for (String protocol : protocols) {
            out.string(Octets.of(protocol));
        }
        return of(ALPN, out);
    }

    /** The port, instead of the usual. */
    public static SvcParam port(int port) {
        var out = new WireSink(false);
        out.u16(port);
        return of(PORT, out);
    }

    /** IPv4 addresses of the target. */
    public static SvcParam ipv4Hint(Ipv4Address... addresses) {
        var out = new WireSink(false);
        for (Ipv4Address address : addresses) {
            out.ipv4(address);
        }
        return of(IPV4HINT, out);
    }

    /** IPv6 addresses of the target. */
    public static SvcParam ipv6Hint(Ipv6Address... addresses) {
        var out = new WireSink(false);
        for (Ipv6Address address : addresses) {
            out.ipv6(address);
        }
        return of(IPV6HINT, out);
    }

    private static SvcParam of(int key, WireSink out) {
        return new SvcParam(key, Octets.of(out.toBytes()));
    }

    /** Protocols of an {@link #ALPN} value; none if it makes no sense. */
    public List<String> protocols() {
        return strings().stream().map(Octets::toText).toList();
    }

    /** The port of a {@link #PORT} value. */
    public int port() {
        return value.u16(0);
    }

    /** Addresses of a hint. */
    public List<InetAddress> addresses() {
        int size = key == IPV4HINT ? 4 : 16;
        var addresses = new ArrayList<InetAddress>();
        for (int at = 0; at + size <= value.length(); at += size) {
            try {
                addresses.add(
                        InetAddress.getByAddress(value.slice(at, at + size).toBytes()));
            } catch (UnknownHostException e) {
                throw new AssertionError(e); // of 4 and 16 octets all are addresses
            }
        }
        return addresses;
    }

    private List<Octets> strings() {
        var strings = new ArrayList<Octets>();
        for (int at = 0; at < value.length(); at += 1 + value.at(at)) {
            if (at + 1 + value.at(at) > value.length()) {
                return List.of();
            }
            strings.add(value.slice(at + 1, at + 1 + value.at(at)));
        }
        return strings;
    }

    /** Whether the value is what the key wants. */
    boolean isValid() {
        return switch (key) {
            case NO_DEFAULT_ALPN -> value.length() == 0;
            case MANDATORY, ALPN, PORT, IPV4HINT, IPV6HINT, ECH -> !list().isEmpty();
            default -> true;
        };
    }

    /** Reads {@code alpn=h2,h3}. */
    static SvcParam parse(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        int key = NAMES.number(name, "service parameter");
        Octets text = TextSource.octets(equals < 0 ? "" : word.substring(equals + 1));
        var out = new WireSink(false);
        switch (key) {
            case MANDATORY ->
                TextSource.list(text).forEach(item -> out.u16(NAMES.number(item.toText(), "service parameter")));
            case ALPN -> TextSource.list(text).forEach(out::string);
            case PORT -> out.u16(new TextSource(text.toText()).u16());
            case IPV4HINT -> TextSource.list(text).forEach(item -> out.ipv4(Ipv4Address.of(item.toText())));
            case IPV6HINT -> TextSource.list(text).forEach(item -> out.ipv6(Ipv6Address.of(item.toText())));
            case ECH -> out.octets(Octets.of(Base64.getDecoder().decode(text.toText())));
            default -> out.octets(text);
        }
        return of(key, out);
    }

    @Override
    public String toString() {
        String name = NAMES.text(key).toLowerCase(Locale.ROOT);
        String list = list();
        if (!list.isEmpty()) {
            return name + "=" + list;
        }
        var out = new StringBuilder(name);
        if (value.length() > 0) {
            out.append('=');
            Escapes.quoted(value, out);
        }
        return out.toString();
    }

    /** The value in the form of its key; empty if it has none, or the value does not fit it. */
    private String list() {
        int length = value.length();
        return switch (key) {
            case MANDATORY -> {
                var names = new ArrayList<String>();
                for (int at = 0; at + 2 <= length; at += 2) {
                    names.add(NAMES.text(value.u16(at)).toLowerCase(Locale.ROOT));
                }
                yield length % 2 == 0 ? String.join(",", names) : "";
            }
            case ALPN -> {
                var protocols = strings();
                var out = new StringBuilder();
                if (!protocols.isEmpty()) {
                    // A comma within a protocol needs a backslash in the list, which needs one in the string.
                    String joined = protocols.stream()
                            .map(item -> new String(item.toBytes(), StandardCharsets.ISO_8859_1)
                                    .replace("\\", "\\\\")
                                    .replace(",", "\\,"))
                            .collect(Collectors.joining(","));
                    Escapes.quoted(Octets.of(joined.getBytes(StandardCharsets.ISO_8859_1)), out);
                }
                yield out.toString();
            }
            case PORT -> length == 2 ? Integer.toString(port()) : "";
            case IPV4HINT -> {
                var items = new ArrayList<String>();
                for (int at = 0; at + 4 <= length; at += 4) {
                    items.add(new Ipv4Address(value.u16(at) << 16 | value.u16(at + 2)).toString());
                }
                yield length % 4 == 0 ? String.join(",", items) : "";
            }
            case IPV6HINT -> {
                var items = new ArrayList<String>();
                var buffer = value.toBuffer();
                for (int at = 0; at + 16 <= length; at += 16) {
                    items.add(new Ipv6Address(Bits.i64(buffer, at), Bits.i64(buffer, at + 8)).toString());
                }
                yield length % 16 == 0 ? String.join(",", items) : "";
            }
            case ECH -> length == 0 ? "" : "\"" + value.toBase64() + "\"";
            default -> "";
        };
    }
}
