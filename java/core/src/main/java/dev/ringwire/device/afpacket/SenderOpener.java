package dev.ringwire.device.afpacket;

import dev.ringwire.address.MacAddress;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.frame.LinkType;
import dev.ringwire.natives.Descriptors;
import dev.ringwire.natives.Errno;
import dev.ringwire.natives.InterfaceName;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/** Opens the socket behind a sender, and says in words what is wrong when it cannot. */
final class SenderOpener {
    // Steps of rw_sender_open in native/src/sender.h.
    private static final int STEP_INTERFACE = 1;
    private static final int STEP_SOCKET = 2;
    private static final int STEP_DOWN = 3;
    private static final int STEP_QDISC_BYPASS = 4;
    private static final int STEP_VIRTIO = 5;
    private static final int STEP_BUFFER = 6;

    private static final int ARPHRD_ETHER = 1;

    private SenderOpener() {}

    /** An open socket; the caller owns it. */
    record Opened(Descriptors descriptors, LinkType linkType, int mtu, Optional<MacAddress> hardwareAddress) {}

    static Opened open(String name, boolean qdiscBypass, boolean virtio, int sendBuffer) throws IOException {
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("cannot send on " + name + " without native code: "
                    + NativeLibrary.status().reason());
        }
        byte[] text = InterfaceName.bytes(name);
        if (text == null) {
            throw new NoSuchInterfaceException(name);
        }
        long[] result = new long[7];
        int error = Natives.senderOpen(text, qdiscBypass, virtio, sendBuffer, result);
        if (error < 0) {
            throw explain(name, -error, (int) result[6]);
        }
        Descriptors descriptors = new Descriptors((int) result[5], -1);
        LinkType linkType = RingOpener.linkType((int) result[1]);
        if (linkType == null) {
            descriptors.close();
            throw new IOException("cannot send on " + name + ": Ringwire does not know frames of its hardware type"
                    + " (ARPHRD " + result[1] + ")");
        }
        Optional<MacAddress> mac =
                result[1] == ARPHRD_ETHER ? Optional.of(new MacAddress(result[4])) : Optional.empty();
        return new Opened(descriptors, linkType, (int) result[2], mac);
    }

    /** The MTU as it is now, or the one known before if the kernel does not tell. */
    static int mtu(String name, int before) {
        long[] result = new long[5];
        byte[] text = InterfaceName.bytes(name);
        return text != null && Natives.interfaceFind(text, result) == 0 ? (int) result[2] : before;
    }

    private static IOException explain(String name, int errno, int step) {
        String reason = Errno.describe(errno);
        if (step == STEP_SOCKET && (errno == Errno.EPERM || errno == Errno.EACCES)) {
            return new AccessDeniedException(
                    name,
                    null,
                    "no permission to send (" + reason + "): this needs CAP_NET_RAW. " + RingOpener.howToPermit());
        }
        if (step == STEP_INTERFACE && errno == Errno.ENODEV) {
            return new NoSuchInterfaceException(name);
        }
        if (step == STEP_DOWN) {
            return new IOException(
                    "interface " + name + " is down (" + reason + "); switch it on: sudo ip link set " + name + " up");
        }
        String what = switch (step) {
            case STEP_QDISC_BYPASS -> "bypass the queueing discipline of ";
            case STEP_VIRTIO -> "let the kernel segment on ";
            case STEP_BUFFER -> "set the send buffer on ";
            default -> "open a socket to send on ";
        };
        return Errno.toException(errno, what + name);
    }
}
