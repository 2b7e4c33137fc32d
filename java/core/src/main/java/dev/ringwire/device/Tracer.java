package dev.ringwire.device;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tells of every frame that a device receives and sends, as text: a {@code Packet.wrap(frame).summary()} for example,
 * or a hex dump. A frame is told of when it was received, or before it is sent; {@link Frame#direction()} tells which.
 *
 * <p>Where one thread receives and another sends, both may call the formatter and the consumer, one at a time.
 */
public final class Tracer extends DeviceWrapper {
    private final Function<? super Frame, String> formatter;
    private final Consumer<? super String> out;
    private final ReceivedFrame seen;
    private final SentFrame sent;
    private final Object turn = new Object();

    /**
     * Traces a device.
     *
     * @param formatter makes the text of a frame, which is borrowed until it returns
     * @param out takes each text, such as {@code System.err::println}
     */
    public Tracer(Device inner, Function<? super Frame, String> formatter, Consumer<? super String> out) {
        super(inner);
        this.formatter = Objects.requireNonNull(formatter);
        this.out = Objects.requireNonNull(out);
        this.seen = new ReceivedFrame(inner.name());
        this.sent = new SentFrame(inner, WallClock::nanos);
    }

    @Override
    public boolean next(long timeoutNanos) throws IOException {
        if (!inner.next(timeoutNanos)) {
            return false;
        }
        synchronized (turn) {
            try {
                seen.show(inner.frame());
                out.accept(formatter.apply(seen));
            } catch (IllegalStateException e) {
                if (closed) {
                    return false;
                }
                throw e;
            } finally {
                seen.drop();
            }
        }
        return true;
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        tell(bytes, offset, length);
        inner.send(bytes, offset, length);
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        tell(bytes, offset, length);
        inner.send(bytes, offset, length, offload);
    }

    private void tell(ByteBuffer bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.limit());
        synchronized (turn) {
            sent.show(bytes, offset, length);
            out.accept(formatter.apply(sent));
            sent.drop();
        }
    }

    @Override
    public String toString() {
        return "Tracer[" + inner.name() + "]";
    }
}
