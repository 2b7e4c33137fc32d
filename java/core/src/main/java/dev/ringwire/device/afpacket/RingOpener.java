package dev.ringwire.device.afpacket;

import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the socket behind a ring, and says in words what is wrong when it cannot. */
final class RingOpener {
    // Steps of rw_ring_open in native/src/ring.h that need words of their own.
    private static final int STEP_ARGUMENTS = 0;
    private static final int STEP_INTERFACE = 1;
    private static final int STEP_SOCKET = 2;
    private static final int STEP_GEOMETRY = 3;
    private static final int STEP_BIND = 5;
    private static final int STEP_FILTER = 7;
    private static final int STEP_FANOUT = 8;
    private static final int STEP_TIMESTAMPS = 9;
    private static final int STEP_BUSY_POLL = 10;

    private static final int ARPHRD_LOOPBACK = 772;
    private static final int LONGEST_NAME = 15;
    private static final long ALWAYS_TRIED = 1L << 30;

    private RingOpener() {}

    /** An open ring; the caller owns it. */
    record Opened(RingSocket socket, RingInterface from, int fanoutGroup) {}

    static Opened open(RingOptions options) throws IOException {
        String name = options.interfaceName();
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("cannot open a packet ring on " + name + " without native code: "
                    + NativeLibrary.status().reason());
        }
        byte[] terminated = options.terminatedName();
        if (terminated.length == 1 || terminated.length > LONGEST_NAME + 1 || name.indexOf('\0') >= 0) {
            throw new NoSuchInterfaceException(name);
        }
        RingGeometry geometry = options.geometry();
        refuseMoreThanFree(name, geometry);
        long[] result = new long[8];
        int error = Natives.ringOpen(
                terminated, options.settings(), Snaplen.limit(options.filter(), options.snaplen()), result);
        if (error < 0) {
            throw explain(options, -error, (int) result[5]);
        }
        RingSocket socket = new RingSocket(name, (int) result[0], (int) result[1], result[4], geometry.size());
        LinkType linkType = linkType((int) result[3]);
        if (linkType == null) {
            // No buffer over it exists yet.
            socket.unmap();
            throw new IOException("cannot capture on " + name + ": Ringwire does not know frames of its hardware type"
                    + " (ARPHRD " + result[3] + ")");
        }
        boolean asked = options.ignoreOutgoing() || result[3] == ARPHRD_LOOPBACK;
        return new Opened(
                socket, new RingInterface(name, (int) result[2], linkType, asked && result[6] == 0), (int) result[7]);
    }

    /** The kernel would try for minutes, and take the memory of everyone else, before it said no. */
    private static void refuseMoreThanFree(String name, RingGeometry geometry) throws IOException {
        if (geometry.size() < ALWAYS_TRIED) {
            return;
        }
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                long free = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                if (geometry.size() > free) {
                    throw new IOException("a ring of " + geometry + " on " + name + " takes " + (geometry.size() >> 20)
                            + " MiB, and " + (free >> 20) + " MiB of memory are free: ask for fewer or smaller blocks");
                }
            }
        }
    }

    private static IOException explain(RingOptions options, int errno, int step) {
        String name = options.interfaceName();
        RingGeometry geometry = options.geometry();
        String reason = Errno.describe(errno);
        if (step == STEP_SOCKET && (errno == Errno.EPERM || errno == Errno.EACCES)) {
            return new AccessDeniedException(
                    name, null, "no permission to capture (" + reason + "): this needs CAP_NET_RAW. " + howToPermit());
        }
        if (step == STEP_INTERFACE && errno == Errno.ENODEV) {
            return new NoSuchInterfaceException(name);
        }
        // The name is checked above, so that an argument at fault is the geometry.
        if (step == STEP_GEOMETRY || step == STEP_ARGUMENTS) {
            return new IOException("the kernel refuses a ring of " + geometry + ", " + (geometry.size() >> 20)
                    + " MiB, on " + name + " (" + reason + "): "
                    + (errno == Errno.ENOMEM
                            ? "ask for fewer or smaller blocks; a block is memory in one piece"
                            : "the block size must be a multiple of the page size, and the whole must be mappable"));
        }
        if (step == STEP_FILTER) {
            return new IOException(
                    "the kernel refuses the filter program for " + name + " (" + reason + "): it is not valid");
        }
        if (step == STEP_FANOUT) {
            return new IOException("cannot join a fanout group on " + name + " by " + options.fanout() + " (" + reason
                    + "): all its members need the same interface, mode and flags");
        }
        if (step == STEP_TIMESTAMPS) {
            return new IOException("no hardware timestamps on " + name + " (" + reason + "): "
                    + (errno == Errno.EPERM
                            ? "its clock is off, and to switch it on needs CAP_NET_ADMIN"
                            : "the interface has no clock for received frames (\"ethtool -T " + name
                                    + "\" tells); use the software timestamps"));
        }
        if (step == STEP_BUSY_POLL) {
            return new IOException("cannot set busy polling of " + options.busyPollMicros() + " µs on " + name + " ("
                    + reason + "): "
                    + (errno == Errno.EPERM
                            ? "more than net.core.busy_read needs CAP_NET_ADMIN"
                            : "this kernel has none"));
        }
        if (step == STEP_BIND && errno == Errno.ENETDOWN) {
            return new IOException(
                    "interface " + name + " is down (" + reason + "); switch it on: sudo ip link set " + name + " up");
        }
        return Errno.toException(errno, "open a packet ring on " + name);
    }

    /**
     * The loader ignores the library path inside an executable that holds a capability, so that java would not even
     * start unless the directory of its libraries is configured, too.
     */
    static String howToPermit() {
        return "Run as root, or permit it to every program of this Java installation, once: sudo setcap cap_net_raw+ep "
                + javaCommand() + " && echo " + Path.of(System.getProperty("java.home"), "lib")
                + " | sudo tee /etc/ld.so.conf.d/java.conf && sudo ldconfig";
    }

    /** The executable that holds the capability, symbolic links resolved because setcap refuses them. */
    private static String javaCommand() {
        String command = ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        try {
            return Path.of(command).toRealPath().toString();
        } catch (IOException asItIs) {
            return command;
        }
    }

    /** What a raw packet socket delivers for an ARPHRD_ number of linux/if_arp.h; null where that is not known. */
    static @Nullable LinkType linkType(int arphrd) {
        return switch (arphrd) {
            // 1: ETHER
            case 1, ARPHRD_LOOPBACK -> LinkType.ETHERNET;
            // RAWIP, TUNNEL, TUNNEL6, SIT, NONE (TUN, WireGuard): no link header at all
            case 519, 768, 769, 776, 0xfffe -> LinkType.RAW;
            default -> null;
        };
    }
}
