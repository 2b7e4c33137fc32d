package dev.ringwire.cli;

import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar for files that take longer than a second, on a terminal that shows nothing else. It looks at the
 * source from a thread of its own, so that reading does not know of it.
 */
final class Progress {
    private static final long PATIENCE_MILLIS = 1000;
    private static final int UPDATE_MILLIS = 100;
    private static final int WIDTH = 79;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;

    /** Runs a task that reads the source; the bar appears when it has taken long. */
    static void during(IoTask task, Console console, String name, FrameSource source) throws IOException {
        during(task, console, name, source::position, source.size());
    }

    /** As above, by what was done and what is to be done in all, in bytes. */
    static void during(IoTask task, Console console, String name, LongSupplier position, long size) throws IOException {
        if (!console.errIsTerminal() || console.outIsTerminal() || size <= 0) {
            task.run();
            return;
        }
        var progress = new Progress(console, name, position, size);
        try {
            task.run();
        } finally {
            progress.end();
        }
    }

    private Progress(Console console, String name, LongSupplier position, long size) {
        thread = new Thread(() -> watch(console, name, position, size), "ringwire-progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch(Console console, String name, LongSupplier position, long size) {
        try {
            if (done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            var builder = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(size)
                    .setUnit(" MiB", 1 << 20)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH));
            try (ProgressBar bar = builder.build()) {
                do {
                    bar.stepTo(position.getAsLong());
                } while (!done.await(UPDATE_MILLIS, TimeUnit.MILLISECONDS));
                bar.stepTo(position.getAsLong());
            }
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the bar, so that what is printed next stands on a line of its own. */
    private void end() {
        done.countDown();
        try {
            thread.join();
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
    }
}
