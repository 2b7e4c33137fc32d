package dev.ringwire.stack.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Bytes on their way between one thread that writes and one that reads, without a lock. Positions count the bytes of the
 * whole stream: {@link #head()} is the next that is read, {@link #tail()} the next that is written. The memory comes
 * with the first byte and doubles up to the capacity, so an idle connection holds none.
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

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            BYTES = lookup.findVarHandle(ByteRing.class, "bytes", byte[].class);
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
        int count = room(from.remaining());
        if (count > 0) {
            put(tail, from, from.position(), count);
            from.position(from.position() + count);
            publish(tail + count);
        }
        return count;
    }

    /** Writer: as {@link #write(ByteBuffer)}, from an array. */
    public int write(byte[] from, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, from.length);
        int count = room(length);
        if (count > 0) {
            byte[] to = bytes;
            int at = (int) tail & to.length - 1;
            int first = Math.min(count, to.length - at);
            System.arraycopy(from, offset, to, at, first);
            System.arraycopy(from, offset + first, to, 0, count - first);
            publish(tail + count);
        }
        return count;
    }

    /**
     * Writer: puts bytes at or ahead of the tail, for {@link #publish} to let them be read.
     *
     * @return false if they do not fit or the stack has no memory left; nothing is kept then
     */
    boolean place(long position, ByteBuffer from, int index, int length) {
        long end = position + length;
        if (end - head() > capacity || !grow((int) (end - head()))) {
            return false;
        }
        put(position, from, index, length);
        return true;
    }

    /** Writer: lets everything up to there be read. */
    void publish(long newTail) {
        highest = Math.max(highest, newTail);
        TAIL.setRelease(this, newTail);
    }

    private int room(int wanted) {
        int count = Math.min(wanted, free());
        int used = (int) (tail - head());
        return count <= 0 || grow(used + count) ? count : Math.min(count, Math.max(0, bytes.length - used));
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

    private boolean grow(int needed) {
        return needed <= bytes.length || enlarge(needed);
    }

    /** Rare, so that a lock costs nothing; the other side may give the memory up meanwhile. */
    private synchronized boolean enlarge(int needed) {
        byte[] old = bytes;
        int size = Math.max(SMALLEST, old.length);
        while (size < needed) {
            size <<= 1;
        }
        if (discarded || !memory.reserve(size - old.length)) {
            return false;
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
        return true;
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
