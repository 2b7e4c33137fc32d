package dev.ringwire.cli;

import dev.ringwire.frame.FrameSource;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        if (!console.errIsTerminal() || console.outIsTerminal() || source.size() <= 0) {
            task.run();
            return;
        }
        var progress = new Progress(console, name, source);
        try {
            task.run();
        } finally {
            progress.end();
        }
    }

    private Progress(Console console, String name, FrameSource source) {
        thread = new Thread(() -> watch(console, name, source), "ringwire-progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch(Console console, String name, FrameSource source) {
        try {
            if (done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            var builder = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(source.size())
                    .setUnit(" MiB", 1 << 20)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH));
            try (ProgressBar bar = builder.build()) {
                do {
                    bar.stepTo(source.position());
                } while (!done.await(UPDATE_MILLIS, TimeUnit.MILLISECONDS));
                bar.stepTo(source.position());
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
