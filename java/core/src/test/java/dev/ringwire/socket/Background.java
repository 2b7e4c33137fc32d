package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that a test has done in another thread meanwhile. */
final class Background<T> {
    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> action) {
        task = new FutureTask<>(action);
        thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> start(Callable<T> action) {
        return new Background<>(action);
    }

    Thread thread() {
        return thread;
    }

    /** What it gave; what it threw. */
    T get() throws Exception {
        try {
            return task.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            StringBuilder where = new StringBuilder();
            for (StackTraceElement line : thread.getStackTrace()) {
                where.append("\n\tat ").append(line);
            }
            return fail("still waits:" + where);
        }
    }

    /** Lets it come to where it waits. If it is not there in time, the test is easier, not wrong. */
    Background<T> waits() throws InterruptedException {
        Thread.sleep(20);
        return this;
    }
}
