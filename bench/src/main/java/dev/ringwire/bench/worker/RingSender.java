package dev.ringwire.bench.worker;

import dev.ringwire.device.afpacket.PacketSender;
import java.io.IOException;
import java.nio.ByteBuffer;

/** {@link PacketSender} as a worker: {@code open INTERFACE LENGTH bypass|qdisc}; {@code run PACKETS}. */
public final class RingSender {
    private PacketSender sender;
    private ByteBuffer[] frames;

    private RingSender() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(new RingSender()::answer);
    }

    private String answer(String[] words) throws IOException {
        if (words[0].equals("open")) {
            sender = PacketSender.builder(words[1])
                    .batch(64)
                    .qdiscBypass(words[3].equals("bypass"))
                    .open();
            byte[][] bytes = SentFrames.make(Integer.parseInt(words[2]));
            frames = new ByteBuffer[bytes.length];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = ByteBuffer.allocateDirect(bytes[i].length).put(0, bytes[i]);
            }
            return "ok=1";
        }
        long wanted = Long.parseLong(words[1]);
        long cpu = Conversation.cpuNanos();
        for (long sent = 0; sent < wanted; sent++) {
            ByteBuffer frame = frames[(int) (sent % frames.length)];
            sender.send(frame, 0, frame.limit());
        }
        sender.flush();
        return Conversation.packets(wanted, Conversation.cpuNanos() - cpu);
    }
}
