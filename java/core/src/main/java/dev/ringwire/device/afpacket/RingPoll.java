package dev.ringwire.device.afpacket;

import dev.ringwire.natives.Errno;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.util.List;

/** One system call that waits for several rings. */
final class RingPoll {
    private static final int WOKEN = 2;

    private final RingReader[] readers;
    private final RingReader[] entered;
    /** Three numbers for each that takes part: {@link Natives#ringPoll}. */
    private final int[] waits;

    RingPoll(List<RingReader> readers) {
        this.readers = readers.toArray(RingReader[]::new);
        this.entered = new RingReader[this.readers.length];
        this.waits = new int[3 * this.readers.length];
    }

    /** Waits, and tells every ring what came of it; true if one was woken. */
    boolean await(long timeoutNanos) throws IOException {
        int count = 0;
        int error = 0;
        try {
            for (RingReader reader : readers) {
                if (reader.socket().enterPoll(waits, 3 * count)) {
                    entered[count++] = reader;
                }
            }
            if (count > 0) {
                error = Natives.ringPoll(waits, count, timeoutNanos);
            }
        } finally {
            for (int i = 0; i < count; i++) {
                entered[i].socket().leavePoll();
            }
        }
        if (error < 0) {
            throw Errno.toException(
                    error, "wait for frames on " + readers[0].from().name());
        }
        boolean woken = false;
        for (int i = 0; i < count; i++) {
            int result = waits[3 * i + 2];
            entered[i].note(result);
            woken |= result > 0 && (result & WOKEN) != 0;
        }
        return woken;
    }
}
