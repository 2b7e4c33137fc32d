package dev.ringwire.examples;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.afpacket.Fanout;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.frame.FrameHandler;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Captures on one interface with several threads, each with a ring of its own: the kernel gives every frame to one of
 * them, and all frames of a connection to the same.
 */
public final class FanoutCapture implements Closeable {
    private static final int BATCH = 1024;

    private final List<PacketRing> rings = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final ExecutorService threads;

    /** Opens all rings before the first is read: see {@link Fanout}. */
    public FanoutCapture(PacketRing.Builder ring, Fanout.Mode mode, int count) throws IOException {
        threads = Executors.newFixedThreadPool(count);
        try {
            rings.add(ring.fanout(Fanout.newGroup(mode)).open());
            Fanout group = Fanout.group(rings.get(0).fanoutGroup(), mode);
            while (rings.size() < count) {
                rings.add(ring.fanout(group).open());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Starts reading, with a handler for each thread so that they share nothing. */
    public void start(Supplier<FrameHandler> handlers) {
        for (PacketRing ring : rings) {
            FrameHandler handler = handlers.get();
            running.add(threads.submit(() -> {
                while (!ring.ended()) {
                    ring.drain(handler, BATCH, PacketRing.FOREVER);
                }
                return null;
            }));
        }
    }

    /** The counts of all rings. */
    public CaptureStatistics statistics() throws IOException {
        CaptureStatistics sum = CaptureStatistics.NONE;
        for (PacketRing ring : rings) {
            sum = sum.plus(ring.statistics());
        }
        return sum;
    }

    /** Ends the capture, waits for the threads and throws what a handler threw. */
    @Override
    public void close() throws IOException {
        for (PacketRing ring : rings) {
            ring.close();
        }
        threads.shutdown();
        for (Future<?> thread : running) {
            try {
                thread.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Arguments: an interface, and the number of threads. Prints the frames that each has read, until Enter. */
    public static void main(String[] args) throws IOException {
        var counts = new ArrayList<long[]>();
        try (var capture =
                new FanoutCapture(PacketRing.builder(args[0]), Fanout.Mode.HASH, Integer.parseInt(args[1]))) {
            capture.start(() -> {
                long[] count = new long[1];
                counts.add(count);
                return frame -> count[0]++;
            });
            System.in.read();
            System.out.println(capture.statistics());
        }
        counts.forEach(count -> System.out.println(count[0] + " frames"));
    }
}
