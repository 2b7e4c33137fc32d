package dev.ringwire.wire;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/** What the IPv6 extension headers with a length in units of eight bytes share, RFC 6564. */
final class Ipv6Extension {
    private static final int UNIT = 8;
    private static final int MAX = UNIT * 256;

    private Ipv6Extension() {}

    static void dissect(PacketParser p, Protocol protocol, int offset, int end) {
        ByteBuffer b = p.buffer();
        int available = p.available(offset, end);
        if (available < UNIT) {
            p.truncated(protocol, offset, end, UNIT);
            return;
        }
        int length = UNIT + UNIT * Bits.u8(b, offset + 1);
        if (available < length) {
            p.truncated(protocol, offset, end, length);
            return;
        }
        if (p.add(protocol, offset, offset + length, end)) {
            p.ipProtocol(Bits.u8(b, offset), offset + length, end);
        }
    }

    static void fix(Assembly assembly, FixedField length) {
        if (assembly.lengths()) {
            assembly.set(length, (assembly.headerEnd() - assembly.offset()) / UNIT - 1);
        }
    }

    /** {@code bytes}, if a header of them behind {@code fixed} others has a length that can be said. */
    static byte[] checked(byte[] bytes, int fixed) {
        int length = fixed + bytes.length;
        if (length % UNIT != 0 || length == 0 || length > MAX) {
            throw new IllegalArgumentException("an IPv6 extension header of " + length
                    + " bytes: it takes a multiple of 8 up to " + MAX + "; pad the options");
        }
        return bytes;
    }
}
