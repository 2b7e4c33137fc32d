package dev.ringwire.natives;

import java.lang.ref.Cleaner;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A descriptor that several threads use, the eventfd that wakes those who wait on it, and the order in which they may
 * go. Their numbers are reused by the whole process, so none is closed while a system call on it may be under way or
 * about to begin: use is between {@link #enter()} and {@link #leave()}.
 */
public final class Descriptors implements Runnable {
    /** What {@link #enter()} returns once closing has begun. */
    public static final int CLOSED = -1;

    private static final Cleaner CLEANER = Cleaner.create();

    private final int fd;
    private final int wakeFd;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int users;
    private boolean gone;
    private volatile boolean closed;

    /**
     * Takes both over.
     *
     * @param wakeFd an eventfd, or -1 where nobody waits long
     */
    public Descriptors(int fd, int wakeFd) {
        this.fd = fd;
        this.wakeFd = wakeFd;
    }

    /** Closes them, at the latest, once that object is unreachable. It must not be reachable from here. */
    public void closeWith(Object owner) {
        CLEANER.register(owner, this);
    }

    /** Whether closing has begun. */
    public boolean isClosed() {
        return closed;
    }

    /** The descriptor, which stays open until {@link #leave()}; {@link #CLOSED} if it may not be used any more. */
    public int enter() {
        lock.lock();
        try {
            if (closed) {
                return CLOSED;
            }
            users++;
            return fd;
        } finally {
            lock.unlock();
        }
    }

    /** Ends what a successful {@link #enter()} began. */
    public void leave() {
        lock.lock();
        try {
            users--;
            if (closed) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The eventfd for those between {@link #enter()} and {@link #leave()}. */
    public int wakeFd() {
        return wakeFd;
    }

    /** Ends the present wait of one thread, or the next. */
    public void wake() {
        lock.lock();
        try {
            if (!closed) {
                Natives.ringWake(wakeFd);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wakes and sees off those who use them, then closes both. The second call, also from another thread, waits for the
     * first and does no more.
     *
     * @return 0 or a negated error number
     */
    public int close() {
        lock.lock();
        try {
            boolean mine = !closed;
            closed = true;
            if (mine && wakeFd >= 0) {
                Natives.ringWake(wakeFd);
            }
            while (users > 0 || !mine && !gone) {
                changed.awaitUninterruptibly();
            }
            if (!mine) {
                return 0;
            }
            int error = Natives.ringClose(fd, wakeFd);
            gone = true;
            changed.signalAll();
            return error;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        close();
    }
}
