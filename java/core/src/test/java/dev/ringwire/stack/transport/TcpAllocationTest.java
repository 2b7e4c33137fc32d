package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.ringwire.device.Device;
import dev.ringwire.device.Loopback;
import dev.ringwire.frame.LinkType;
import dev.ringwire.stack.NetStack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a segment costs the garbage collector: nothing. */
class TcpAllocationTest {
    private static final long STEP = 100_000L;

    /** Sends the same bytes for ever. */
    private static final class Source implements TcpApplication {
        private final ByteBuffer bytes = ByteBuffer.allocate(100_000);

        @Override
        public void connectionMade(TcpSession session) {
            writable(session);
        }

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void writable(TcpSession session) {
            try {
                do {
                    bytes.clear();
                    session.trySend(bytes);
                } while (!bytes.hasRemaining());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class Sink implements TcpApplication {
        private long count;

        @Override
        public void received(TcpSession session, ByteBuffer data) {
            count += data.remaining();
            data.position(data.limit());
        }
    }

    private final Loopback.Pair cable =
            Loopback.builder(LinkType.RAW).mtu(1500).capacity(512).pair();
    private final NetStack a = stack(cable.first(), "192.0.2.1/24", 1);
    private final NetStack b = stack(cable.second(), "192.0.2.2/24", 2);
    private long now = 1_000_000_000L;

    private static NetStack stack(Device device, String address, long seed) {
        return NetStack.builder(device)
                .address(address)
                .random(new SplittableRandom(seed))
                .build();
    }

    /** How many bytes this thread allocates while so many segments come to b. */
    private long allocated(int segments) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long until = b.tcp().counters().segmentsReceived + segments;
        long before = threads.getCurrentThreadAllocatedBytes();
        while (b.tcp().counters().segmentsReceived < until) {
            a.poll(now, 256);
            b.poll(now, 256);
            now += STEP;
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("In steady state nothing is allocated per segment, by neither side")
    void nothingPerSegment(boolean options) throws IOException {
        Sink sink = new Sink();
        TcpOptions settings =
                TcpOptions.DEFAULT.timestamps(options).selectiveAcknowledgments(options);
        b.tcp().listen(TcpEndpoint.any(80), settings, s -> sink);
        a.tcp().connect(TcpEndpoint.of("192.0.2.2", 80), null, settings, new Source());
        allocated(20_000);
        int segments = 50_000;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3 && least >= segments; i++) {
            least = Math.min(least, allocated(segments));
        }
        assertTrue(sink.count > 50_000_000L, () -> "only " + sink.count + " bytes");
        long bytes = least;
        assertTrue(bytes < segments, () -> bytes + " bytes for " + segments + " segments");
        cable.close();
    }
}
