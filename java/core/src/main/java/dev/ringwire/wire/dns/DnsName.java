package dev.ringwire.wire.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A domain name (RFC 1035, section 3.1): labels up to the root. Its letters keep their case; upper and lower case are
 * equal (RFC 4343).
 */
public final class DnsName implements Comparable<DnsName> {
    /** Most octets of a name, the zero at its end included. */
    public static final int MAX_LENGTH = 255;

    /** Most octets of a label. */
    public static final int MAX_LABEL = 63;

    /** The root. */
    public static final DnsName ROOT = new DnsName(new byte[1], 0, 1);

    // In wire form, never compressed: each label behind its length, and a zero.
    private final byte[] wire;
    private final int offset;
    private final int length;

    /** The range must never change, and hold a whole name. */
    DnsName(byte[] wire, int offset, int length) {
        this.wire = wire;
        this.offset = offset;
        this.length = length;
    }

    /**
     * A name as RFC 1035 writes it in section 5.1: labels with dots between, {@code \.} for a dot within a label,
     * {@code \007} for any octet. A dot at the end changes nothing: every name reaches to the root, which alone is
     * {@code .}. Other characters than ASCII stand for their UTF-8 octets.
     *
     * @throws IllegalArgumentException if a label is empty or longer than 63 octets, or the name longer than 255
     */
    public static DnsName of(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        if (in.length == 1 && in[0] == '.') {
            return ROOT;
        }
        byte[] out = new byte[in.length + 2];
        int start = 0;
        int end = 1;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '.') {
                label(text, out, start, end);
                start = end++;
            } else if (in[i] == '\\') {
                i = Escapes.parse(in, i, out, end++);
            } else {
                out[end++] = in[i];
            }
        }
        if (end > start + 1 || in.length == 0) {
            label(text, out, start, end);
            end++;
        }
        if (end > MAX_LENGTH) {
            throw new IllegalArgumentException("name of " + end + " octets, at most " + MAX_LENGTH + ": " + text);
        }
        return new DnsName(out, 0, end);
    }

    private static void label(String text, byte[] out, int start, int end) {
        int length = end - start - 1;
        if (length == 0 || length > MAX_LABEL) {
            throw new IllegalArgumentException(
                    "label of " + length + " octets, must be 1 to " + MAX_LABEL + ": \"" + text + "\"");
        }
        out[start] = (byte) length;
    }

    /** Octets in wire form, 1 to 255: the zero at the end included, not compressed. */
    public int length() {
        return length;
    }

    /** How many labels there are; the root has none. */
    public int labels() {
        int labels = 0;
        for (int at = offset; wire[at] != 0; at += wire[at] + 1) {
            labels++;
        }
        return labels;
    }

    /** Whether this is the root. */
    public boolean isRoot() {
        return length == 1;
    }

    /** The name without its first label; the root's is the root. */
    public DnsName parent() {
        int label = wire[offset];
        return label == 0 ? this : new DnsName(wire, offset + label + 1, length - label - 1);
    }

    /** Whether this is {@code zone}, or below it. */
    public boolean isWithin(DnsName zone) {
        DnsName name = this;
        while (name.length > zone.length) {
            name = name.parent();
        }
        return name.equals(zone);
    }

    /** The wire form: each label behind its length, and a zero; not compressed. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(wire, offset, offset + length);
    }

    /** The wire form in place. */
    Octets octets() {
        return new Octets(wire, offset, length);
    }

    /** {@link #toString} with a dot at the end, as zone files have it. */
    public String toAbsolute() {
        return isRoot() ? "." : this + ".";
    }

    /** The order of RFC 4034, section 6.1: by the last label first, upper and lower case alike. */
    @Override
    public int compareTo(DnsName other) {
        int[] mine = starts();
        int[] theirs = other.starts();
        for (int i = mine.length - 1, j = theirs.length - 1; i >= 0 && j >= 0; i--, j--) {
            int a = mine[i];
            int b = theirs[j];
            int shared = Math.min(wire[a], other.wire[b]);
            for (int k = 1; k <= shared; k++) {
                int difference = lower(wire[a + k]) - lower(other.wire[b + k]);
                if (difference != 0) {
                    return difference;
                }
            }
            if (wire[a] != other.wire[b]) {
                return wire[a] - other.wire[b];
            }
        }
        return mine.length - theirs.length;
    }

    private int[] starts() {
        int[] starts = new int[labels()];
        for (int i = 0, at = offset; i < starts.length; i++, at += wire[at] + 1) {
            starts[i] = at;
        }
        return starts;
    }

    private static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet & 0xff;
    }

    @Override
    public boolean equals(Object o) {
        if (!(o instanceof DnsName other) || other.length != length) {
            return false;
        }
        // No length octet is a letter, so all octets can be compared alike.
        for (int i = 0; i < length; i++) {
            byte a = wire[offset + i];
            byte b = other.wire[other.offset + i];
            if (a != b && lower(a) != lower(b)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + lower(wire[i]);
        }
        return hash;
    }

    /** The name as {@link #of} takes it, without a dot at the end. */
    @Override
    public String toString() {
        if (isRoot()) {
            return ".";
        }
        byte[] out = Arrays.copyOfRange(wire, offset + 1, offset + length - 1);
        // Nearly every name is letters, digits, hyphens and underscores: there only the length octets change.
        for (int i = 0, next = wire[offset]; i < out.length; i++) {
            int octet = out[i];
            if (i == next) {
                next += octet + 1;
                out[i] = '.';
            } else if (Escapes.isSpecialInName(octet)) {
                return escaped();
            }
        }
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private String escaped() {
        var out = new StringBuilder();
        for (int at = offset; wire[at] != 0; at += wire[at] + 1) {
            out.append(at == offset ? "" : ".");
            for (int i = at + 1; i <= at + wire[at]; i++) {
                Escapes.inName(wire[i], out);
            }
        }
        return out.toString();
    }
}
