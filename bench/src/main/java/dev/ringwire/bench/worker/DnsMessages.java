package dev.ringwire.bench.worker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * DNS messages like those of a resolver's day, always the same: queries, answers through aliases, mail exchangers and
 * name servers with their addresses, denials, reverse names. Names are compressed as servers do it (RFC 1035, 4.1.4).
 */
public final class DnsMessages {
    private static final String[] ZONES = {
        "example.com", "ringwire.dev", "static.content.example.net", "example.co.uk", "akadns.example.org"
    };
    private static final String[] HOSTS = {"www", "mail", "api", "cdn-17", "ns1", "login", "images", "edge-star-mini"};
    private static final int A = 1;
    private static final int NS = 2;
    private static final int CNAME = 5;
    private static final int SOA = 6;
    private static final int PTR = 12;
    private static final int MX = 15;
    private static final int AAAA = 28;
    private static final int POINTER = 0xc000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> places = new HashMap<>();

    private DnsMessages() {}

    /** Writes messages to a file, each behind its length in two bytes. */
    public static void write(Path file, int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : make(count)) {
            all.write(message.length >> 8);
            all.write(message.length);
            all.writeBytes(message);
        }
        Files.write(file, all.toByteArray());
    }

    /** As many messages. */
    public static List<byte[]> make(int count) {
        Random random = new Random(1);
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(make(random, i % 8));
        }
        return messages;
    }

    /** The messages of such a file. */
    public static List<byte[]> read(Path file) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (true) {
                messages.add(in.readNBytes(in.readUnsignedShort()));
            }
        } catch (EOFException allRead) {
            return messages;
        }
    }

    private static byte[] make(Random random, int kind) {
        String zone = ZONES[random.nextInt(ZONES.length)];
        String host = HOSTS[random.nextInt(HOSTS.length)] + "." + zone;
        DnsMessages m = new DnsMessages();
        switch (kind) {
            case 0, 1 -> m.header(0x0100, 0, 0, 0).question(host, kind == 0 ? A : AAAA);
            case 2, 3 -> {
                String target = "e" + random.nextInt(10_000) + ".dsca." + ZONES[4];
                m.header(0x8180, 3, 0, 0).question(host, A);
                m.record(host, CNAME, target).address(target, random).address(target, random);
            }
            case 4 -> {
                m.header(0x8180, 2, 0, 2).question(zone, MX);
                m.record(zone, MX, "mx1." + zone).record(zone, MX, "mx2." + zone);
                m.address("mx1." + zone, random).address("mx2." + zone, random);
            }
            case 5 -> {
                m.header(0x8180, 1, 2, 2).question(host, A).address(host, random);
                m.record(zone, NS, "ns1." + zone).record(zone, NS, "ns2." + zone);
                m.address("ns1." + zone, random).address("ns2." + zone, random);
            }
            case 6 -> m.header(0x8183, 0, 1, 0).question("nothere." + zone, A).soa(zone);
            default -> {
                String reverse = random.nextInt(256) + "." + random.nextInt(256) + ".168.192.in-addr.arpa";
                m.header(0x8180, 1, 0, 0).question(reverse, PTR).record(reverse, PTR, host);
            }
        }
        return m.out.toByteArray();
    }

    private DnsMessages header(int flags, int answers, int authorities, int additionals) {
        return u16(0x1234).u16(flags).u16(1).u16(answers).u16(authorities).u16(additionals);
    }

    private DnsMessages question(String name, int type) {
        return name(name).u16(type).u16(1);
    }

    private DnsMessages address(String name, Random random) {
        return start(name, A).u16(4).u16(random.nextInt(1 << 16)).u16(random.nextInt(1 << 16));
    }

    private DnsMessages soa(String zone) {
        DnsMessages data = after(start(zone, SOA)).name("ns1." + zone).name("hostmaster." + zone);
        for (int i = 0; i < 10; i++) {
            data.u16(3600);
        }
        return rdata(data);
    }

    private DnsMessages record(String name, int type, String target) {
        DnsMessages data = after(start(name, type));
        return rdata(type == MX ? data.u16(10).name(target) : data.name(target));
    }

    private DnsMessages start(String name, int type) {
        return name(name).u16(type).u16(1).u16(0).u16(300);
    }

    /** A message that goes on behind the length of record data, which is not known yet. */
    private static DnsMessages after(DnsMessages message) {
        DnsMessages data = new DnsMessages();
        data.places.putAll(message.places);
        data.out.writeBytes(message.out.toByteArray());
        return data.u16(0);
    }

    private DnsMessages rdata(DnsMessages data) {
        byte[] whole = data.out.toByteArray();
        int start = out.size() + 2;
        u16(whole.length - start);
        out.write(whole, start, whole.length - start);
        places.putAll(data.places);
        return this;
    }

    private DnsMessages name(String name) {
        String rest = name;
        while (!rest.isEmpty()) {
            Integer place = places.get(rest);
            if (place != null) {
                return u16(POINTER | place);
            }
            places.put(rest, out.size());
            int dot = rest.indexOf('.');
            String label = dot < 0 ? rest : rest.substring(0, dot);
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            rest = dot < 0 ? "" : rest.substring(dot + 1);
        }
        out.write(0);
        return this;
    }

    private DnsMessages u16(int value) {
        out.write(value >> 8);
        out.write(value);
        return this;
    }
}
