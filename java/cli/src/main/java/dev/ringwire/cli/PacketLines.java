package dev.ringwire.cli;

import dev.ringwire.bytes.Ascii;
import dev.ringwire.frame.Frame;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Protocols;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;

/** A line a packet, as tcpdump prints them: local time of day and what the packet says. */
final class PacketLines {
    private static final int FULL = 48 * 1024;
    private static final int SECONDS_A_DAY = 24 * 60 * 60;

    private final OutputStream stream;
    private final Protocols protocols;
    private byte[] out = new byte[64 * 1024];
    private int at;

    private long second = Long.MIN_VALUE;
    private final byte[] clock = "00:00:00.".getBytes(StandardCharsets.ISO_8859_1);

    PacketLines(OutputStream stream, Protocols protocols) {
        this.stream = stream;
        this.protocols = protocols;
    }

    void write(Frame frame) throws IOException {
        long nanos = frame.timestampNanos();
        byte[] text = Packet.wrap(frame, protocols).summary().getBytes(StandardCharsets.UTF_8);
        if (out.length - at < text.length + 64) {
            flush();
            out = out.length < text.length + 64 ? new byte[2 * (text.length + 64)] : out;
        }
        time(nanos);
        out[at++] = ' ';
        System.arraycopy(text, 0, out, at, text.length);
        at += text.length;
        out[at++] = '\n';
        if (at > FULL) {
            flush();
        }
    }

    private void time(long nanos) {
        long now = Math.floorDiv(nanos, 1_000_000_000L);
        if (now != second) {
            // The difference to UTC may change, but not within a second.
            second = now;
            int offset = ZoneId.systemDefault()
                    .getRules()
                    .getOffset(Instant.ofEpochSecond(now))
                    .getTotalSeconds();
            int ofDay = (int) Math.floorMod(now + offset, (long) SECONDS_A_DAY);
            digits(0, ofDay / 3600);
            digits(3, ofDay / 60 % 60);
            digits(6, ofDay % 60);
        }
        System.arraycopy(clock, 0, out, at, clock.length);
        at += clock.length;
        int micros = (int) (Math.floorMod(nanos, 1_000_000_000L) / 1000);
        for (int unit = 100_000; unit > 1 && micros < unit; unit /= 10) {
            out[at++] = '0';
        }
        at = Ascii.decimal(micros, out, at);
    }

    private void digits(int index, int value) {
        clock[index] = (byte) ('0' + value / 10);
        clock[index + 1] = (byte) ('0' + value % 10);
    }

    void flush() throws IOException {
        if (at > 0) {
            stream.write(out, 0, at);
            at = 0;
        }
    }
}
