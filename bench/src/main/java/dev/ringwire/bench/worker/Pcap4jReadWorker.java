package dev.ringwire.bench.worker;

import dev.ringwire.bytes.Bits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/**
 * pcap4j reading a file as a worker: {@code run FILE} pulls packet after packet, {@code loop FILE} has them pushed at a
 * listener, which is its fastest.
 */
public final class Pcap4jReadWorker {
    private long packets;
    private long sum;

    private Pcap4jReadWorker() {}

    /** Says that libpcap is missing before the first command, if it is. */
    public static void main(String[] arguments) throws IOException {
        System.err.println(Pcaps.libVersion());
        Conversation.serve(words -> new Pcap4jReadWorker().read(words[1], words[0].equals("loop")));
    }

    private String read(String file, boolean loop) throws PcapNativeException, NotOpenException, InterruptedException {
        long start = Conversation.cpuNanos();
        try (PcapHandle handle = Pcaps.openOffline(file, TimestampPrecision.MICRO)) {
            if (loop) {
                handle.loop(-1, (byte[] bytes) -> take(bytes, handle.getTimestamp()));
            } else {
                for (byte[] bytes = handle.getNextRawPacket(); bytes != null; bytes = handle.getNextRawPacket()) {
                    take(bytes, handle.getTimestamp());
                }
            }
        }
        return Conversation.packets(packets, Conversation.cpuNanos() - start) + " sum=" + Long.toHexString(sum);
    }

    private void take(byte[] bytes, Timestamp time) {
        packets++;
        sum ^= Bits.i64(ByteBuffer.wrap(bytes), 0);
        // It has no word for the length on the wire; the frames of this file were captured whole.
        sum += time.getTime() / 1000 * 1_000_000_000 + time.getNanos() + 2L * bytes.length;
    }
}
