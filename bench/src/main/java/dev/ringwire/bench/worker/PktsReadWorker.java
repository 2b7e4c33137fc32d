package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import io.pkts.Pcap;
import io.pkts.packet.PCapPacket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** io.pkts reading a file as a worker: {@code run FILE}. */
public final class PktsReadWorker {
    private long packets;
    private long sum;

    private PktsReadWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(words -> new PktsReadWorker().read(Path.of(words[1])));
    }

    private String read(Path file) throws IOException {
        long start = Conversation.cpuNanos();
        try (InputStream in = Files.newInputStream(file)) {
            Pcap.openStream(in).loop(packet -> {
                PCapPacket record = (PCapPacket) packet;
                packets++;
                sum ^= Bits.i64(ByteBuffer.wrap(record.getPayload().getArray()), 0);
                sum += record.getArrivalTime() * 1000 + record.getCapturedLength() + record.getTotalLength();
                return true;
            });
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - start) + " sum=" + Long.toHexString(sum);
    }
}
