package dev.ringwire.stack.network;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.IntTable;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Echo requests on their way, of both versions of IP. */
final class Ping {
    /** Most that are on their way. */
    static final int MOST = 1024;

    private final StackContext context;
    private final IntTable<Request> requests = new IntTable<>();
    private final int identifier;
    private int sequence;

    Ping(StackContext context) {
        this.context = context;
        identifier = context.random().nextInt() & 0xffff;
    }

    private final class Request {
        final IpPath path;
        final byte[] payload;
        final int number;
        final long sent = context.now();
        final Consumer<PingReply> listener;
        final Timer timeout = context.timers().timer(this::timedOut);

        Request(IpPath path, byte[] payload, int number, Consumer<PingReply> listener) {
            this.path = path;
            this.payload = payload;
            this.number = number;
            this.listener = listener;
        }

        boolean isTo(long high, long low) {
            return path.destinationHigh() == high && path.destinationLow() == low;
        }

        void timedOut() {
            end(PingReply.Outcome.TIMED_OUT, path.destinationHigh(), path.destinationLow(), 0, 0);
        }

        void end(PingReply.Outcome outcome, long fromHigh, long fromLow, int bytes, int ttl) {
            timeout.cancel();
            requests.remove(number);
            listener.accept(new PingReply(
                    outcome, IpAddresses.toInetAddress(fromHigh, fromLow), number, bytes, ttl, context.now() - sent));
        }
    }

    void send(IcmpLayer layer, long high, long low, byte[] payload, long timeout, Consumer<PingReply> listener) {
        sequence = sequence + 1 & 0xffff;
        int number = sequence;
        IpPath path = layer.router().path(high, low);
        if (path == null || requests.size() == MOST || requests.get(number) != null) {
            listener.accept(new PingReply(
                    path == null ? PingReply.Outcome.NO_ROUTE : PingReply.Outcome.TOO_MANY,
                    IpAddresses.toInetAddress(high, low),
                    number,
                    0,
                    0,
                    0));
            return;
        }
        Request request = new Request(path, payload.clone(), number, listener);
        requests.put(number, request);
        request.timeout.after(timeout);
        layer.sendEcho(path, identifier, number, request.payload);
    }

    /** An echo reply has come, at {@link PacketBuffer#offset()}. */
    boolean replied(PacketBuffer packet) {
        ByteBuffer b = packet.bytes();
        int at = packet.offset();
        Request request = request(Bits.u16(b, at + 4), Bits.u16(b, at + 6));
        if (request == null
                || !b.duplicate().limit(packet.end()).position(at + 8).equals(ByteBuffer.wrap(request.payload))
                || !request.path.isForMany() && !request.isTo(packet.sourceHigh(), packet.sourceLow())) {
            return false;
        }
        request.end(
                PingReply.Outcome.REPLIED, packet.sourceHigh(), packet.sourceLow(), packet.length() - 8, packet.ttl());
        return true;
    }

    /** An error has come about an echo request. */
    boolean failed(IcmpError error) {
        Request request =
                request(Bits.u16(error.bytes(), error.offset() + 4), Bits.u16(error.bytes(), error.offset() + 6));
        if (request == null || !request.isTo(error.destinationHigh(), error.destinationLow())) {
            return false;
        }
        error.believe(request.path);
        PingReply.Outcome outcome = switch (error.kind()) {
            case NET_UNREACHABLE, HOST_UNREACHABLE, PROTOCOL_UNREACHABLE, PORT_UNREACHABLE, PROHIBITED ->
                PingReply.Outcome.UNREACHABLE;
            case TTL_EXCEEDED -> PingReply.Outcome.TTL_EXCEEDED;
            case PACKET_TOO_BIG -> PingReply.Outcome.TOO_BIG;
            case REASSEMBLY_TIME_EXCEEDED, PARAMETER_PROBLEM, OTHER -> PingReply.Outcome.ERROR;
        };
        request.end(
                outcome,
                error.isLocal() ? error.sourceHigh() : error.reporterHigh(),
                error.isLocal() ? error.sourceLow() : error.reporterLow(),
                0,
                0);
        return true;
    }

    private @Nullable Request request(int id, int number) {
        return id == identifier ? requests.get(number) : null;
    }
}
