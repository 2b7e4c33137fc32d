package dev.ringwire.bench.worker;

import java.io.IOException;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/** pcap4j's sendPacket of raw bytes as a worker: {@code open INTERFACE LENGTH}; {@code run PACKETS}. */
public final class Pcap4jSender {
    private PcapHandle handle;
    private byte[][] frames;

    private Pcap4jSender() {}

    /** Says that libpcap is missing before the first command, if it is. */
    public static void main(String[] arguments) throws IOException {
        System.err.println(Pcaps.libVersion());
        Conversation.serve(new Pcap4jSender()::answer);
    }

    private String answer(String[] words) throws PcapNativeException, NotOpenException {
        if (words[0].equals("open")) {
            handle = new PcapHandle.Builder(words[1])
                    .snaplen(96)
                    .timeoutMillis(100)
                    .build();
            frames = SentFrames.make(Integer.parseInt(words[2]));
            return "ok=1";
        }
        long wanted = Long.parseLong(words[1]);
        long cpu = Conversation.cpuNanos();
        for (long sent = 0; sent < wanted; sent++) {
            handle.sendPacket(frames[(int) (sent % frames.length)]);
        }
        return Conversation.packets(wanted, Conversation.cpuNanos() - cpu);
    }
}
