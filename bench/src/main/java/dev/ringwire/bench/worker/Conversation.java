package dev.ringwire.bench.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/**
 * The worker's side of the harness: each line on standard input is a command of words, each answer one line
 * {@code result key=value ...} or {@code failed why}. The end of input ends the worker.
 */
final class Conversation {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Conversation() {}

    /** What a worker does for a command. */
    interface Commands {
        /** The keys and values of the answer. */
        String answer(String[] words) throws Exception;
    }

    /** Answers until there is no more input. */
    static void serve(Commands commands) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            try {
                System.out.println("result " + (words[0].equals("ready") ? "ok=1" : commands.answer(words)));
            } catch (Exception | LinkageError e) {
                e.printStackTrace();
                System.out.println("failed " + e);
            }
        }
    }

    /**
     * The clock of all workers: nanoseconds that this thread was on a CPU, so that others on the machine count less. What
     * other threads do for it, such as collecting garbage, does not count, for all contestants alike.
     */
    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** The answer for packets that took some time. */
    static String packets(long packets, long nanos) {
        return "packets=" + packets + " ns=" + nanos;
    }
}
