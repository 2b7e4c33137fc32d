package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Writes record data as zone files have it. */
final class TextSink implements RdataSink {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

    private final StringBuilder out = new StringBuilder();

    /** A word. */
    private void add(String word) {
        out.append(out.length() == 0 ? "" : " ").append(word);
    }

    @Override
    public void u8(int value) {
        add(Integer.toString(value));
    }

    @Override
    public void u16(int value) {
        add(Integer.toString(value));
    }

    @Override
    public void u32(long value) {
        add(Long.toString(value));
    }

    @Override
    public void ipv4(Ipv4Address value) {
        add(value.toString());
    }

    @Override
    public void ipv6(Ipv6Address value) {
        add(value.toString());
    }

    @Override
    public void name(DnsName value) {
        add(value.toAbsolute());
    }

    @Override
    public void compressible(DnsName value) {
        name(value);
    }

    @Override
    public void string(Octets value) {
        add("");
        Escapes.quoted(value, out);
    }

    @Override
    public void tag(String value) {
        add(value.isEmpty() ? "\"\"" : "");
        for (byte octet : value.getBytes(StandardCharsets.ISO_8859_1)) {
            Escapes.inName(octet, out);
        }
    }

    @Override
    public void text(Octets value) {
        string(value);
    }

    @Override
    public void hex(Octets value) {
        if (value.length() > 0) {
            add(value.toHex().toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public void base64(Octets value) {
        if (value.length() > 0) {
            add(value.toBase64());
        }
    }

    @Override
    public void salt(Octets value) {
        add(value.length() == 0 ? "-" : value.toHex().toUpperCase(Locale.ROOT));
    }

    @Override
    public void hash(Octets value) {
        add(Base32.encode(value));
    }

    @Override
    public void type(int value) {
        add(DnsType.text(value));
    }

    @Override
    public void time(long value) {
        add(TIME.format(Instant.ofEpochSecond(value).atOffset(ZoneOffset.UTC)));
    }

    @Override
    public void bitmap(TypeBitmap value) {
        if (value.wire().length() > 0) {
            add(value.toString());
        }
    }

    @Override
    public void params(List<SvcParam> value) {
        value.forEach(param -> add(param.toString()));
    }

    @Override
    public void options(List<EdnsOption> value) {
        var wire = new WireSink(false);
        wire.options(value);
        byte[] bytes = wire.toBytes();
        unknown(new Octets(bytes, 0, bytes.length)); // RFC 6891 gives OPT no text of its own
    }

    @Override
    public void unknown(Octets value) {
        add("\\# " + value.length());
        hex(value);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
