package dev.ringwire.wire.dns;

import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.FieldValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names and strings in a message as tshark shows them, read where they stand. */
final class NameText {
    private static final byte[] ROOT = "<Root>".getBytes(StandardCharsets.US_ASCII);
    private static final int POINTERS = 128;

    private NameText() {}

    /** The position behind a name, or -1; where a pointer leads is not looked at. */
    static int skip(ByteBuffer b, int at, int limit) {
        while (at < limit) {
            int octet = Bits.u8(b, at);
            if (octet == 0) {
                return at + 1;
            }
            if (octet >= 0xc0) {
                return at + 2 <= limit ? at + 2 : -1;
            }
            if (octet >= 0x40) {
                return -1;
            }
            at += octet + 1;
        }
        return -1;
    }

    /**
     * Copies the labels of a name with dots between, pointers followed.
     *
     * @return how many octets, 0 for the root; or -1 if the name is damaged or goes on behind what was captured
     */
    static int copy(RecordIndex index, int at, byte[] out) {
        ByteBuffer b = index.buffer();
        int limit = index.limit();
        int length = 0;
        for (int pointers = 0; at < limit; ) {
            int octet = Bits.u8(b, at);
            if (octet == 0) {
                return length;
            }
            if (octet >= 0xc0) {
                if (at + 2 > limit || ++pointers > POINTERS) {
                    return -1;
                }
                at = index.dns().offset() + (Bits.u16(b, at) & 0x3fff);
                continue;
            }
            int separator = length == 0 ? 0 : 1;
            if (octet >= 0x40 || limit - at <= octet || length + separator + octet > DnsName.MAX_LENGTH - 2) {
                return -1;
            }
            if (separator != 0) {
                out[length++] = '.';
            }
            b.get(at + 1, out, length, octet);
            length += octet;
            at += octet + 1;
        }
        return -1;
    }

    /** The name at a position as text. */
    static boolean read(RecordIndex index, int at, FieldValue out) {
        byte[] room = out.room(DnsName.MAX_LENGTH + 8);
        int length = copy(index, at, room);
        if (length < 0) {
            return false;
        }
        return show(length, out);
    }

    /** Makes the first octets of the room, a name with dots, its text. */
    static boolean show(int length, FieldValue out) {
        byte[] room = out.room(length);
        if (length == 0) {
            byte[] root = out.room(ROOT.length);
            System.arraycopy(ROOT, 0, root, 0, ROOT.length);
            out.setText(ROOT.length);
            return true;
        }
        for (int i = 0; i < length; i++) {
            if (room[i] < ' ' || room[i] > '~') {
                return odd(new String(room, 0, length, StandardCharsets.UTF_8), out);
            }
        }
        out.setText(length);
        return true;
    }

    /** Control characters as in C, by letter or in octal; what is no UTF-8 is a replacement character. */
    private static boolean odd(String name, FieldValue out) {
        var text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            int letter = "\u0007\b\f\n\r\t\u000b".indexOf(c);
            if (letter >= 0) {
                text.append('\\').append("abfnrtv".charAt(letter));
            } else if (c < ' ' || c == 0x7f) {
                text.append('\\').append((char) ('0' + (c >> 6)));
                text.append((char) ('0' + (c >> 3 & 7))).append((char) ('0' + (c & 7)));
            } else {
                text.append(c);
            }
        }
        return set(text.toString().getBytes(StandardCharsets.UTF_8), out);
    }

    private static boolean set(byte[] bytes, FieldValue out) {
        System.arraycopy(bytes, 0, out.room(bytes.length), 0, bytes.length);
        out.setText(bytes.length);
        return true;
    }

    /** A string in ASCII: every other octet is a replacement character. */
    static boolean ascii(ByteBuffer b, int at, int length, FieldValue out) {
        for (int i = at; i < at + length; i++) {
            if (b.get(i) < 0) {
                byte[] bytes = new byte[length];
                b.get(at, bytes);
                return set(new String(bytes, StandardCharsets.US_ASCII).getBytes(StandardCharsets.UTF_8), out);
            }
        }
        out.setRange(b, at, length);
        return true;
    }
}
