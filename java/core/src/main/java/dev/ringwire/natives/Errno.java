package dev.ringwire.natives;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Turns the error numbers of Linux into the exceptions that {@code java.nio.file} and {@code java.net} use. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSYS = 38;
    public static final int EBADFD = 77;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int ENETDOWN = 100;
    public static final int ENOBUFS = 105;

    private Errno() {}

    /**
     * The exception for a failed system call.
     *
     * @param errno the error number, also negated as native code returns it
     * @param what the operation and what it was applied to, such as {@code "open packet socket on eth0"}
     * @return an exception with the message {@code "what: EPERM (1): Operation not permitted"}
     */
    public static IOException toException(int errno, String what) {
        int number = Math.abs(errno);
        String reason = describe(number);
        String message = what + ": " + reason;
        return switch (number) {
            case 1, 13 -> new AccessDeniedException(what, null, reason);
            case 2, 6, 19 -> new NoSuchFileException(what, null, reason);
            case 4 -> new InterruptedIOException(message);
            case 17 -> new FileAlreadyExistsException(what, null, reason);
            case 98, 99 -> new BindException(message);
            case 101, 113 -> new NoRouteToHostException(message);
            case 110 -> new SocketTimeoutException(message);
            case 111 -> new ConnectException(message);
            default -> new IOException(message);
        };
    }

    /** Name, number and text of an error, such as {@code "EPERM (1): Operation not permitted"}. */
    public static String describe(int errno) {
        int number = Math.abs(errno);
        return switch (number) {
            case 1 -> "EPERM (1): Operation not permitted";
            case 2 -> "ENOENT (2): No such file or directory";
            case 4 -> "EINTR (4): Interrupted system call";
            case 5 -> "EIO (5): Input/output error";
            case 6 -> "ENXIO (6): No such device or address";
            case 7 -> "E2BIG (7): Argument list too long";
            case 9 -> "EBADF (9): Bad file descriptor";
            case 11 -> "EAGAIN (11): Resource temporarily unavailable";
            case 12 -> "ENOMEM (12): Cannot allocate memory";
            case 13 -> "EACCES (13): Permission denied";
            case 14 -> "EFAULT (14): Bad address";
            case 16 -> "EBUSY (16): Device or resource busy";
            case 17 -> "EEXIST (17): File exists";
            case 19 -> "ENODEV (19): No such device";
            case 20 -> "ENOTDIR (20): Not a directory";
            case 21 -> "EISDIR (21): Is a directory";
            case 22 -> "EINVAL (22): Invalid argument";
            case 23 -> "ENFILE (23): Too many open files in system";
            case 24 -> "EMFILE (24): Too many open files";
            case 25 -> "ENOTTY (25): Inappropriate ioctl for device";
            case 28 -> "ENOSPC (28): No space left on device";
            case 32 -> "EPIPE (32): Broken pipe";
            case 38 -> "ENOSYS (38): Function not implemented";
            case 71 -> "EPROTO (71): Protocol error";
            case 77 -> "EBADFD (77): File descriptor in bad state";
            case 88 -> "ENOTSOCK (88): Socket operation on non-socket";
            case 90 -> "EMSGSIZE (90): Message too long";
            case 92 -> "ENOPROTOOPT (92): Protocol not available";
            case 93 -> "EPROTONOSUPPORT (93): Protocol not supported";
            case 95 -> "EOPNOTSUPP (95): Operation not supported";
            case 97 -> "EAFNOSUPPORT (97): Address family not supported by protocol";
            case 98 -> "EADDRINUSE (98): Address already in use";
            case 99 -> "EADDRNOTAVAIL (99): Cannot assign requested address";
            case 100 -> "ENETDOWN (100): Network is down";
            case 101 -> "ENETUNREACH (101): Network is unreachable";
            case 104 -> "ECONNRESET (104): Connection reset by peer";
            case 105 -> "ENOBUFS (105): No buffer space available";
            case 107 -> "ENOTCONN (107): Transport endpoint is not connected";
            case 110 -> "ETIMEDOUT (110): Connection timed out";
            case 111 -> "ECONNREFUSED (111): Connection refused";
            case 113 -> "EHOSTUNREACH (113): No route to host";
            default -> "errno " + number;
        };
    }
}
