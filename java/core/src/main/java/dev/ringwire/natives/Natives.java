package dev.ringwire.natives;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Every native method of Ringwire: the only class with the keyword. Call nothing here unless
 * {@link NativeLibrary#isLoaded()} said true. Arguments are checked on this side, so that C never sees a bad range.
 */
public final class Natives {
    /** Number of the interface between this class and the library; raise it with every change of a signature. */
    static final int ABI = 3;

    /** The most rings of one {@link #ringPoll}. */
    public static final int MOST_RINGS = 256;

    private static final int LONGEST_FILTER = 4096;
    private static final int LONGEST_INTERFACE_NAME = 16;

    Natives() {}

    /** The {@link #ABI} that the loaded library was built for. */
    static native int abi();

    /** Compiler, architecture and C standard of the loaded library, for people. */
    static native String buildInfo();

    /**
     * RFC 1071 partial sum of heap bytes. The garbage collector waits while C reads them.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public static int checksumArray(byte[] bytes, int offset, int length, int initial) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return sumOrOutOfMemory(checksumArray0(bytes, offset, length, checkInitial(initial)));
    }

    /**
     * RFC 1071 partial sum of a direct buffer, by absolute index. Never hand over a file mapping: a file that shrinks
     * under it kills the process inside C.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IndexOutOfBoundsException if the range is not below the limit of the buffer
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static int checksumBuffer(ByteBuffer direct, int offset, int length, int initial) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + direct);
        }
        Objects.checkFromIndexSize(offset, length, direct.limit());
        return sumOrOutOfMemory(checksumBuffer0(direct, offset, length, checkInitial(initial)));
    }

    /**
     * RFC 1071 partial sum at an address. The caller vouches that the bytes are mapped, are no file, and stay so
     * until this returns.
     *
     * @param initial an earlier partial sum, not negative
     * @return 0 to 0xffff, not complemented
     * @throws IllegalArgumentException if the address is 0 or the length negative
     */
    public static int checksumAddress(long address, int length, int initial) {
        if (address == 0 || length < 0) {
            throw new IllegalArgumentException("address " + address + ", length " + length);
        }
        return checksumAddress0(address, length, checkInitial(initial));
    }

    /**
     * Opens a TPACKET_V3 receive ring, bound and mapped; native/src/ring.h has the steps.
     *
     * @param name the interface's name with a zero byte behind it
     * @param settings block size (a power of two and a multiple of the page size), block count, block timeout in ms,
     *     promiscuous, ignore outgoing, rx hash, hardware timestamps, busy poll in µs, join a fanout group, argument of
     *     PACKET_FANOUT
     * @param filter instructions of a classic BPF program; null for none
     * @param result receives socket, eventfd, ifindex, ARPHRD number, address of the mapping, the step that failed,
     *     whether outgoing frames are ignored, and the fanout group
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name is too long or does not end in zero, or an array is of a wrong length
     */
    public static int ringOpen(byte[] name, int[] settings, long @Nullable [] filter, long[] result) {
        checkName(name);
        if (settings.length != 10
                || result.length < 8
                || filter != null && (filter.length == 0 || filter.length > LONGEST_FILTER)) {
            throw new IllegalArgumentException(settings.length + " settings, result of " + result.length);
        }
        return ringOpen0(name, settings, filter, result);
    }

    /**
     * Binds a ring's socket to the interface that now has the name.
     *
     * @param name with a zero byte behind it
     * @return its ifindex or a negated error number
     */
    public static int ringRebind(int fd, byte[] name, boolean promiscuous) {
        checkName(name);
        return ringRebind0(fd, name, promiscuous);
    }

    private static void checkName(byte[] name) {
        if (name.length == 0 || name.length > LONGEST_INTERFACE_NAME || name[name.length - 1] != 0) {
            throw new IllegalArgumentException("name of " + name.length + " bytes");
        }
    }

    /**
     * A buffer over mapped memory. The caller unmaps it, and not before the buffer and every slice are unreachable.
     *
     * @throws IllegalArgumentException if the address is 0 or the size not positive
     */
    public static ByteBuffer ringBlock(long address, int size) {
        if (address == 0 || size <= 0) {
            throw new IllegalArgumentException("address " + address + ", size " + size);
        }
        return ringBlock0(address, size);
    }

    /**
     * Waits for any of several rings.
     *
     * @param waits three numbers a ring: its socket, its eventfd, and room for what came of it, which is the sum of 1
     *     if a block may be ready and 2 if it was woken, or a negated error number
     * @param timeoutNanos with 0, a wake-up stays for the next call
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if there are no or more than {@link #MOST_RINGS} rings
     */
    public static int ringPoll(int[] waits, int count, long timeoutNanos) {
        if (count < 1 || count > MOST_RINGS || waits.length < 3 * count) {
            throw new IllegalArgumentException(count + " rings in " + waits.length);
        }
        return ringPoll0(waits, count, timeoutNanos);
    }

    /** Ends the present or the next {@link #ringPoll} that may wait. */
    public static native int ringWake(int wakeFd);

    /**
     * Reads and resets the counters of a ring's socket.
     *
     * @param counts receives, unsigned, packets seen (drops included), drops and freezes
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if there is no room for three
     */
    public static int ringStatistics(int fd, int[] counts) {
        if (counts.length < 3) {
            throw new IllegalArgumentException("room for " + counts.length);
        }
        return ringStatistics0(fd, counts);
    }

    /** Puts private zeros in place of a mapped ring, which frees it under readers without harm to them. */
    public static native int ringReplace(long address, long size);

    /** Gives an address range back; a read of it kills the process from then on. */
    public static native int ringUnmap(long address, long size);

    /** Closes the two descriptors of a ring. */
    public static native int ringClose(int fd, int wakeFd);

    /**
     * RFC 1071 partial sums of many ranges of memory in one call. The caller vouches for the memory as in
     * {@link #checksumAddress}.
     *
     * @param size of the memory in bytes; no range outside is read
     * @param sums the initial sums; receives the sums
     * @return how many sums were taken: {@code count}, or the index of the first range outside or negative initial sum
     * @throws IndexOutOfBoundsException if an array is shorter than {@code count}
     * @throws IllegalArgumentException if the address is 0 or the size negative
     */
    public static int checksums(long address, int size, int[] offsets, int[] lengths, int[] sums, int count) {
        if (address == 0 || size < 0) {
            throw new IllegalArgumentException("address " + address + ", size " + size);
        }
        Objects.checkFromIndexSize(0, count, Math.min(Math.min(offsets.length, lengths.length), sums.length));
        return checksums0(address, size, offsets, lengths, sums, count);
    }

    /** The instructions that the sums in C use on this processor: avx2, neon or scalar. */
    public static native String checksumPath();

    /**
     * Where the byte at index 0 of a direct buffer is.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static long directAddress(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + direct);
        }
        return directAddress0(direct);
    }

    /**
     * All names of a DNS message, uncompressed; native/src/dnsnames.h has the meaning. The caller vouches for both
     * memories as in {@link #checksumAddress}.
     *
     * @param table address of 16 bytes, {@code maxNames} entries of 16 bytes and {@code capacity} bytes
     * @return how many names, or a negative reason
     * @throws IllegalArgumentException if an address is 0, the length not 0 to 65535, or a size negative
     */
    public static int dnsNames(long message, int length, long table, int maxNames, int capacity) {
        if (message == 0 || length >>> 16 != 0 || table == 0 || maxNames < 0 || capacity < 0) {
            throw new IllegalArgumentException("message " + message + " of " + length + ", table " + table + " of "
                    + maxNames + " names and " + capacity + " bytes");
        }
        return dnsNames0(message, length, table, maxNames, capacity);
    }

    private static native int ringOpen0(byte[] name, int[] settings, long @Nullable [] filter, long[] result);

    private static native int ringRebind0(int fd, byte[] name, boolean promiscuous);

    private static native int ringPoll0(int[] waits, int count, long timeoutNanos);

    private static native ByteBuffer ringBlock0(long address, int size);

    private static native int ringStatistics0(int fd, int[] counts);

    private static native int checksumArray0(byte[] bytes, int offset, int length, int initial);

    private static native int checksumBuffer0(ByteBuffer direct, int offset, int length, int initial);

    private static native int checksumAddress0(long address, int length, int initial);

    private static native int checksums0(long address, int size, int[] offsets, int[] lengths, int[] sums, int count);

    private static native long directAddress0(ByteBuffer direct);

    private static native int dnsNames0(long message, int length, long table, int maxNames, int capacity);
    /** Room for an error message of libpcap, which ends in a zero byte. */
    public static final int PCAP_ERROR = 512;

    /**
     * The version of libpcap as it prints it.
     *
     * @param text receives it, or why there is none; at least {@link #PCAP_ERROR}
     * @return 0 or a negated error number: ENOSYS where libpcap is not there
     */
    public static int pcapVersion(byte[] text) {
        return pcapVersion0(checkError(text));
    }

    /**
     * Compiles an expression with libpcap; native/src/pcap.h has the details.
     *
     * @param expression UTF-8 with a zero byte behind it
     * @param linkType a LINKTYPE_ value; not used with an interface
     * @param otherOrder whether link headers in host order are those of a host of the other byte order
     * @param interfaceName with a zero byte behind it, to compile for that interface live; otherwise null
     * @param instructions receives the program
     * @param error receives libpcap's words; at least {@link #PCAP_ERROR}
     * @return how many instructions, or a negated error number
     * @throws IllegalArgumentException if a text does not end in zero or the error has no room
     */
    public static int pcapCompile(
            byte[] expression,
            int linkType,
            int snaplen,
            boolean optimize,
            boolean otherOrder,
            byte @Nullable [] interfaceName,
            long[] instructions,
            byte[] error) {
        checkTerminated(expression);
        if (interfaceName != null) {
            checkTerminated(interfaceName);
        }
        return pcapCompile0(
                expression, linkType, snaplen, optimize, otherOrder, interfaceName, instructions, checkError(error));
    }

    /**
     * Lists the interfaces that libpcap knows, as native/src/pcap.h describes.
     *
     * @return how many bytes the list takes, more than {@code text} has if it does not fit, or a negated error number
     */
    public static int pcapInterfaces(byte[] text, byte[] error) {
        return pcapInterfaces0(text, checkError(error));
    }

    /**
     * Opens an interface live through libpcap, in non-blocking mode.
     *
     * @param interfaceName with a zero byte behind it
     * @param bufferSize bytes, or 0 for libpcap's choice
     * @param result receives the handle and the LINKTYPE_ value
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name does not end in zero, a number is negative or there is no room
     */
    public static int pcapOpen(
            byte[] interfaceName,
            int snaplen,
            boolean promiscuous,
            int timeoutMillis,
            boolean immediate,
            int bufferSize,
            long[] result,
            byte[] error) {
        checkTerminated(interfaceName);
        if (snaplen < 1 || timeoutMillis < 0 || bufferSize < 0 || result.length < 2) {
            throw new IllegalArgumentException("snaplen " + snaplen + ", timeout " + timeoutMillis + ", buffer "
                    + bufferSize + ", result of " + result.length);
        }
        return pcapOpen0(
                interfaceName, snaplen, promiscuous, timeoutMillis, immediate, bufferSize, result, checkError(error));
    }

    /** Attaches a program of at least one instruction. Returns 0 or a negated error number. */
    public static int pcapSetFilter(long handle, long[] instructions, byte[] error) {
        if (instructions.length == 0) {
            throw new IllegalArgumentException("no instructions");
        }
        return pcapSetFilter0(checkHandle(handle), instructions, checkError(error));
    }

    /** The most bytes that one frame takes in a batch. */
    public static native long pcapLongest(int snaplen);

    /**
     * Copies the frames that are ready into a batch.
     *
     * @param snaplen the one the handle was opened with
     * @param batch a direct buffer whose capacity is at least {@link #pcapLongest}
     * @return how many frames, or a negated error number
     * @throws IllegalArgumentException if the buffer is not direct or too small
     */
    public static int pcapRead(long handle, int snaplen, ByteBuffer batch, byte[] error) {
        if (!batch.isDirect() || batch.isReadOnly() || batch.capacity() < pcapLongest(snaplen)) {
            throw new IllegalArgumentException("a batch of snaplen " + snaplen + " into " + batch);
        }
        return pcapRead0(checkHandle(handle), batch, batch.capacity(), checkError(error));
    }

    /**
     * Sends frames, each behind its length in four bytes of the machine's order.
     *
     * @param length bytes of the batch, from index 0
     * @param sent receives the bytes that went out
     * @return 0 or a negated error number
     * @throws IndexOutOfBoundsException if the batch has fewer bytes
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static int pcapSend(long handle, ByteBuffer batch, int length, int[] sent, byte[] error) {
        Objects.checkFromIndexSize(0, length, batch.capacity());
        if (!batch.isDirect() || sent.length < 1) {
            throw new IllegalArgumentException("not a direct buffer: " + batch);
        }
        return pcapSend0(checkHandle(handle), batch, length, sent, checkError(error));
    }

    /**
     * Counts since opening, unsigned and wrapping: received, dropped for want of room, dropped by the interface.
     *
     * @return 0 or a negated error number
     */
    public static int pcapStatistics(long handle, int[] counts, byte[] error) {
        if (counts.length < 3) {
            throw new IllegalArgumentException("room for " + counts.length);
        }
        return pcapStatistics0(checkHandle(handle), counts, checkError(error));
    }

    /** Returns 1 if frames may be ready, 2 if woken, 0 if neither came in time, or a negated error number. */
    public static int pcapPoll(long handle, long timeoutNanos) {
        return pcapPoll0(checkHandle(handle), Math.max(timeoutNanos, 0));
    }

    /** Ends the present or the next {@link #pcapPoll}. */
    public static int pcapWake(long handle) {
        return pcapWake0(checkHandle(handle));
    }

    /** Closes a handle, which nobody uses any more. */
    public static void pcapClose(long handle) {
        pcapClose0(checkHandle(handle));
    }

    private static native int pcapVersion0(byte[] text);

    private static native int pcapCompile0(
            byte[] expression,
            int linkType,
            int snaplen,
            boolean optimize,
            boolean otherOrder,
            byte @Nullable [] interfaceName,
            long[] instructions,
            byte[] error);

    private static native int pcapInterfaces0(byte[] text, byte[] error);

    private static native int pcapOpen0(
            byte[] interfaceName,
            int snaplen,
            boolean promiscuous,
            int timeoutMillis,
            boolean immediate,
            int bufferSize,
            long[] result,
            byte[] error);

    private static native int pcapSetFilter0(long handle, long[] instructions, byte[] error);

    private static native int pcapRead0(long handle, ByteBuffer batch, int room, byte[] error);

    private static native int pcapSend0(long handle, ByteBuffer batch, int length, int[] sent, byte[] error);

    private static native int pcapStatistics0(long handle, int[] counts, byte[] error);

    private static native int pcapPoll0(long handle, long timeoutNanos);

    private static native int pcapWake0(long handle);

    private static native void pcapClose0(long handle);

    private static byte[] checkError(byte[] error) {
        if (error.length < PCAP_ERROR) {
            throw new IllegalArgumentException("room for an error of " + error.length + " bytes");
        }
        return error;
    }

    private static void checkTerminated(byte[] text) {
        if (text.length == 0 || text[text.length - 1] != 0) {
            throw new IllegalArgumentException("no zero byte behind a text of " + text.length + " bytes");
        }
    }

    private static long checkHandle(long handle) {
        if (handle == 0) {
            throw new IllegalArgumentException("no handle");
        }
        return handle;
    }

    /**
     * Asks the kernel for an interface.
     *
     * @param name with a zero byte behind it
     * @param result receives ifindex, ARPHRD number, MTU, 1 if up, and the MAC address as 48 bits
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name does not end in zero or the result has no room
     */
    public static int interfaceFind(byte[] name, long[] result) {
        checkName(name, result.length, 5);
        return interfaceFind0(name, result);
    }

    /** Sets the MTU of an interface, whose name ends in zero; 0 or a negated error number. */
    public static int interfaceSetMtu(byte[] name, int mtu) {
        checkName(name, 0, 0);
        return interfaceSetMtu0(name, mtu);
    }

    /** Switches on an interface, whose name ends in zero; 0 or a negated error number. */
    public static int interfaceUp(byte[] name) {
        checkName(name, 0, 0);
        return interfaceUp0(name);
    }

    /**
     * Opens a packet socket to send on; native/src/sender.h has the steps.
     *
     * @param name with a zero byte behind it
     * @param virtio whether each frame has a struct virtio_net_hdr ahead
     * @param sendBuffer bytes, 0 for the system's
     * @param result receives what {@link #interfaceFind} says, the socket, and the step that failed
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name does not end in zero or the result has no room
     */
    public static int senderOpen(byte[] name, boolean qdiscBypass, boolean virtio, int sendBuffer, long[] result) {
        checkName(name, result.length, 7);
        return senderOpen0(name, qdiscBypass, virtio, sendBuffer, result);
    }

    /**
     * Attaches to a TUN or TAP interface; native/src/tap.h has the steps.
     *
     * @param name with a zero byte behind it
     * @param actualName receives the name that the kernel chose and zeros, 16 bytes
     * @param result receives descriptor, eventfd, TUN_F_ offloads, and the step that failed
     * @return 0 or a negated error number
     * @throws IllegalArgumentException if the name does not end in zero or the results have no room
     */
    public static int tapOpen(byte[] name, boolean tun, boolean virtio, byte[] actualName, long[] result) {
        checkName(name, Math.min(actualName.length / 4, result.length), 4);
        return tapOpen0(name, tun, virtio, actualName, result);
    }

    /**
     * Sends records of a {@link FrameBatch} on a packet socket without waiting.
     *
     * @param offset of the first record
     * @param virtio whether the socket takes a struct virtio_net_hdr ahead of each frame
     * @return how many went out, at least one, or the negated error number of the first
     * @throws IllegalArgumentException if the memory is not direct, or the offset is outside it
     */
    public static int batchSend(int fd, ByteBuffer memory, int offset, int count, boolean virtio) {
        checkBatch(memory, offset);
        return batchSend0(fd, memory, memory.capacity(), offset, count, virtio);
    }

    /** As {@link #batchSend} to a TUN or TAP descriptor. */
    public static int batchWrite(int fd, ByteBuffer memory, int offset, int count, boolean virtio) {
        checkBatch(memory, offset);
        return batchWrite0(fd, memory, memory.capacity(), offset, count, virtio);
    }

    /**
     * Reads records from a TUN or TAP descriptor into a {@link FrameBatch}, from its start, until there are none or no
     * room is left.
     *
     * @param longest the room in bytes that every frame must find
     * @return how many, at least one, or a negated error number; EAGAIN if there was none
     * @throws IllegalArgumentException if the memory is not direct
     */
    public static int batchRead(int fd, ByteBuffer memory, int count, int longest, boolean virtio) {
        checkBatch(memory, 0);
        return batchRead0(fd, memory, memory.capacity(), count, longest, virtio);
    }

    /**
     * Waits until a descriptor can be read, or written. A write to the eventfd ends it too and is consumed.
     *
     * @param wakeFd an eventfd, or -1 for none
     * @return bit 0 if it can, or has an error to tell; bit 1 if woken; 0 if neither came in time; or a negated error
     *     number
     */
    public static native int await(int fd, boolean forWriting, int wakeFd, long timeoutNanos);

    private static native int interfaceFind0(byte[] name, long[] result);

    private static native int interfaceSetMtu0(byte[] name, int mtu);

    private static native int interfaceUp0(byte[] name);

    private static native int senderOpen0(
            byte[] name, boolean qdiscBypass, boolean virtio, int sendBuffer, long[] result);

    private static native int tapOpen0(byte[] name, boolean tun, boolean virtio, byte[] actualName, long[] result);

    private static native int batchSend0(int fd, ByteBuffer memory, int size, int offset, int count, boolean virtio);

    private static native int batchWrite0(int fd, ByteBuffer memory, int size, int offset, int count, boolean virtio);

    private static native int batchRead0(int fd, ByteBuffer memory, int size, int count, int longest, boolean virtio);

    private static void checkName(byte[] name, int room, int needed) {
        if (name.length == 0 || name[name.length - 1] != 0 || room < needed) {
            throw new IllegalArgumentException("name of " + name.length + " bytes, room for " + room);
        }
    }

    private static void checkBatch(ByteBuffer memory, int offset) {
        if (!memory.isDirect() || memory.isReadOnly() || offset < 0 || offset > memory.capacity()) {
            throw new IllegalArgumentException("not a batch: " + memory + ", offset " + offset);
        }
    }

    private static int checkInitial(int initial) {
        if (initial < 0) {
            throw new IllegalArgumentException("negative initial sum " + initial);
        }
        return initial;
    }

    private static int sumOrOutOfMemory(int sum) {
        if (sum < 0) {
            throw new OutOfMemoryError("the JVM could not pin the bytes for native code");
        }
        return sum;
    }
}
