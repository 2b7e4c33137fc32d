package dev.ringwire.wire.dns;

import dev.ringwire.bytes.Bits;
import dev.ringwire.wire.Assembly;
import dev.ringwire.wire.FixedField;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Selector;
import java.util.List;

/**
 * The length before each DNS message over TCP, RFC 1035 section 4.2.2. A segment may hold several messages; one that
 * goes on in the next segment is seen as far as it is here.
 *
 * <pre>
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * |             Length            |
 * </pre>
 */
public final class DnsTcp extends Header {
    /** Bytes of it. */
    public static final int LENGTH = 2;

    public static final FixedField LEN = FixedField.decimal("dns.length", 0, 16, "bytes of the message");
    public static final Protocol PROTOCOL = Protocol.of(
            "DNS over TCP", "dns.tcp", DnsTcp::new, "dns.length", List.of(LEN), DnsTcp::dissect, Selector.tcpPort(53));

    /** A length of 0. */
    public DnsTcp() {
        super(LENGTH);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** Bytes of the message. */
    public int length() {
        return getInt(LEN);
    }

    /** Sets length. */
    public DnsTcp length(int value) {
        put(LEN, value);
        return this;
    }

    /** What does not fit the parser's layers any more stays payload. */
    private static void dissect(PacketParser p, int offset, int end) {
        int at = offset;
        while (p.available(at, end) > 0 && p.count() + 2 <= PacketParser.MAX_LAYERS) {
            if (p.available(at, end) < LENGTH) {
                p.truncated(PROTOCOL, at, end, LENGTH);
                return;
            }
            int messageEnd = at + LENGTH + Bits.u16(p.buffer(), at);
            int available = p.available(at + LENGTH, Math.min(messageEnd, end));
            if (!p.add(PROTOCOL, at, at + LENGTH, Math.min(messageEnd, end)) || available == 0) {
                return;
            }
            Dns.dissect(Dns.PROTOCOL, p, at + LENGTH, Math.min(messageEnd, end));
            if (available < Dns.LENGTH) {
                return;
            }
            at = messageEnd;
        }
    }

    @Override
    protected void fix(Assembly assembly) {
        if (assembly.lengths()) {
            assembly.set(LEN, assembly.end() - assembly.headerEnd());
        }
    }

    @Override
    public String summary() {
        return "DNS over TCP, length " + length();
    }
}
