package dev.ringwire.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of a test's own. A JVM cannot change its namespace: what shall run inside is started there as a
 * process. It goes with {@link #close()}, or at the end of the JVM if that was missed.
 */
public final class Netns implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final Thread atExit = new Thread(this::delete);
    private boolean deleted;

    private Netns(String name) {
        this.name = name;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Makes one with its loopback up. */
    public static Netns create() {
        Netns made = new Netns(uniqueName("n"));
        try {
            Command.run("ip", "netns", "add", made.name);
            made.run("ip", "link", "set", "lo", "up");
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** A name that fits an interface, which no other test of this or another JVM uses now. */
    static String uniqueName(String kind) {
        return "rw" + Long.toString(ProcessHandle.current().pid(), 36) + kind + COUNT.incrementAndGet();
    }

    public String name() {
        return name;
    }

    /** Runs a program inside to its end; see {@link Command#run}. */
    public String run(String... command) {
        return Command.run(inside(List.of(command)).toArray(String[]::new));
    }

    /** Starts a program inside; {@link #close()} ends it. */
    public Process start(List<String> command) {
        return Command.start(inside(command));
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private synchronized void delete() {
        if (deleted) {
            return;
        }
        deleted = true;
        // A process inside would keep the namespace alive without its name.
        for (String pid :
                Command.attempt(List.of("ip", "netns", "pids", name)).output().split("\\s+")) {
            if (pid.matches("[0-9]+")) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        Command.attempt(List.of("ip", "netns", "del", name));
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException endingAlready) {
            // The hook finds nothing left to do.
        }
    }
}
