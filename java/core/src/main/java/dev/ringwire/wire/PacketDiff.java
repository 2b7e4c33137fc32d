package dev.ringwire.wire;

import dev.ringwire.wire.Difference.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Finds in what two packets differ: layers are matched by protocol so that as many as possible are in both. */
final class PacketDiff {
    private static final int SHOWN = 8;

    private final Packet left;
    private final Packet right;
    private final List<Difference> found = new ArrayList<>();

    private PacketDiff(Packet left, Packet right) {
        this.left = left;
        this.right = right;
    }

    static List<Difference> of(Packet left, Packet right) {
        var diff = new PacketDiff(left, right);
        diff.layers();
        diff.bytes("Trailer", left.trailer(), right.trailer());
        return List.copyOf(diff.found);
    }

    private void layers() {
        List<Header> a = left.layers();
        List<Header> b = right.layers();
        // Most layers in common from [i] and [j] on.
        int[][] common = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                common[i][j] = a.get(i).protocol().equals(b.get(j).protocol())
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size()
                    && j < b.size()
                    && a.get(i).protocol().equals(b.get(j).protocol())) {
                headers(name(left, i), a.get(i++), b.get(j++));
            } else if (j == b.size() || i < a.size() && common[i + 1][j] >= common[i][j + 1]) {
                found.add(new Difference(
                        Kind.ONLY_LEFT, name(left, i), "", a.get(i++).summary(), ""));
            } else {
                found.add(new Difference(
                        Kind.ONLY_RIGHT, name(right, j), "", "", b.get(j++).summary()));
            }
        }
    }

    private static String name(Packet packet, int layer) {
        Protocol protocol = packet.layers().get(layer).protocol();
        long n = packet.layers().subList(0, layer + 1).stream()
                .filter(header -> header.protocol().equals(protocol))
                .count();
        return n == 1 ? protocol.name() : protocol.name() + " " + n;
    }

    private void headers(String layer, Header a, Header b) {
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        int before = found.size();
        // Bits that a difference was told of: a field made up of others says nothing new.
        boolean[] told = new boolean[8 * Math.max(left.length, right.length)];
        for (FixedField field : Setters.narrowFirst(a.protocol())) {
            fixed(layer, field, a, b, told);
        }
        for (Field field : a.protocol().fields()) {
            if (field instanceof ComputedField computed && !computed.derived()) {
                String was = values(field, a);
                String is = values(field, b);
                if (!was.equals(is)) {
                    found.add(new Difference(Kind.FIELD, layer, field.name(), was, is));
                }
            }
        }
        if (found.size() == before) {
            bytes(layer, left, right);
        }
    }

    private void fixed(String layer, FixedField field, Header a, Header b, boolean[] told) {
        String was = values(field, a);
        String is = values(field, b);
        if (was.equals(is)) {
            return;
        }
        int to = Math.min(field.bitOffset() + field.bitWidth(), told.length);
        if (IntStream.range(field.bitOffset(), to).noneMatch(bit -> told[bit])) {
            found.add(new Difference(Kind.FIELD, layer, field.name(), was, is));
        }
        Arrays.fill(told, field.bitOffset(), to, true);
    }

    private static String values(Field field, Header header) {
        var value = new FieldValue();
        var out = new StringBuilder();
        for (int n = 0; field.read(header, n, value); n++) {
            out.append(n == 0 ? "" : ",").append(FieldFormat.text(field, value));
        }
        return out.toString();
    }

    private void bytes(String layer, byte[] a, byte[] b) {
        int at = Arrays.mismatch(a, b);
        if (at >= 0) {
            String what = a.length == b.length
                    ? "from byte " + at
                    : "from byte " + at + " of " + a.length + " and " + b.length;
            found.add(new Difference(Kind.BYTES, layer, what, some(a, at), some(b, at)));
        }
    }

    private static String some(byte[] bytes, int from) {
        int to = Math.min(bytes.length, from + SHOWN);
        return HexFormat.ofDelimiter(" ").formatHex(bytes, from, to) + (to < bytes.length ? " ..." : "");
    }
}
