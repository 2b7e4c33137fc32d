package dev.ringwire.wire.dns;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.NameDecompressor;
import dev.ringwire.accel.NameTable;
import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.wire.DecodeError;
import dev.ringwire.wire.DecodeException;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a message. The decompressor finds and proves all names in one go, and with them the bounds of all records; what
 * is read here refers to its names by position.
 */
final class MessageReader implements RdataSource {
    static final int HEADER = 12;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<NameTable> TABLE = ThreadLocal.withInitial(NameTable::new);

    /** A name, a type, a class, a time to live, a length; each record that a length of 16 bits allows has that. */
    private static final int MIN_RECORD = 11;

    private final byte[] message;
    private final NameTable table;
    private final byte[] names;
    private int nextName;
    private DnsName last = DnsName.ROOT;
    private int lastOffset = -1;
    private int at;
    private int end;

    /** The message must not change until it has been read. What is read shares nothing with it. */
    MessageReader(byte[] message) {
        this.message = message;
        NameTable found = TABLE.get();
        int count = Accelerators.names().decompress(message, 0, message.length, found);
        if (count == NameDecompressor.FULL) {
            // Bounded: no message has more names than half its octets, and none is longer than 255.
            int most = Math.min(message.length, 1 << 16);
            found = new NameTable(most, Math.min(most * DnsName.MAX_LENGTH + 512, 1 << 24));
            count = Accelerators.names().decompress(message, 0, message.length, found);
        }
        if (count < 0) {
            throw error(found.where(), message.length - found.where(), NameDecompressor.describe(count));
        }
        table = found;
        names = found.toBytes();
        at = HEADER;
        end = message.length;
    }

