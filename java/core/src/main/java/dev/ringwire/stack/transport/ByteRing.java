package dev.ringwire.stack.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Bytes on their way between one thread that writes and one that reads, without a lock. Positions count the bytes of the
 * whole stream: {@link #head()} is the next that is read, {@link #tail()} the next that is written. The memory comes
 * with the first byte and doubles up to the capacity, as far as the stack has some left, and goes when nothing was in it
 * for a while, so an idle connection holds none.
 *
 * <p>The writer may also {@link #place} bytes ahead of the tail, where segments have come out of order, and the reader
 * may {@link #copy} bytes behind the head and {@link #release} them later, where they may have to be sent again.
 */
public final class ByteRing {
    private static final int SMALLEST = 2048;
    private static final byte[] NONE = {};
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle BYTES;
    private static final VarHandle WRITING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            BYTES = lookup.findVarHandle(ByteRing.class, "bytes", byte[].class);
            WRITING = lookup.findVarHandle(ByteRing.class, "writing", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TcpMemory memory;

    /** Never smaller than before; what is in the ring may be more than a smaller capacity asked for. */
    private volatile int capacity;

    /** Of the writer, which fills a larger one before the reader can see it; its length is a power of two. */
    private byte[] bytes = NONE;

    /** Written by the reader. */
    private long head;

    /** Written by the writer. */
    private long tail;

    /** Behind the last byte written or placed; only the writer's. */
    private long highest;

    /** Whether {@link #write} or {@link #trim} is at work, which may be on two threads. */
    @SuppressWarnings("UnusedVariable") // by its handle
    private boolean writing;

    private boolean discarded;

    ByteRing(int capacity, TcpMemory memory) {
        this.capacity = capacity;
        this.memory = memory;
    }

    /** Most bytes that it holds. */
    public int capacity() {
        return capacity;
    }

    /** Holds that many bytes at most from now on; less than before has no effect. */
    void capacity(int most) {
        capacity = Math.max(capacity, most);
    }

    /** Bytes of memory it has now. */
    public int allocated() {
        return ((byte[]) BYTES.getAcquire(this)).length;
    }

    /** Position of the next byte to be read. */
    public long head() {
        return (long) HEAD.getAcquire(this);
    }

    /** Position of the next byte to be written. */
    public long tail() {
        return (long) TAIL.getAcquire(this);
    }

    /** Bytes that can be read. */
    public int size() {
        // The head first: it never passes the tail, so the difference cannot be negative.
        long from = head();
        return (int) (tail() - from);
    }

    /** Bytes that can be written. */
    public int free() {
        return Math.max(0, capacity - size());
    }

    /**
     * Writer: takes as many of the bytes as there is room for, and moves the position behind them.
     *
     * @return how many; fewer than there is room for if the stack has no memory left
     */
    public int write(ByteBuffer from) {
        beginToWrite();
        try {
            int count = room((int) (tail - head()), from.remaining());
            if (count > 0) {
                put(tail, from, from.position(), count);
                from.position(from.position() + count);
                publish(tail + count);
            }
            return count;
        } finally {
            WRITING.setRelease(this, false);
        }
    }

    /** Writer: as {@link #write(ByteBuffer)}, from an array. */
    public int write(byte[] from, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, from.length);
        beginToWrite();
        try {
            int count = room((int) (tail - head()), length);
            if (count > 0) {
                byte[] to = bytes;
                int at = (int) tail & to.length - 1;
                int first = Math.min(count, to.length - at);
                System.arraycopy(from, offset, to, at, first);
                System.arraycopy(from, offset + first, to, 0, count - first);
                publish(tail + count);
            }
            return count;
        } finally {
            WRITING.setRelease(this, false);
        }
    }

    private void beginToWrite() {
        while (!WRITING.compareAndSet(this, false, true)) {
            Thread.onSpinWait();
        }
    }

    /**
     * Writer, on the thread that trims: puts bytes at the tail, for {@link #publish} to let them be read.
     *
     * @return how many; fewer if they do not fit or the stack has no memory left
     */
    int place(ByteBuffer from, int index, int length) {
        int count = room((int) (tail - head()), length);
        if (count > 0) {
            put(tail, from, index, count);
        }
        return count;
    }

    /**
     * Writer, on the thread that trims: puts bytes ahead of the tail. Memory that is short is not taken for them, as they
     * may never be of use.
     *
     * @return false if they do not fit; nothing is kept then
     */
    boolean placeAhead(long position, ByteBuffer from, int index, int length) {
        int before = (int) (position - head());
        int end = before + length;
        boolean fits = end <= bytes.length
                ? end <= capacity
                : end <= capacity && !memory.isShort() && room(before, length) == length;
        if (fits) {
            put(position, from, index, length);
        }
        return fits;
    }

    /** Writer: lets everything up to there be read. */
    void publish(long newTail) {
        highest = Math.max(highest, newTail);
        TAIL.setRelease(this, newTail);
    }

    /** How many bytes fit behind so many, after growing if need be. */
    private int room(int used, int wanted) {
        int count = Math.min(wanted, capacity - used);
        if (count > 0 && used + count > bytes.length) {
            enlarge(used + count);
        }
        return Math.max(0, Math.min(count, bytes.length - used));
    }

    /** Bytes that can be written, as far as the memory goes that the stack has left now. From any thread, roughly. */
    int room() {
        int used = size();
        int most = capacity;
        return Math.max(0, (memory.share() >= most ? most : most(most, allocated(), memory)) - used);
    }

    /** Bytes that fit into a ring of that capacity that has so much memory now. */
    static int most(int capacity, int allocated, TcpMemory memory) {
        long share = memory.share();
        int most = Math.max(allocated, least(capacity));
        while (most < capacity && 2L * most - allocated <= share) {
            most <<= 1;
        }
        return Math.min(capacity, most);
    }

    /** What a ring gets in any case: some steps of the largest window that it can offer. */
    private static int least(int capacity) {
        return Math.max(SMALLEST, Integer.highestOneBit(capacity) >>> 14);
    }

    private void put(long position, ByteBuffer from, int index, int length) {
        byte[] to = bytes;
        int at = (int) position & to.length - 1;
        int first = Math.min(length, to.length - at);
        from.get(index, to, at, first);
        if (first < length) {
            from.get(index + first, to, 0, length - first);
        }
        highest = Math.max(highest, position + length);
    }

    /** As far as there is memory. Rare, so that a lock costs nothing; the other side may give the memory up meanwhile. */
    private synchronized void enlarge(int needed) {
        if (discarded) {
            return;
        }
        byte[] old = bytes;
        int size = Math.max(SMALLEST, Integer.highestOneBit(needed - 1) << 1);
        while (size > old.length && !reserve(size, old.length)) {
            size >>>= 1;
        }
        if (size < needed) {
            memory.countRefusal();
        }
        if (size <= old.length) {
            return;
        }
        byte[] larger = new byte[size];
        long from = head();
        for (long at = from; at < highest; ) {
            int source = (int) at & old.length - 1;
            int target = (int) at & size - 1;
            int count = (int) Math.min(highest - at, Math.min(old.length - source, size - target));
            System.arraycopy(old, source, larger, target, count);
            at += count;
        }
        BYTES.setRelease(this, larger);
    }

    private boolean reserve(int size, int before) {
        if (before == 0 && size <= least(capacity)) {
            memory.reserveLeast(size);
            return true;
        }
        return memory.reserve(size - before);
    }

    /**
     * Stack's thread: gives the memory back if nothing is in it; what was placed ahead of the tail is forgotten. Whoever
     * reads touches no memory while there is nothing to be read, and who writes is kept out.
     */
    synchronized void trim() {
        if (discarded || bytes.length == 0 || !WRITING.compareAndSet(this, false, true)) {
            return;
        }
        if (head() == tail) {
            highest = tail;
            memory.release(bytes.length);
            BYTES.setRelease(this, NONE);
        }
        WRITING.setRelease(this, false);
    }

    /** Reader: moves bytes to the buffer as long as there are some and it has room; how many. */
    public int read(ByteBuffer to) {
        int count = Math.min(size(), to.remaining());
        if (count > 0) {
            byte[] from = (byte[]) BYTES.getAcquire(this);
            int at = (int) head & from.length - 1;
            int first = Math.min(count, from.length - at);
            to.put(from, at, first).put(from, 0, count - first);
            release(head + count);
        }
        return count;
    }

    /** Reader: as {@link #read(ByteBuffer)}, into an array. */
    public int read(byte[] to, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, to.length);
        int count = Math.min(size(), length);
        if (count > 0) {
            byte[] from = (byte[]) BYTES.getAcquire(this);
            int at = (int) head & from.length - 1;
            int first = Math.min(count, from.length - at);
            System.arraycopy(from, at, to, offset, first);
            System.arraycopy(from, 0, to, offset + first, count - first);
            release(head + count);
        }
        return count;
    }

    /** Reader: copies bytes between head and tail and leaves them there. */
    void copy(long position, ByteBuffer to, int index, int length) {
        byte[] from = (byte[]) BYTES.getAcquire(this);
        int at = (int) position & from.length - 1;
        int first = Math.min(length, from.length - at);
        to.put(index, from, at, first);
        if (first < length) {
            to.put(index + first, from, 0, length - first);
        }
    }

    /** Reader: the bytes that can be read and lie in one piece, over the ring's memory; to be released. */
    ByteBuffer view() {
        int count = size();
        byte[] from = (byte[]) BYTES.getAcquire(this);
        int at = from.length == 0 ? 0 : (int) head & from.length - 1;
        return ByteBuffer.wrap(from, at, Math.min(count, from.length - at));
    }

    /** Reader: everything before that position may be overwritten. */
    void release(long newHead) {
        HEAD.setRelease(this, newHead);
    }

    /** Gives its share of the stack's memory back and takes nothing more; what is in it can still be read. Any thread. */
    synchronized void discard() {
        if (!discarded) {
            discarded = true;
            memory.release(bytes.length);
        }
    }
}
