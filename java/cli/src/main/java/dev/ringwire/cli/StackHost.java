package dev.ringwire.cli;

import dev.ringwire.device.Device;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpEndpoint;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A stack that runs in a thread of its own, and what it has to say: lines, printed by the command's thread. */
final class StackHost implements Closeable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_LINES = 10_000;
    private static final long LOOK_MILLIS = 50;

    private final Console console;
    private final NetStack stack;
    private final StackLoop loop;
    private final KernelSilence silence;
    private final boolean asksServers;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_LINES);
    private final AtomicLong lost = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Closeable waitedFor = () -> {};
    private volatile boolean interrupted;
    private volatile boolean done;
    private boolean checksumsTold;

    /**
     * Starts the stack; the device is closed at the end, and so is what keeps the kernel silent.
     *
     * @param asksServers whether there are DNS servers to be asked
     */
    StackHost(Console console, NetStack stack, KernelSilence silence, boolean asksServers) {
        this.console = console;
        this.stack = stack;
        this.silence = silence;
        this.asksServers = asksServers;
        loop = new StackLoop(stack).ownsDevice(true).onEnd(l -> end());
        loop.start();
    }

    private void end() {
        Throwable why = loop.failure().orElse(null);
        if (why == null) {
            ended.completeExceptionally(new CancellationException());
        } else {
            ended.completeExceptionally(why);
        }
    }

    NetStack stack() {
        return stack;
    }

    StackLoop loop() {
        return loop;
    }

    KernelSilence silence() {
        return silence;
    }

    Device device() {
        return stack.deviceLayer().device();
    }

    /** Ends what the command waits for; from any thread. */
    void interrupt() {
        interrupted = true;
        done = true;
        ended.completeExceptionally(new CancellationException());
        try {
            waitedFor.close();
        } catch (IOException e) {
            // Whoever waits for it is told.
        }
    }

    /** Closed when the user wants to end, so that nobody waits for it any longer. */
    void closeOnInterrupt(Closeable connection) throws IOException {
        waitedFor = connection;
        if (interrupted) {
            connection.close();
        }
    }

    boolean interrupted() {
        return interrupted;
    }

    /** The command has done what it was to do; from any thread. */
    void done() {
        done = true;
    }

    /** To be printed; from the stack's thread, which it never holds up. */
    void say(String line) {
        if (!lines.offer(line)) {
            lost.incrementAndGet();
        }
    }

    /** Says once that checksums are wrong: whoever tries a stack on one host may wait for answers else. */
    private void tellOfChecksums() {
        if (!checksumsTold && stack.tcp().counters().badChecksum + stack.udp().counters().badChecksum > 0) {
            checksumsTold = true;
            console.err()
                    .println("ringwire: what came in with a wrong TCP or UDP checksum was dropped. If the sender is on"
                            + " this host, its interface leaves checksums to hardware that is not there; this helps:"
                            + " ethtool -K INTERFACE tx off");
        }
    }

    /** Prints what is said until it is done, interrupted, or the stack ends. */
    void serve() throws IOException {
        try {
            while (!done && !loop.ended()) {
                String line = lines.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    print(line);
                }
                tellOfChecksums();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        check();
    }

    private void print(String line) throws IOException {
        if (console.errIsTerminal() && console.outIsTerminal()) {
            console.err().print(StackMonitor.CLEAR_LINE);
            console.err().flush();
        }
        console.print(line + "\n");
    }

    private void check() throws IOException {
        Throwable why = loop.failure().orElse(null);
        if (why != null) {
            throw new IOException("the stack on " + device().name() + " has failed: " + Errors.message(why), why);
        }
    }

    /** Something for the stack's thread to do. */
    interface Task<T> {
        void run(CompletableFuture<T> result) throws IOException;
    }

    /**
     * Has this done by the stack's thread and waits until the result is there.
     *
     * @return null if the user wants to end before
     */
    <T> T ask(Task<T> task) throws IOException {
        var result = new CompletableFuture<T>();
        stack.execute(() -> {
            try {
                task.run(result);
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            CompletableFuture.anyOf(result, ended).get();
            return result.get();
        } catch (ExecutionException e) {
            if (interrupted) {
                return null;
            }
            check();
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        } catch (CancellationException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** The first address of a name, or null if the user wants to end before. */
    InetAddress lookUp(String name) throws IOException {
        List<InetAddress> all = ask(result -> stack.dns().lookup(name, (addresses, error) -> {
            if (error == null) {
                result.complete(addresses);
            } else {
                result.completeExceptionally(
                        asksServers ? error : new UnknownHostException(error.getMessage() + "; name one with --dns"));
            }
        }));
        if (all == null) {
            return null;
        }
        for (InetAddress address : all) {
            if (hasWayTo(address)) {
                return address;
            }
        }
        throw new NoRouteToHostException("no way to " + name + ": name the router with --gateway, or give the stack an"
                + " address of that IP version");
    }

    private boolean hasWayTo(InetAddress address) throws IOException {
        TcpEndpoint end = TcpEndpoint.of(new InetSocketAddress(address, 1));
        Boolean has = ask(result -> result.complete(stack.router().path(end.high(), end.low()) != null));
        return has != null && has;
    }

    /** Waits until that time of {@link System#nanoTime}, or until the user wants to end. */
    void pauseUntil(long nanos) throws IOException {
        try {
            ended.get(Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException itIsTime) {
            return;
        } catch (ExecutionException | CancellationException e) {
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Ends connections in order, then prints what they said of it. */
    @Override
    public void close() throws IOException {
        try (silence) {
            if (!loop.stop(STOP_PATIENCE)) {
                console.err().println("ringwire: the stack does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            print(line);
        }
        tellOfChecksums();
        if (lost.get() > 0) {
            console.err().println(lost.get() + " lines are missing: they came faster than they could be printed");
        }
    }
}
