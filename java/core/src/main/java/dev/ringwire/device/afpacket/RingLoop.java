package dev.ringwire.device.afpacket;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.frame.FrameHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one or several rings through one frame, a block of each in turn, and waits for all at once. */
final class RingLoop {
    /** An interrupt does not end the system call that waits, so waiting is cut into pieces of this many nanoseconds. */
    private static final long LONGEST_WAIT = 100_000_000;

    private final RingReader[] readers;
    private final RingPoll poll;
    private final RingFrame frame;

    /** The one whose block is being read. */
    private @Nullable RingReader reading;

    private int turn;

    RingLoop(List<RingReader> readers) {
        this.readers = readers.toArray(RingReader[]::new);
        this.poll = new RingPoll(readers);
        this.frame = new RingFrame(readers.get(0).from());
    }

    RingFrame frame() {
        return frame;
    }

    int drain(FrameHandler handler, int most, long timeoutNanos) throws IOException {
        int count = 0;
        while (count < most && (frame.advance() || nextBlock(count == 0 ? timeoutNanos : 0))) {
            do {
                handler.onFrame(frame);
                count++;
            } while (count < most && frame.advance());
        }
        return count;
    }

    /** Goes on to the first frame of the next block. */
    boolean nextBlock(long timeoutNanos) throws IOException {
        long start = timeoutNanos > 0 ? System.nanoTime() : 0;
        while (true) {
            leaveBlock();
            RingReader reader = ready();
            if (reader == null && (reader = await(start, timeoutNanos)) == null) {
                return false;
            }
            reading = reader;
            if (reader.take(frame)) {
                return true;
            }
        }
    }

    private void leaveBlock() throws IOException {
        RingReader reader = reading;
        if (reader == null) {
            return;
        }
        IOException damage = frame.isDamaged() ? reader.damage() : null;
        frame.leave();
        reading = null;
        reader.giveBack();
        if (damage != null) {
            throw damage;
        }
    }

    /** The next in turn that has a block; null if none has. */
    private @Nullable RingReader ready() {
        for (int i = 0; i < readers.length; i++) {
            RingReader reader = readers[turn];
            turn = turn + 1 == readers.length ? 0 : turn + 1;
            if (reader.isReady()) {
                return reader;
            }
        }
        return null;
    }

    private @Nullable RingReader await(long start, long timeoutNanos) throws IOException {
        long left = Math.max(timeoutNanos, 0);
        while (!ended()) {
            for (RingReader reader : readers) {
                reader.checkInterface();
            }
            if (left > 0 && Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for a frame on " + names());
            }
            boolean woken = poll.await(Math.min(left, LONGEST_WAIT));
            RingReader reader = ready();
            if (reader != null || left == 0 || woken) {
                return reader;
            }
            left = timeoutNanos - Math.min(System.nanoTime() - start, timeoutNanos);
        }
        return null;
    }

    boolean ended() {
        for (RingReader reader : readers) {
            if (!reader.ended()) {
                return false;
            }
        }
        return true;
    }

    void wake() {
        readers[0].socket().wake();
    }

    CaptureStatistics statistics() throws IOException {
        CaptureStatistics sum = CaptureStatistics.NONE;
        for (RingReader reader : readers) {
            sum = sum.plus(reader.socket().statistics());
        }
        return sum;
    }

    void close() throws IOException {
        IOException failure = null;
        for (RingReader reader : readers) {
            try {
                reader.socket().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        frame.leave();
        if (failure != null) {
            throw failure;
        }
    }

    /** The interfaces, for messages. */
    String names() {
        return Stream.of(readers).map(reader -> reader.from().name()).collect(Collectors.joining(", "));
    }
}
