package dev.ringwire.stack;

import dev.ringwire.testing.Command;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A stack on a thread of its own, for tests against the kernel; with {@link #close()} the thread ends. */
public final class RunningStack implements AutoCloseable {
    private static final int BUDGET = 256;
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final NetStack stack;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Throwable failure;

    /** Starts it. */
    public RunningStack(NetStack stack) {
        this.stack = stack;
        thread = new Thread(this::run, "stack under test");
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                long now = System.nanoTime();
                long next = stack.poll(now, BUDGET);
                long wait = Math.min(next - System.nanoTime(), LONGEST_WAIT);
                if (wait > 0) {
                    stack.await(wait);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Waits for what a call on the stack's thread hands over. */
    public <T> T ask(Consumer<Consumer<T>> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        stack.execute(() -> question.accept(answer::complete));
        return answer.get(20, TimeUnit.SECONDS);
    }

    /** Runs a program to its end; the stack must still run then. */
    public String command(String... command) {
        String said = Command.run(command);
        if (failure != null) {
            throw new AssertionError("the stack ended", failure);
        }
        return said;
    }

    @Override
    public void close() {
        closed = true;
        stack.execute(() -> {});
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new AssertionError("the stack ended", failure);
        }
    }
}
