package dev.ringwire.bench.worker;

import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.device.afpacket.RingFrame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/** {@link PacketRing} as a worker, with the commands of {@code bench/c/receiver_main.c}. */
public final class RingReceiver {
    private static final long WAIT_NANOS = 50_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean handler;
    private PacketRing ring;
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
        switch (words[0]) {
            case "open" -> {
                ring = PacketRing.builder(words[1])
                        .blockCount(Integer.parseInt(words[2]))
                        .blockTimeout(Duration.ofMillis(Long.parseLong(words[3])))
                        .open();
                return "ok=1";
            }
            case "drain" -> {
                long wanted = Long.parseLong(words[1]);
                long cpu = threads.getCurrentThreadCpuTime();
                read(wanted, deadline(words[2]));
                cpu = threads.getCurrentThreadCpuTime() - cpu;
                return Conversation.packets(packets, cpu) + " sum=" + Long.toHexString(sum);
            }
            case "live" -> {
                read(Long.MAX_VALUE, deadline(words[1]));
                return "packets=" + packets + " drops=" + ring.statistics().dropped() + " sum=" + Long.toHexString(sum);
            }
            case "close" -> {
                ring.close();
                return "ok=1";
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static long deadline(String millis) {
        return System.nanoTime() + Long.parseLong(millis) * 1_000_000;
    }

    private void read(long wanted, long deadline) throws IOException {
        packets = 0;
        sum = 0;
        while (packets < wanted) {
            if (!(handler ? handle(wanted) : pull(wanted)) && System.nanoTime() - deadline >= 0) {
                return;
            }
        }
    }

    /** False if none came in time. */
    private boolean pull(long wanted) throws IOException {
        PacketRing r = ring;
        RingFrame frame = r.frame();
        long n = packets;
        long s = sum;
        while (n < wanted && r.next(WAIT_NANOS)) {
            s = Parse.frame(frame, s);
            n++;
        }
        packets = n;
        sum = s;
        return n >= wanted;
    }

    private boolean handle(long wanted) throws IOException {
        return pull(wanted);
    }
}
