package dev.ringwire.device.libpcap;

import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.device.CapturePermission;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open handle of libpcap and who may use it when: one thread at a time, as libpcap asks, but for waiting, which
 * touches descriptors only. Closing wakes who waits and lets it leave before anything goes.
 */
final class PcapHandle {
    private final String interfaceName;
    private final long handle;
    private final int snaplen;
    private final int linkType;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition pollerLeft = lock.newCondition();
    private final byte[] error = new byte[Natives.PCAP_ERROR];
    private final int[] lastCounts = new int[3];
    private final int[] counts = new int[3];
    private final int[] sent = new int[1];
    private CaptureStatistics statistics = CaptureStatistics.NONE;
    private int pollers;
    private boolean gone;
    private volatile boolean closed;

    private PcapHandle(String interfaceName, long handle, int snaplen, int linkType) {
        this.interfaceName = interfaceName;
        this.handle = handle;
        this.snaplen = snaplen;
        this.linkType = linkType;
    }

    static PcapHandle open(
            String name, int snaplen, boolean promiscuous, int timeoutMillis, boolean immediate, int bufferSize)
            throws IOException {
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("cannot open " + name + " through libpcap without native code: "
                    + NativeLibrary.status().reason());
        }
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new NoSuchInterfaceException(name);
        }
        byte[] error = new byte[Natives.PCAP_ERROR];
        long[] result = new long[2];
        int status = Natives.pcapOpen(
                terminated(name), snaplen, promiscuous, timeoutMillis, immediate, bufferSize, result, error);
        if (status < 0) {
            throw explain(name, -status, string(error));
        }
        return new PcapHandle(name, result[0], snaplen, (int) result[1]);
    }

    private static IOException explain(String name, int errno, String reason) {
        return switch (errno) {
            case Errno.EPERM -> CapturePermission.denied(name, "capture", reason);
            case Errno.ENOSYS ->
                new IOException("cannot open " + name + ": libpcap not found (" + reason
                        + "); install it, as with: sudo apt install libpcap0.8");
            case Errno.ENETDOWN ->
                new IOException("interface " + name + " is down (" + reason + "); switch it on: sudo ip link set "
                        + name + " up");
            case Errno.ENODEV -> new NoSuchInterfaceException(name);
            // Before it tries to open one, libpcap does not tell a missing interface from other faults.
            default ->
                NetworkInterfaces.find(name).isEmpty() && reason.contains("No such device")
                        ? new NoSuchInterfaceException(name)
                        : new IOException("cannot open " + name + " through libpcap: " + reason);
        };
    }

    int linkType() {
        return linkType;
    }

    boolean isClosed() {
        return closed;
    }

    /** Before anyone else knows the handle. */
    void setFilter(BpfProgram program) throws IOException {
        check(Natives.pcapSetFilter(handle, program.instructions(), error), "filter on ");
    }

    /** Fills the batch with what is ready; how many frames, 0 also when closed. */
    int read(ByteBuffer batch) throws IOException {
        lock.lock();
        try {
            return closed ? 0 : check(Natives.pcapRead(handle, snaplen, batch, error), "capture on ");
        } finally {
            lock.unlock();
        }
    }

    /** Sends what it can; the number of bytes of the batch that are done is {@link #sent()}. */
    void send(ByteBuffer batch, int length) throws IOException {
        lock.lock();
        try {
            sent[0] = 0;
            if (closed) {
                throw new IOException(interfaceName + " is closed");
            }
            check(Natives.pcapSend(handle, batch, length, sent, error), "send on ");
        } finally {
            lock.unlock();
        }
    }

    int sent() {
        return sent[0];
    }

    /** Waits; true if woken. */
    boolean poll(long timeoutNanos) throws IOException {
        lock.lock();
        try {
            if (closed) {
                return true;
            }
            pollers++;
        } finally {
            lock.unlock();
        }
        int woke;
        try {
            woke = Natives.pcapPoll(handle, timeoutNanos);
        } finally {
            lock.lock();
            try {
                pollers--;
                pollerLeft.signalAll();
            } finally {
                lock.unlock();
            }
        }
        if (woke < 0) {
            throw Errno.toException(woke, "wait for frames on " + interfaceName);
        }
        return woke == 2;
    }

    void wake() {
        lock.lock();
        try {
            if (!closed) {
                Natives.pcapWake(handle);
            }
        } finally {
            lock.unlock();
        }
    }

    CaptureStatistics statistics() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                check(accumulate(), "read the capture statistics of ");
            }
            return statistics;
        } finally {
            lock.unlock();
        }
    }

    /** libpcap counts in 32 bits: what came since the last time is added. */
    private int accumulate() {
        int status = Natives.pcapStatistics(handle, counts, error);
        if (status == 0) {
            long seen = Integer.toUnsignedLong(counts[0] - lastCounts[0]);
            long dropped = Integer.toUnsignedLong(counts[1] - lastCounts[1]);
            // On Linux what libpcap calls received includes the dropped.
            statistics = statistics.plus(new CaptureStatistics(Math.max(seen - dropped, 0), dropped, 0));
            System.arraycopy(counts, 0, lastCounts, 0, counts.length);
        }
        return status;
    }

    /** The second call, also from another thread, waits for the first and does no more. */
    void close() {
        lock.lock();
        try {
            if (closed) {
                while (!gone) {
                    pollerLeft.awaitUninterruptibly();
                }
                return;
            }
            accumulate();
            closed = true;
            while (pollers > 0) {
                Natives.pcapWake(handle);
                pollerLeft.awaitUninterruptibly();
            }
            Natives.pcapClose(handle);
            gone = true;
            pollerLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + interfaceName + ": " + string(error));
        }
        return result;
    }

    static byte[] terminated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    static String string(byte[] terminated) {
        int end = 0;
        while (end < terminated.length && terminated[end] != 0) {
            end++;
        }
        return new String(terminated, 0, end, StandardCharsets.UTF_8);
    }
}
