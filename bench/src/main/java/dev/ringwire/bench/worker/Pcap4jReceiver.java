package dev.ringwire.bench.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Timer;
import java.util.TimerTask;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;
import org.pcap4j.core.RawPacketListener;

/** pcap4j's loop as a worker, with the commands of {@code bench/c/receiver_main.c}; its raw listener is its fastest. */
public final class Pcap4jReceiver {
    private PcapHandle handle;
    private long packets;
    private long sum;

    private final RawPacketListener listener = bytes -> {
        packets++;
        sum = Parse.bytes(ByteBuffer.wrap(bytes), 0, bytes.length, sum);
    };

    private Pcap4jReceiver() {}

    /** Says that libpcap is missing before the first command, if it is. */
    public static void main(String[] arguments) throws IOException {
        System.err.println(Pcaps.libVersion());
        Conversation.serve(new Pcap4jReceiver()::answer);
    }

    private String answer(String[] words) throws IOException, PcapNativeException, NotOpenException {
        packets = 0;
        sum = 0;
        switch (words[0]) {
            case "open" -> {
                handle = new PcapHandle.Builder(words[1])
                        .snaplen(65536)
                        .promiscuousMode(PromiscuousMode.PROMISCUOUS)
                        .timeoutMillis(Integer.parseInt(words[4]))
                        .bufferSize(Integer.parseInt(words[2]) * Integer.parseInt(words[3]))
                        .build();
                return "ok=1";
            }
            case "drain" -> {
                int wanted = Integer.parseInt(words[1]);
                long cpu = Conversation.cpuNanos();
                loop(wanted, words[2]);
                cpu = Conversation.cpuNanos() - cpu;
                return Conversation.packets(packets, cpu) + " sum=" + Long.toHexString(sum);
            }
            case "live" -> {
                loop(-1, words[1]);
                return "packets=" + packets + " drops=" + handle.getStats().getNumPacketsDropped() + " sum="
                        + Long.toHexString(sum);
            }
            case "close" -> {
                handle.close();
                return "ok=1";
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void loop(int count, String millis) throws PcapNativeException, NotOpenException {
        Timer timer = new Timer(true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        breakLoop();
                    }
                },
                Long.parseLong(millis));
        try {
            handle.loop(count, listener);
        } catch (InterruptedException brokenOnPurpose) {
            // By the timer.
        }
        timer.cancel();
    }

    private void breakLoop() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            throw new IllegalStateException(e);
        }
    }
}
