package dev.ringwire.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** Sends numbered datagrams: a mark of eight bytes, the number in four, and zeros. Also a program of its own. */
public final class UdpSender {
    /** How the payload starts. */
    public static final String MARK = "RINGWIRE";

    /** Length of the mark and the number. */
    public static final int SHORTEST = 12;

    private UdpSender() {}

    /** Arguments: address, port, count, payload bytes (or the first and last of sizes to go round), pause in ns. */
    public static void main(String[] args) throws IOException {
        String[] sizes = args[3].split("-");
        int low = Integer.parseInt(sizes[0]);
        int high = Integer.parseInt(sizes[sizes.length - 1]);
        send(
                new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                Integer.parseInt(args[2]),
                low,
                high,
                args.length > 4 ? Long.parseLong(args[4]) : 0);
    }

    /** Sends {@code count} datagrams of {@code low} to {@code high} bytes, each one byte longer than the one before. */
    public static void send(InetSocketAddress to, int count, int low, int high, long pauseNanos) throws IOException {
        ByteBuffer payload = ByteBuffer.allocateDirect(high);
        payload.put(0, MARK.getBytes(StandardCharsets.US_ASCII));
        try (DatagramChannel channel = DatagramChannel.open()) {
            for (int i = 0; i < count; i++) {
                payload.clear().limit(low + i % (high - low + 1));
                payload.putInt(MARK.length(), i);
                // Not connected: nobody needs to listen there, and an ICMP answer is no error.
                channel.send(payload, to);
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        }
    }
}
