package dev.ringwire.bpf;

import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compiles filter expressions such as {@code udp port 53} (manual page pcap-filter) with libpcap, which is looked for
 * when first needed. Where it is missing, {@link BpfProgram#parse} takes what {@code tcpdump -ddd} printed elsewhere.
 * From any thread.
 */
public final class Bpf {
    /** The snaplen of tcpdump: every frame whole. */
    public static final int SNAPLEN = 262144;

    /** Bytes of an expression and the zero behind it. A term has at least four, and took 100 bytes of stack. */
    private static final int LONGEST = 1 << 16;

    private static final long STACK = 32 << 20;

    private static final String INSTALL = "install it, as with: sudo apt install libpcap0.8";

    private Bpf() {}

    /** What can be had of libpcap: whether it is there, and its version or why it is missing and what to do. */
    public record Status(boolean available, String text) {}

    /** Looks for libpcap. */
    public static Status status() {
        if (!NativeLibrary.isLoaded()) {
            return new Status(
                    false,
                    "not looked for: without native code ("
                            + NativeLibrary.status().reason() + ")");
        }
        byte[] text = new byte[Natives.PCAP_ERROR];
        boolean there = Natives.pcapVersion(text) == 0;
        return new Status(there, there ? string(text) : "not found (" + string(text) + "); " + INSTALL);
    }

    /**
     * A program for the bytes of frames as they stand in files and in {@link dev.ringwire.frame.Frame}, optimized, that
     * keeps accepted frames whole. Not for the kernel where {@code vlan} matters: see {@link #compileLive}.
     *
     * <p>Where a link header tells the protocol in the byte order of its host ({@link LinkType#NULL}), that is this
     * host's; {@link ExpressionFilter} takes both.
     *
     * @throws IllegalArgumentException if libpcap does not understand the expression, or not for frames of this type;
     *     the message has its words and the expression, with a mark below the place where that can be found; or if
     *     it is longer than 65535 bytes
     * @throws UnsupportedOperationException if there is no libpcap or no native code; the message says what to do
     */
    public static BpfProgram compile(String expression, LinkType linkType) {
        return compile(expression, linkType, SNAPLEN, true);
    }

    /**
     * As {@link #compile(String, LinkType)}.
     *
     * @param snaplen what the program returns for an accepted frame
     * @param optimize whether libpcap shortens the program
     */
    public static BpfProgram compile(String expression, LinkType linkType, int snaplen, boolean optimize) {
        if (snaplen < 1) {
            throw new IllegalArgumentException("snaplen " + snaplen + " is below 1");
        }
        return compile(expression, linkType, snaplen, optimize, false);
    }

    /**
     * As {@link #compile(String, LinkType)}, for frames of a host of the other byte order, where a link header is in that
     * of its host.
     */
    static BpfProgram compileForOtherOrder(String expression, LinkType linkType) {
        return compile(expression, linkType, SNAPLEN, true, true);
    }

    private static BpfProgram compile(
            String expression, LinkType linkType, int snaplen, boolean optimize, boolean otherOrder) {
        long[] room = new long[BpfProgram.LONGEST];
        byte[] error = new byte[Natives.PCAP_ERROR];
        int count = run(expression, linkType, snaplen, optimize, otherOrder, null, room, error);
        if (count < 0) {
            throw refused(expression, linkType.toString(), linkType, string(error));
        }
        return program(expression, room, count);
    }

    /**
     * A program for the kernel's view of frames of an interface: Linux takes the outer VLAN tag out of the bytes, and
     * {@code vlan}, {@code inbound} and {@code ifindex} are answered from metadata, which libpcap compiles only for an
     * interface that it has open. {@link BpfMatcher} runs the program, too, on live frames and on files. Needs the right
     * to capture. The link type is the one libpcap finds there.
     *
     * @throws IllegalArgumentException as {@link #compile(String, LinkType)}
     * @throws UnsupportedOperationException as {@link #compile(String, LinkType)}
     * @throws IOException if libpcap cannot open the interface
     */
    public static BpfProgram compileLive(String expression, String interfaceName) throws IOException {
        long[] room = new long[BpfProgram.LONGEST];
        byte[] error = new byte[Natives.PCAP_ERROR];
        int count = run(expression, LinkType.ETHERNET, SNAPLEN, true, false, terminated(interfaceName), room, error);
        if (count == -Errno.EINVAL || count == -Errno.E2BIG) {
            throw refused(expression, interfaceName, LinkType.ETHERNET, string(error));
        }
        if (count < 0) {
            throw new IOException("libpcap cannot open " + interfaceName + " to compile the filter \"" + expression
                    + "\" for it: " + string(error));
        }
        return program(expression, room, count);
    }

    private static BpfProgram program(String expression, long[] room, int count) {
        try {
            return BpfProgram.of(Arrays.copyOf(room, count));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("filter \"" + expression + "\": " + e.getMessage(), e);
        }
    }

    private static int run(
            String expression,
            LinkType linkType,
            int snaplen,
            boolean optimize,
            boolean otherOrder,
            byte @Nullable [] interfaceName,
            long[] room,
            byte[] error) {
        byte[] text = terminated(expression);
        if (text.length > LONGEST) {
            throw new IllegalArgumentException("a filter of " + (text.length - 1) + " bytes, which may have "
                    + (LONGEST - 1) + ": \"" + expression.substring(0, 64) + "...\"");
        }
        int result = NativeLibrary.isLoaded()
                ? onLargeStack(() -> Natives.pcapCompile(
                        text, linkType.value(), snaplen, optimize, otherOrder, interfaceName, room, error))
                : -Errno.ENOSYS;
        if (result == -Errno.ENOSYS) {
            throw new UnsupportedOperationException("cannot compile the filter \"" + expression
                    + "\": it takes libpcap, " + status().text()
                    + "; or give the program as text, made where tcpdump is: tcpdump -ddd -y "
                    + tcpdumpName(linkType) + " '" + expression + "'");
        }
        return result;
    }

    /** libpcap calls itself once for each term of an expression, and where its stack ends, so does the process. */
    private static int onLargeStack(IntSupplier task) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Runnable run = () -> {
            try {
                result.complete(task.getAsInt());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        Thread thread = new Thread(null, run, "ringwire-bpf", STACK);
        thread.setDaemon(true);
        thread.start();
        return result.join();
    }

    private static IllegalArgumentException refused(String expression, String where, LinkType linkType, String reason) {
        int at = new ErrorPlace(part -> reason(part, linkType)).find(expression, reason);
        return new IllegalArgumentException("filter \"" + expression + "\" on " + where + ": " + reason
                + (at < 0 ? "" : ErrorPlace.show(expression, at)));
    }

    /** Why libpcap refuses it; null if it takes it. */
    private static @Nullable String reason(String expression, LinkType linkType) {
        byte[] error = new byte[Natives.PCAP_ERROR];
        long[] room = new long[BpfProgram.LONGEST];
        int count = run(expression, linkType, SNAPLEN, true, false, null, room, error);
        return count == -Errno.EINVAL ? string(error) : null;
    }

    /** The name tcpdump has for the type. */
    private static String tcpdumpName(LinkType linkType) {
        return linkType.equals(LinkType.ETHERNET) ? "EN10MB" : linkType.name();
    }

    private static byte[] terminated(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero character in \"" + text.replace("\0", "\\0") + "\"");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static String string(byte[] terminated) {
        int end = 0;
        while (end < terminated.length && terminated[end] != 0) {
            end++;
        }
        return new String(terminated, 0, end, StandardCharsets.UTF_8);
    }
}