    /** The data of one record alone. */
    static Rdata data(int type, byte[] data) {
        var sink = new WireSink(false);
        sink.octets(Octets.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}));
        sink.record(new DnsRecord(DnsName.ROOT, DnsClass.IN, 0, new Rdata.Unknown(type, Octets.of(data))));
        return new MessageReader(sink.toBytes()).record().data();
    }

    int u16At(int index) {
        return (short) SHORTS.get(message, index) & 0xffff;
    }

    DnsQuestion question() {
        DnsName name = name();
        int typeAndClass = (int) INTS.get(message, at);
        at += 4;
        return new DnsQuestion(name, typeAndClass >>> 16, typeAndClass & 0xffff);
    }

    List<DnsQuestion> questions(int count) {
        if (count == 0) {
            return List.of();
        }
        if (count == 1) {
            return List.of(question());
        }
        var questions = new DnsQuestion[count];
        for (int i = 0; i < count; i++) {
            questions[i] = question();
        }
        return List.of(questions);
    }

    List<DnsRecord> records(int count) {
        if (count == 0) {
            return List.of();
        }
        if (count == 1) {
            return List.of(record());
        }
        if (count == 2) {
            return List.of(record(), record());
        }
        var records = new DnsRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = record();
        }
        return List.of(records);
    }

    DnsRecord record() {
        DnsName name = name();
        int start = at;
        long head = (long) LONGS.get(message, start);
        int type = (int) (head >>> 48);
        int dnsClass = (int) (head >>> 32) & 0xffff;
        long ttl = head & 0xffff_ffffL;
        int length = u16At(start + 8);
        at = start + MIN_RECORD - 1;
        end = at + length;
        Rdata data = length == 0 && type != DnsType.OPT ? new Rdata.Unknown(type, Octets.EMPTY) : data(type);
        end = message.length;
        return new DnsRecord(name, dnsClass, ttl, data);
    }

    private Rdata data(int type) {
        int start = at;
        int firstName = nextName;
        Rdata data = RdataCodec.read(type, this);
        if (at != end) {
            throw wrongLength(type, start);
        }
        if ((type == DnsType.SVCB || type == DnsType.HTTPS) && !hasValidParams(data)) {
            at = start;
            nextName = firstName;
            return new Rdata.Unknown(type, unknown());
        }
        return data;
    }

    private static boolean hasValidParams(Rdata data) {
        List<SvcParam> params = data instanceof Rdata.Svcb svcb ? svcb.params() : ((Rdata.Https) data).params();
        return params.stream().allMatch(SvcParam::isValid);
    }

    private DecodeException wrongLength(int type, int start) {
        return error(
                start,
                end - start,
                "dns.resp.len is " + (end - start) + ", but " + DnsType.text(type) + " data takes " + (at - start));
    }

    private DecodeException error(int offset, int available, String reason) {
        return new DecodeException(new DecodeError(
                "DNS", offset, available + 1, available, end == message.length ? "" : "dns.resp.len", reason));
    }

    private int need(int bytes) {
        int from = at;
        if (end - from < bytes) {
            throw tooShort(bytes);
        }
        at = from + bytes;
        return from;
    }

    private DecodeException tooShort(int bytes) {
        int left = end - at;
        return error(
                at,
                left,
                "record data ends too early: needs " + bytes + " bytes, " + left + " are left by dns.resp.len");
    }

    @Override
    public int u8() {
        return message[need(1)] & 0xff;
    }

    @Override
    public int u16() {
        return u16At(need(2));
    }

    @Override
    public long u32() {
        return (int) INTS.get(message, need(4)) & 0xffff_ffffL;
    }

    @Override
    public Ipv4Address ipv4() {
        return new Ipv4Address((int) INTS.get(message, need(4)));
    }

    @Override
    public Ipv6Address ipv6() {
        int from = need(16);
        return new Ipv6Address((long) LONGS.get(message, from), (long) LONGS.get(message, from + 8));
    }

    @Override
    public DnsName name() {
        int name = nextName;
        if (name >= table.count() || table.position(name) != at) {
            throw error(at, end - at, "a name should stand here");
        }
        nextName = name + 1;
        at = table.end(name);
        // Records that belong together mostly have the same name.
        int offset = table.offset(name);
        if (offset != lastOffset) {
            lastOffset = offset;
            last = new DnsName(names, offset, table.length(name));
        }
        return last;
    }

    private Octets octets(int length) {
        int from = need(length);
        return new Octets(Arrays.copyOfRange(message, from, from + length), 0, length);
    }

    private Octets rest() {
        return octets(end - at);
    }

    @Override
    public Octets string() {
        return octets(u8());
    }

    @Override
    public List<Octets> strings() {
        var first = string();
        if (at == end) {
            return List.of(first);
        }
        var strings = new ArrayList<>(List.of(first));
        while (at < end) {
            strings.add(string());
        }
        return strings;
    }

    @Override
    public String tag() {
        return new String(string().toBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public Octets text() {
        return rest();
    }

    @Override
    public Octets hex() {
        return rest();
    }

    @Override
    public Octets base64() {
        return rest();
    }

    @Override
    public Octets salt() {
        return string();
    }

    @Override
    public Octets hash() {
        return string();
    }

    @Override
    public int type() {
        return u16();
    }

    @Override
    public long time() {
        return u32();
    }

    @Override
    public TypeBitmap bitmap() {
        int from = at;
        try {
            return new TypeBitmap(rest());
        } catch (IllegalArgumentException e) {
            throw error(from, end - from, e.getMessage());
        }
    }

    @Override
    public List<SvcParam> params() {
        var params = new ArrayList<SvcParam>();
        while (at < end) {
            params.add(new SvcParam(u16(), octets(u16())));
        }
        return params;
    }

    @Override
    public List<EdnsOption> options() {
        if (at == end) {
            return List.of();
        }
        var options = new ArrayList<EdnsOption>();
        while (at < end) {
            options.add(EdnsOption.decode(u16(), octets(u16())));
        }
        return options;
    }

    /** A pointer means nothing outside its message, so that names are given whole (RFC 3597, section 4). */
    @Override
    public Octets unknown() {
        if (nextName == table.count() || table.position(nextName) >= end) {
            return rest();
        }
        var out = new ByteArrayOutputStream();
        while (nextName < table.count() && table.position(nextName) < end) {
            int position = table.position(nextName);
            out.write(message, at, position - at);
            out.write(names, table.offset(nextName), table.length(nextName));
            at = table.end(nextName++);
        }
        out.write(message, at, end - at);
        at = end;
        byte[] bytes = out.toByteArray();
        return new Octets(bytes, 0, bytes.length);
    }
}
