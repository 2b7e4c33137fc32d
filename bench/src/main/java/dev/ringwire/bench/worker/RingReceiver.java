package dev.ringwire.bench.worker;

import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.device.afpacket.RingFrame;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** {@link PacketRing} as a worker, with the commands of {@code bench/c/receiver_main.c} and {@code ring_hot.c}. */
public final class RingReceiver {
    private static final long WAIT_NANOS = 50_000_000;
    private static final int BLOCK_STATUS = 8;
    private static final int TP_STATUS_USER = 1;

    private final boolean handler;
    private PacketRing ring;
    private int blocks;
    private ByteBuffer last;
    private long packets;
    private long sum;

    private RingReceiver(boolean handler) {
        this.handler = handler;
    }

    /** Takes "cursor" or "handler", the way of reading. */
    public static void main(String[] arguments) throws IOException {
        RingReceiver receiver = new RingReceiver(arguments[0].equals("handler"));
        Conversation.serve(receiver::answer);
    }

    private String answer(String[] words) throws IOException {
        long cpu = Conversation.cpuNanos();
        packets = 0;
        sum = 0;
        switch (words[0]) {
            case "open" -> {
                blocks = Integer.parseInt(words[2]);
                ring = PacketRing.builder(words[1])
                        .blockCount(blocks)
                        .blockSize(Integer.parseInt(words[3]))
                        .blockTimeout(Duration.ofMillis(Long.parseLong(words[4])))
                        .open();
                return "ok=1";
            }
            case "drain" -> read(Long.parseLong(words[1]), deadline(words[2]));
            case "live" -> {
                read(Long.MAX_VALUE, deadline(words[1]));
                return "packets=" + packets + " drops=" + ring.statistics().dropped();
            }
            case "hot" -> hot(Long.parseLong(words[1]));
            case "close" -> ring.close();
            default -> throw new IllegalArgumentException(words[0]);
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - cpu) + " sum=" + Long.toHexString(sum);
    }

    private static long deadline(String millis) {
        return System.nanoTime() + Long.parseLong(millis) * 1_000_000;
    }

    private void read(long wanted, long deadline) throws IOException {
        while (packets < wanted) {
            long before = packets;
            int most = (int) Math.min(wanted - packets, Integer.MAX_VALUE);
            if (handler) {
                packets += ring.drain(takes, most, WAIT_NANOS);
            } else {
                pull(most);
            }
            if (packets == before && System.nanoTime() - deadline >= 0) {
                return;
            }
        }
    }

    private final FrameHandler takes = this::take;

    private void take(Frame frame) {
        sum = Parse.frame(frame, sum);
    }

    /** Until none comes in time. */
    private void pull(int most) throws IOException {
        PacketRing r = ring;
        RingFrame frame = r.frame();
        int n = 0;
        long s = sum;
        while (n < most && r.next(WAIT_NANOS)) {
            s = Parse.frame(frame, s);
            n++;
        }
        packets += n;
        sum = s;
    }

    /** Reads a full ring again and again: each block is marked as ready again once it was given back. */
    private void hot(long passes) throws IOException {
        for (long left = passes * blocks; left > 0; left--) {
            if (handler) {
                packets += ring.drain(takes, 1, 0);
            } else {
                pull(1);
            }
            if (last != null) {
                last.order(ByteOrder.nativeOrder()).putInt(BLOCK_STATUS, TP_STATUS_USER);
            }
            last = ring.frame().buffer();
            int rest = ring.ready();
            if (handler) {
                packets += ring.drain(takes, rest, 0);
            } else {
                pull(rest);
            }
        }
    }
}
