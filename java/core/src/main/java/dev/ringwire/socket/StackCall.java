package dev.ringwire.socket;

import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One thing done on the stack's thread while another thread waits for it. */
final class StackCall<T> implements Runnable {
    private final Action<T> action;
    private final Waiter waiter = new Waiter();
    private @Nullable T result;
    private @Nullable Throwable failure;
    private volatile boolean done;

    private StackCall(Action<T> action) {
        this.action = action;
    }

    /** What is done. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    /**
     * Has it done, and gives what it gives or throws what it throws.
     *
     * @throws SocketException if the stack's loop has ended
     */
    static <T> T on(StackLoop loop, Action<T> action) throws IOException {
        StackCall<T> call = new StackCall<>(action);
        execute(loop, call);
        call.waiter.awaitSoon(loop, () -> call.done);
        return call.outcome();
    }

    /**
     * Has it done without waiting.
     *
     * @throws SocketException if the stack's loop has ended
     */
    static void execute(StackLoop loop, Runnable command) throws SocketException {
        try {
            loop.execute(command);
        } catch (RejectedExecutionException e) {
            throw new SocketException(e.getMessage());
        }
    }

    /** As {@link #execute}; nothing is to be done any more if the loop has ended. */
    static void executeIfAlive(StackLoop loop, Runnable command) {
        if (!loop.ended()) {
            try {
                loop.execute(command);
            } catch (RejectedExecutionException e) {
                // It has ended just now, and its connections with it.
            }
        }
    }

    @Override
    public void run() {
        try {
            result = action.run();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        done = true;
        waiter.wake();
    }

    @SuppressWarnings("NullAway")
    private T outcome() throws IOException {
        Throwable why = failure;
        if (why instanceof IOException e) {
            // Who asked is of more use than the stack's loop.
            e.fillInStackTrace();
            throw e;
        } else if (why instanceof RuntimeException e) {
            throw e;
        }
        return result;
    }
}
