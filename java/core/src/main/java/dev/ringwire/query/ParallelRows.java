package dev.ringwire.query;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows made into text by several threads. Each takes a batch of frames from the source in its turn, makes the rows of
 * it beside the others, and leaves the text to be written in the order of the batches. There are two batches a thread,
 * and no more: who finds none waits.
 */
final class ParallelRows {
    private static final int BATCHES_PER_THREAD = 2;

    private final Rows rows;
    private final OutputStream out;
    private final int threads;
    private final Object source = new Object();

    // Guarded by `source`.
    private long tickets;
    private boolean sourceEnded;

    // Guarded by this.
    private final Deque<RowBatch> free = new ArrayDeque<>();
    private final @Nullable RowBatch[] finished;
    private long written;
    private boolean writing;
    private @Nullable Throwable failure;

    /**
     * @param writer shows how rows are written
     */
    ParallelRows(Rows rows, Query query, RowWriter writer, OutputStream out, int threads) {
        this.rows = rows;
        this.out = out;
        this.threads = threads;
        finished = new RowBatch[BATCHES_PER_THREAD * threads];
        for (int i = 0; i < finished.length; i++) {
            free.add(new RowBatch(query, writer.sibling()));
        }
    }

    /** Returns when all rows are written, or something failed. */
    void run() throws IOException {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            var thread = new Thread(this::work, "ringwire-query-" + i);
            thread.setDaemon(true);
            thread.start();
            others.add(thread);
        }
        work();
        for (Thread thread : others) {
            join(thread);
        }
        Throwable failed = failure();
        if (failed instanceof IOException e) {
            throw e;
        } else if (failed instanceof RuntimeException e) {
            throw e;
        } else if (failed instanceof Error e) {
            throw e;
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            for (RowBatch batch = take(); batch != null && fill(batch); batch = take()) {
                batch.format();
                finish(batch);
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** An unused batch, as soon as there is one; null when something failed. */
    private synchronized @Nullable RowBatch take() {
        boolean interrupted = false;
        while (free.isEmpty() && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure == null ? free.pop() : null;
    }

    /** Takes the next frames; false if there are none. */
    private boolean fill(RowBatch batch) {
        synchronized (source) {
            if (sourceEnded) {
                return false;
            }
            batch.clear();
            batch.ticket = tickets++;
            try {
                sourceEnded = !rows.fill(batch);
            } catch (Throwable e) {
                sourceEnded = true;
                batch.failure = e;
            }
            return true;
        }
    }

    /** Leaves the batch to be written, and writes what is next if nobody else does. */
    private void finish(RowBatch batch) throws IOException {
        RowBatch next = leave(batch);
        while (next != null) {
            next.writeTo(out);
            rows.written(next.rows);
            if (next.failure != null) {
                fail(next.failure);
                return;
            }
            next = recycle(next);
        }
    }

    private synchronized @Nullable RowBatch leave(RowBatch batch) {
        finished[(int) (batch.ticket % finished.length)] = batch;
        return writing ? null : claim();
    }

    private synchronized @Nullable RowBatch recycle(RowBatch batch) {
        written++;
        free.push(batch);
        notifyAll();
        return claim();
    }

    /** The batch whose turn it is, to be written by the caller; null if it is not made yet. */
    private @Nullable RowBatch claim() {
        int place = (int) (written % finished.length);
        RowBatch next = failure == null ? finished[place] : null;
        finished[place] = null;
        writing = next != null;
        return next;
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
        rows.stop();
        notifyAll();
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }
}
