package dev.ringwire.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: asks the command to end and lets it close its files and say what it has to say, before the
 * process goes.
 */
final class Interruption {
    /** Enough to write out any buffer; a disk that hangs must not keep the process for ever. */
    private static final long PATIENCE_SECONDS = 10;

    /** Enough for what is in memory, if nobody holds it up. */
    private static final long GRACE_SECONDS = 3;

    private static final long SHORT_GRACE_MILLIS = 300;

    private final Closeable output;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile Runnable stop = () -> {};
    private volatile Runnable force = () -> {};
    private volatile Closeable peer = () -> {};
    private volatile boolean interrupted;
    private volatile int status;
    private boolean hooked;

    /**
     * @param output closed if the command hangs in writing to it, as to a pager that shows its first page
     */
    Interruption(Closeable output) {
        this.output = output;
    }

    /**
     * From now on, an interrupt runs {@code stop}, and {@code force} if the command has not ended soon after: something
     * that also ends a read without time limit. Both run in another thread.
     */
    void onInterrupt(Runnable newStop, Runnable newForce) {
        stop = newStop;
        force = newForce;
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime().addShutdownHook(new Thread(this::shutdown, "ringwire-interrupt"));
        }
        if (interrupted) {
            newStop.run();
        }
    }

    /** Closed, too, if the command hangs in writing to it: a connection, whose other end may take nothing for ever. */
    void closeIfHung(Closeable connection) {
        peer = connection;
    }

    private void shutdown() {
        if (finished.getCount() == 0) {
            return; // an ordinary exit
        }
        interrupt();
        try {
            if (!finished.await(SHORT_GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                force.run();
            }
            if (!finished.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                output.close();
                peer.close();
            }
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            return; // the process ends, come what may
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
            return;
        }
        // The JVM would exit with 128 and the number of the signal, though the command came to its proper end.
        Runtime.getRuntime().halt(status);
    }

    void interrupt() {
        interrupted = true;
        stop.run();
    }

    boolean interrupted() {
        return interrupted;
    }

    /** Everything is written and closed. */
    void finish(int exitStatus) {
        status = exitStatus;
        finished.countDown();
    }
}
