package dev.ringwire.device.afpacket;

import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The descriptors and the mapping behind a ring, and the order in which they may go. Descriptor numbers are reused by
 * the whole process, so none is closed while a system call on it may be under way or about to begin; the mapping is
 * first replaced by zeros, at close, and given back only by {@link #unmap()}. Refers to no buffer over the mapping.
 */
final class RingSocket {
    private final String interfaceName;
    private final int fd;
    private final int wakeFd;
    private final long address;
    private final long size;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition pollerLeft = lock.newCondition();
    private int pollers;
    private boolean descriptorsClosed;
    private CaptureStatistics statistics = CaptureStatistics.NONE;
    private volatile boolean closed;

    RingSocket(String interfaceName, int fd, int wakeFd, long address, long size) {
        this.interfaceName = interfaceName;
        this.fd = fd;
        this.wakeFd = wakeFd;
        this.address = address;
        this.size = size;
    }

    /** Where the mapping begins. */
    long address() {
        return address;
    }

    /** From the moment when {@link #close()} begins: later than this, the ring may read as zeros. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Puts the descriptors in for a system call that waits, which {@link #leavePoll} must follow; false, and nothing
     * must follow, once it is closed.
     */
    boolean enterPoll(int[] waits, int at) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            pollers++;
        } finally {
            lock.unlock();
        }
        waits[at] = fd;
        waits[at + 1] = wakeFd;
        return true;
    }

    void leavePoll() {
        lock.lock();
        try {
            pollers--;
            pollerLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the present or next wait that may last. */
    void wake() {
        lock.lock();
        try {
            if (!descriptorsClosed) {
                Natives.ringWake(wakeFd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Binds to the interface that has the name now; its ifindex or a negated error number, 0 if closed. */
    int rebind(byte[] name, boolean promiscuous) {
        lock.lock();
        try {
            return closed ? 0 : Natives.ringRebind(fd, name, promiscuous);
        } finally {
            lock.unlock();
        }
    }

    /** The counts up to now, or up to close. */
    CaptureStatistics statistics() throws IOException {
        lock.lock();
        try {
            int error = descriptorsClosed ? 0 : accumulate();
            if (error < 0) {
                throw Errno.toException(error, "read the capture statistics of " + interfaceName);
            }
            return statistics;
        } finally {
            lock.unlock();
        }
    }

    private int accumulate() {
        int[] counts = new int[3];
        int error = Natives.ringStatistics(fd, counts);
        if (error == 0) {
            long seen = Integer.toUnsignedLong(counts[0]);
            long dropped = Integer.toUnsignedLong(counts[1]);
            statistics =
                    statistics.plus(new CaptureStatistics(seen - dropped, dropped, Integer.toUnsignedLong(counts[2])));
        }
        return error;
    }

    /** Ends capturing and every wait. The second call, also from another thread, waits for the first and does no more. */
    void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                while (!descriptorsClosed) {
                    pollerLeft.awaitUninterruptibly();
                }
                return;
            }
            closed = true;
            // Before the mapping goes: what the kernel adds from here on, nobody could read.
            accumulate();
            int error = Natives.ringReplace(address, size);
            Natives.ringWake(wakeFd);
            while (pollers > 0) {
                pollerLeft.awaitUninterruptibly();
            }
            int closeError = Natives.ringClose(fd, wakeFd);
            descriptorsClosed = true;
            pollerLeft.signalAll();
            if (error < 0 || closeError < 0) {
                throw Errno.toException(error < 0 ? error : closeError, "close the packet ring on " + interfaceName);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the address range back, closing first what is still open. Only when no buffer over it is reachable. */
    void unmap() {
        try {
            close();
        } catch (IOException giveBackTheRangeAllTheSame) {
            // Nobody is left to tell.
        }
        Natives.ringUnmap(address, size);
    }
}
