package dev.ringwire.device.tap;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Descriptors;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.InterfaceName;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/** Opens the device behind a TUN or TAP interface, and says in words what is wrong when it cannot. */
final class TapOpener {
    // Steps of rw_tap_open in native/src/tap.h.
    private static final int STEP_DEVICE_FILE = 1;
    private static final int STEP_ATTACH = 2;
    private static final int STEP_OFFLOAD = 3;

    private static final int NAME_BYTES = 16;

    private TapOpener() {}

    /** An open device; the caller owns it. */
    record Opened(
            Descriptors descriptors,
            String name,
            int index,
            LinkType linkType,
            boolean virtio,
            int mtu,
            Optional<MacAddress> hardwareAddress) {}

    static Opened open(String name, boolean tun, boolean virtio) throws IOException {
        String kind = tun ? "TUN" : "TAP";
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("cannot open the " + kind + " interface " + name + " without native code: "
                    + NativeLibrary.status().reason());
        }
        byte[] text = InterfaceName.bytes(name);
        if (text == null) {
            throw new IOException("no interface can be named \"" + name + "\": a name has 1 to 15 bytes");
        }
        byte[] actual = new byte[NAME_BYTES];
        long[] result = new long[4];
        int error = Natives.tapOpen(text, tun, virtio, actual, result);
        if (error < 0) {
            throw explain(name, kind, -error, (int) result[3]);
        }
        Descriptors descriptors = new Descriptors((int) result[0], (int) result[1]);
        boolean complete = false;
        try {
            String given = new String(actual, StandardCharsets.UTF_8);
            given = given.substring(0, given.indexOf('\0'));
            long[] found = find(given);
            complete = true;
            return new Opened(
                    descriptors,
                    given,
                    (int) found[0],
                    tun ? LinkType.RAW : LinkType.ETHERNET,
                    virtio,
                    (int) found[2],
                    tun ? Optional.empty() : Optional.of(new MacAddress(found[4])));
        } finally {
            if (!complete) {
                descriptors.close();
            }
        }
    }

    private static long[] find(String name) throws IOException {
        long[] found = new long[5];
        check(Natives.interfaceFind(known(name), found), "look at", name);
        return found;
    }

    /** The MTU as it is now, or the one known before if the kernel does not tell. */
    static int mtu(String name, int before) throws IOException {
        long[] found = new long[5];
        return Natives.interfaceFind(known(name), found) == 0 ? (int) found[2] : before;
    }

    static void setMtu(String name, int mtu) throws IOException {
        check(Natives.interfaceSetMtu(known(name), mtu), "set the MTU " + mtu + " of", name);
    }

    static void up(String name) throws IOException {
        check(Natives.interfaceUp(known(name)), "switch on", name);
    }

    private static byte[] known(String name) throws IOException {
        byte[] text = InterfaceName.bytes(name);
        if (text == null) {
            throw new NoSuchInterfaceException(name);
        }
        return text;
    }

    private static void check(int error, String what, String name) throws IOException {
        if (error == -Errno.ENODEV) {
            throw new NoSuchInterfaceException(name);
        }
        if (error < 0) {
            throw Errno.toException(error, what + " interface " + name);
        }
    }

    private static IOException explain(String name, String kind, int errno, int step) {
        String reason = Errno.describe(errno);
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return new AccessDeniedException(
                    name,
                    null,
                    "no permission (" + reason + "): this needs CAP_NET_ADMIN. Run as root, or let root make the"
                            + " interface for you: sudo ip tuntap add dev " + name + " mode "
                            + kind.toLowerCase(java.util.Locale.ROOT) + " user $USER");
        }
        if (step == STEP_DEVICE_FILE) {
            return new IOException("cannot open /dev/net/tun (" + reason + "): "
                    + (errno == Errno.ENOENT || errno == Errno.ENODEV || errno == Errno.ENXIO
                            ? "load the kernel module by sudo modprobe tun; in a container, pass the device in by"
                                    + " --device /dev/net/tun"
                            : "see ulimit -n for the limit of open files"));
        }
        if (step == STEP_ATTACH && errno == Errno.EBUSY) {
            return new IOException("interface " + name + " is in use by another program (" + reason
                    + "): end that, or take another name, such as " + kind.toLowerCase(java.util.Locale.ROOT) + "%d");
        }
        if (step == STEP_ATTACH && errno == Errno.EINVAL) {
            return new IOException("interface " + name + " exists and is no " + kind + ", or was made with other"
                    + " settings, or cannot be named so (" + reason + "): take another name");
        }
        return Errno.toException(
                errno, (step == STEP_OFFLOAD ? "set the offloads of " : "open the " + kind + " interface ") + name);
    }
}
