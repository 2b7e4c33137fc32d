package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.SYN;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * One stack at 192.0.2.1 (or 2001:db8::1), and the test as its peer at .2: it sends segments of its own making and sees,
 * decoded, what comes back. Time stands still unless the test moves it.
 */
final class TcpPeer implements AutoCloseable {
    static final long MILLI = 1_000_000L;
    static final int PORT = 80;

    final Loopback.Pair cable;
    final NetStack stack;
    final TcpEndpoint here;
    final TcpEndpoint there;
    private final ArrayDeque<Segment> sent = new ArrayDeque<>();
    long now = 1_000_000_000L;

    /** The peer's next sequence number, and the next one it expects; {@link #send} uses them unless the segment has its own. */
    int seq = 1000;

    int ack;
    /** The stack's port and the peer's. */
    int stackPort = PORT;

    int peerPort = 40_000;

    TcpPeer() {
        this(false, 1500);
    }

    TcpPeer(boolean ipv6, int mtu) {
        cable = Loopback.builder(LinkType.RAW).mtu(mtu).capacity(4096).pair();
        stack = NetStack.builder(cable.first())
                .address("192.0.2.1/24")
                .address("2001:db8::1/64")
                .random(new SplittableRandom(1))
                .build();
        here = TcpEndpoint.of(ipv6 ? "2001:db8::2" : "192.0.2.2", 0);
        there = TcpEndpoint.of(ipv6 ? "2001:db8::1" : "192.0.2.1", 0);
        poll();
    }

    TcpLayer tcp() {
        return stack.tcp();
    }

    /** Runs the stack now. */
    void poll() {
        try {
            stack.poll(now, 1000);
            while (cable.second().next(0)) {
                sent.add(Segment.of(cable.second().frame()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on in time, from alarm to alarm. */
    void pass(long millis) {
        long until = now + millis * MILLI;
        while (now < until) {
            long next = stack.context().timers().next();
            now = Math.max(now, Math.min(until, next));
            poll();
        }
    }

    /** Sends exactly this segment. */
    void raw(Segment s) {
        ip(s.toPacket(
                new TcpEndpoint(here.high(), here.low(), peerPort),
                new TcpEndpoint(there.high(), there.low(), stackPort)));
    }

    private void ip(ByteBuffer b) {
        try {
            cable.second().send(b, 0, b.limit());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        poll();
    }

    /** Sends a segment with the peer's next numbers, and moves them. */
    void send(Segment s) {
        s.seq = seq;
        s.ack = s.has(ACK) ? ack : 0;
        seq = s.end();
        raw(s);
    }

    void send(int flags) {
        send(Segment.of(flags));
    }

    void send(int flags, String data) {
        send(Segment.of(flags).data(data));
    }

    /** Sends an ICMP error of IPv4 about a segment of the stack with that sequence number. */
    void icmpError(int type, int code, int mtu, int sequence) {
        ByteBuffer quoted = Segment.of(ACK)
                .seq(sequence)
                .toPacket(
                        new TcpEndpoint(there.high(), there.low(), stackPort),
                        new TcpEndpoint(here.high(), here.low(), peerPort));
        ByteBuffer b = ByteBuffer.allocate(56);
        Bits.put16(b, 0, 0x4500);
        Bits.put16(b, 2, 56);
        Bits.put16(b, 8, 64 << 8 | 1);
        Bits.put32(b, 12, here.low());
        Bits.put32(b, 16, there.low());
        Bits.put16(b, 10, ~Accelerators.checksum().sum(b, 0, 20, 0));
        Bits.put16(b, 20, type << 8 | code);
        Bits.put16(b, 26, mtu);
        b.put(28, quoted, 0, 28);
        Bits.put16(b, 22, ~Accelerators.checksum().sum(b, 20, 36, 0));
        ip(b);
    }

    /** The next segment that the stack has sent; the peer's {@link #ack} moves behind it. */
    Segment expect() {
        Segment s = sent.poll();
        if (s == null) {
            throw new AssertionError("the stack has sent nothing");
        }
        if (!s.has(TcpSegment.RST) && Sequence.gt(s.end(), ack)) {
            ack = s.end();
        }
        return s;
    }

    Segment expect(int flags) {
        Segment s = expect();
        if (s.flags != flags) {
            throw new AssertionError("flags are not those expected: " + s);
        }
        return s;
    }

    void expectNothing() {
        if (!sent.isEmpty()) {
            throw new AssertionError("the stack has sent " + sent);
        }
    }

    /** How many segments wait to be looked at. */
    int waiting() {
        return sent.size();
    }

    void forget() {
        sent.clear();
    }

    /** Has the stack begin a connection to the peer; its SYN waits to be looked at. */
    TcpSession begin(TcpOptions options, TcpApplication application) {
        try {
            TcpSession session =
                    tcp().connect(new TcpEndpoint(here.high(), here.low(), peerPort), null, options, application);
            stackPort = session.local().port();
            poll();
            return session;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a connection from the stack, the peer's answer as the test has made it. */
    TcpSession connect(Segment answer, TcpOptions options, TcpApplication application) {
        TcpSession session = begin(options, application);
        ack = expect(SYN).seq + 1;
        send(answer);
        expect(ACK);
        return session;
    }

    /** Opens a connection from the stack without any TCP option but an MSS of 1000. */
    TcpSession connect() {
        return connect(Segment.of(SYN | ACK).mss(1000), TcpOptions.DEFAULT.noDelay(true), null);
    }

    /** Opens a connection to a listener of the stack. */
    TcpSession accept(TcpListener listener, Segment syn) {
        stackPort = listener.local().port();
        send(syn);
        Segment answer = expect(SYN | ACK);
        ack = answer.seq + 1;
        send(ACK);
        TcpSession session = listener.tryAccept();
        if (session == null) {
            throw new AssertionError("nothing to accept");
        }
        return session;
    }

    TcpListener listen(TcpOptions options) {
        try {
            return tcp().listen(TcpEndpoint.any(PORT), 10, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the session send this. */
    void write(TcpSession session, String text) {
        try {
            if (session.trySend(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1))) != text.length()) {
                throw new AssertionError("not all taken");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        poll();
    }

    /** What the session has received; {@code null} at the end. */
    String read(TcpSession session) {
        ByteBuffer b = ByteBuffer.allocate(1 << 20);
        try {
            if (session.tryReceive(b) < 0) {
                return null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        poll();
        return new String(b.array(), 0, b.position(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        cable.close();
        if (stack.context().counters().applicationErrors != 0) {
            throw new AssertionError("an exception was thrown where none should be");
        }
    }
}
