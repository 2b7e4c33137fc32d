package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.wire.DecodeException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Reads a line of a zone file (RFC 1035, section 5.1); parentheses and comments may make it several. */
final class TextSource implements RdataSource {
    private final List<String> words = new ArrayList<>();
    private int next;

    TextSource(String line) {
        int depth = 0;
        for (int i = 0; i < line.length(); ) {
            char c = line.charAt(i);
            if (c == ';') {
                int end = line.indexOf('\n', i);
                i = end < 0 ? line.length() : end;
            } else if (c == '(' || c == ')') {
                depth += c == '(' ? 1 : -1;
                i++;
            } else if (Character.isWhitespace(c)) {
                i++;
            } else {
                int end = endOfWord(line, i);
                words.add(line.substring(i, end));
                i = end;
            }
        }
        if (depth != 0) {
            throw new IllegalArgumentException("parentheses do not match: " + line);
        }
    }

    private static int endOfWord(String line, int from) {
        boolean quoted = false;
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (Character.isWhitespace(c) || c == ';' || c == '(' || c == ')')) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("no quotation mark at the end of " + line.substring(from));
        }
        return line.length();
    }

    /** The next word, as it stands. */
    String word() {
        if (next == words.size()) {
            throw new IllegalArgumentException(
                    words.isEmpty() ? "nothing there" : "something is missing behind \"" + words.get(next - 1) + "\"");
        }
        return words.get(next++);
    }

    /** Data of a type, to the end. */
    Rdata data(int type) {
        Rdata data;
        if (next < words.size() && words.get(next).equals("\\#")) {
            Octets octets = unknown();
            data = octets.length() == 0 ? new Rdata.Unknown(type, octets) : decode(type, octets);
        } else {
            data = RdataCodec.read(type, this);
        }
        if (next < words.size()) {
            throw new IllegalArgumentException(
                    "\"" + words.get(next) + "\" is too much for " + DnsType.text(type) + " data");
        }
        return data;
    }

    private static Rdata decode(int type, Octets octets) {
        try {
            return MessageReader.data(type, octets.toBytes());
        } catch (DecodeException e) {
            throw new IllegalArgumentException("no " + DnsType.text(type) + " data: " + e.getMessage(), e);
        }
    }

    private long number(long max) {
        String word = word();
        if (!word.matches("\\d{1,10}") || Long.parseLong(word) > max) {
            throw new IllegalArgumentException("\"" + word + "\" is no number from 0 to " + max);
        }
        return Long.parseLong(word);
    }

    @Override
    public int u8() {
        return (int) number(0xff);
    }

    @Override
    public int u16() {
        return (int) number(0xffff);
    }

    @Override
    public long u32() {
        return number(0xffff_ffffL);
    }

    @Override
    public Ipv4Address ipv4() {
        return Ipv4Address.of(word());
    }

    @Override
    public Ipv6Address ipv6() {
        return Ipv6Address.of(word());
    }

    @Override
    public DnsName name() {
        return DnsName.of(word());
    }

    /** The octets of a word, quotation marks and backslashes resolved. */
    static Octets octets(String word) {
        byte[] in = word.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '\\') {
                i = Escapes.parse(in, i, out, length++);
            } else if (in[i] != '"') {
                out[length++] = in[i];
            }
        }
        return new Octets(out, 0, length);
    }

    @Override
    public Octets string() {
        Octets octets = octets(word());
        if (octets.length() > 255) {
            throw new IllegalArgumentException("character-string of " + octets.length() + " octets, at most 255");
        }
        return octets;
    }

    @Override
    public List<Octets> strings() {
        var strings = new ArrayList<Octets>();
        do {
            strings.add(string());
        } while (next < words.size());
        return strings;
    }

    @Override
    public String tag() {
        return new String(string().toBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public Octets text() {
        return octets(word());
    }

    private String rest() {
        String rest = String.join("", words.subList(next, words.size()));
        next = words.size();
        return rest;
    }

    @Override
    public Octets hex() {
        return hex(rest());
    }

    private static Octets hex(String digits) {
        byte[] bytes = HexFormat.of().parseHex(digits);
        return new Octets(bytes, 0, bytes.length);
    }

    @Override
    public Octets base64() {
        byte[] bytes = Base64.getDecoder().decode(rest());
        return new Octets(bytes, 0, bytes.length);
    }

    @Override
    public Octets salt() {
        String word = word();
        return word.equals("-") ? Octets.EMPTY : hex(word);
    }

    @Override
    public Octets hash() {
        byte[] bytes = Base32.decode(word());
        return new Octets(bytes, 0, bytes.length);
    }

    @Override
    public int type() {
        return DnsType.of(word());
    }

    @Override
    public long time() {
        String word = word();
        if (word.matches("\\d{1,10}")) {
            next--;
            return u32();
        }
        try {
            return LocalDateTime.parse(word, TextSink.TIME).toEpochSecond(ZoneOffset.UTC) & 0xffff_ffffL;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + word + "\" is no time like 20260131235959", e);
        }
    }

    @Override
    public TypeBitmap bitmap() {
        int[] types =
                words.subList(next, words.size()).stream().mapToInt(DnsType::of).toArray();
        next = words.size();
        return TypeBitmap.of(types);
    }

    @Override
    public List<SvcParam> params() {
        var params = new ArrayList<SvcParam>();
        while (next < words.size()) {
            params.add(SvcParam.parse(word()));
        }
        params.sort((a, b) -> a.key() - b.key()); // RFC 9460, section 2.2
        return params;
    }

    @Override
    public List<EdnsOption> options() {
        throw new IllegalArgumentException("OPT data has no text but that of RFC 3597, such as \\# 4 000a0000");
    }

    @Override
    public Octets unknown() {
        if (!word().equals("\\#")) {
            throw new IllegalArgumentException("data of this type is written \\# LENGTH HEX (RFC 3597)");
        }
        int length = u16();
        Octets octets = hex();
        if (octets.length() != length) {
            throw new IllegalArgumentException("\\# " + length + " is followed by " + octets.length() + " octets");
        }
        return octets;
    }

    /** The words of a list with commas between, where a backslash takes the meaning of one. */
    static List<Octets> list(Octets value) {
        var items = new ArrayList<Octets>();
        var item = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if (octet == ',') {
                items.add(Octets.of(item.toByteArray()));
                item.reset();
            } else {
                item.write(octet == '\\' && i + 1 < value.length() ? value.at(++i) : octet);
            }
        }
        items.add(Octets.of(item.toByteArray()));
        return items;
    }
}
