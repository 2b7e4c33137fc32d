package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a message, or record data alone. */
final class WireSink implements RdataSink {
    private static final int MAX_POINTER = 0x3fff;

    private byte[] out = new byte[512];
    private int at;

    /** Where each name and each end of one stands; octets, so that a name keeps its letters' case. */
    private final Map<Octets, Integer> places = new HashMap<>();

    private final boolean compress;

    WireSink(boolean compress) {
        this.compress = compress;
    }

    int position() {
        return at;
    }

    byte[] toBytes() {
        return Arrays.copyOf(out, at);
    }

    private void room(int bytes) {
        if (out.length - at < bytes) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, at + bytes));
        }
    }

    private static int check(String what, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " takes 0.." + max + ", not " + value);
        }
        return (int) value;
    }

    @Override
    public void u8(int value) {
        room(1);
        out[at++] = (byte) check("a field of 8 bits", value, 0xff);
    }

    @Override
    public void u16(int value) {
        room(2);
        check("a field of 16 bits", value, 0xffff);
        out[at++] = (byte) (value >> 8);
        out[at++] = (byte) value;
    }

    @Override
    public void u32(long value) {
        int bits = check("a field of 32 bits", value, 0xffff_ffffL);
        u16(bits >>> 16);
        u16(bits & 0xffff);
    }

    void octets(Octets value) {
        room(value.length);
        System.arraycopy(value.array, value.offset, out, at, value.length);
        at += value.length;
    }

    @Override
    public void ipv4(Ipv4Address value) {
        u32(value.bits() & 0xffff_ffffL);
    }

    @Override
    public void ipv6(Ipv6Address value) {
        for (int shift = 48; shift >= 0; shift -= 16) {
            u16((int) (value.high() >>> shift) & 0xffff);
        }
        for (int shift = 48; shift >= 0; shift -= 16) {
            u16((int) (value.low() >>> shift) & 0xffff);
        }
    }

    @Override
    public void name(DnsName value) {
        octets(value.octets());
    }

    @Override
    public void compressible(DnsName value) {
        if (!compress) {
            name(value);
            return;
        }
        for (DnsName rest = value; !rest.isRoot(); rest = rest.parent()) {
            Integer place = places.get(rest.octets());
            if (place != null) {
                u16(0xc000 | place);
                return;
            }
            if (at <= MAX_POINTER) {
                places.put(rest.octets(), at);
            }
            octets(rest.octets().slice(0, rest.octets().at(0) + 1));
        }
        u8(0);
    }

    @Override
    public void string(Octets value) {
        u8(check("length of a character-string", value.length(), 0xff));
        octets(value);
    }

    @Override
    public void tag(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        string(new Octets(bytes, 0, bytes.length));
    }

    @Override
    public void text(Octets value) {
        octets(value);
    }

    @Override
    public void hex(Octets value) {
        octets(value);
    }

    @Override
    public void base64(Octets value) {
        octets(value);
    }

    @Override
    public void salt(Octets value) {
        string(value);
    }

    @Override
    public void hash(Octets value) {
        string(value);
    }

    @Override
    public void type(int value) {
        u16(value);
    }

    @Override
    public void time(long value) {
        u32(value);
    }

    @Override
    public void bitmap(TypeBitmap value) {
        octets(value.wire());
    }

    @Override
    public void params(List<SvcParam> value) {
        for (SvcParam param : value) {
            u16(param.key());
            u16(check("length of a parameter", param.value().length(), 0xffff));
            octets(param.value());
        }
    }

    @Override
    public void options(List<EdnsOption> value) {
        for (EdnsOption option : value) {
            Octets data = option.data();
            u16(option.code());
            u16(check("length of an option", data.length(), 0xffff));
            octets(data);
        }
    }

    @Override
    public void unknown(Octets value) {
        octets(value);
    }

    void question(DnsQuestion question) {
        compressible(question.name());
        u16(question.type());
        u16(question.dnsClass());
    }

    /** Returns where its data starts: its length stands before. */
    int record(DnsRecord record) {
        compressible(record.name());
        u16(record.type());
        u16(record.dnsClass());
        u32(record.ttl());
        u16(0);
        int start = at;
        RdataCodec.write(record.data(), this);
        int length = check("length of record data", at - start, 0xffff);
        out[start - 2] = (byte) (length >> 8);
        out[start - 1] = (byte) length;
        return start;
    }
}
