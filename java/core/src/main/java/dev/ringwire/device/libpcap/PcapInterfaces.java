package dev.ringwire.device.libpcap;

import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The interfaces that libpcap can open, some of which, such as {@code any}, only it knows. */
public final class PcapInterfaces {
    // Flags of pcap_findalldevs.
    private static final int LOOPBACK = 0x1;
    private static final int UP = 0x2;

    private static final int FIELDS = 4;

    private PcapInterfaces() {}

    /**
     * Every one, in libpcap's order. Index, MTU and hardware address are the operating system's, where it has an
     * interface of that name.
     *
     * @throws IOException if there is no native code or no libpcap, or it fails; the message has the reason
     */
    public static List<InterfaceInfo> list() throws IOException {
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("cannot ask libpcap for its interfaces without native code: "
                    + NativeLibrary.status().reason());
        }
        byte[] error = new byte[Natives.PCAP_ERROR];
        byte[] text = new byte[1 << 14];
        int length = Natives.pcapInterfaces(text, error);
        while (length > text.length) {
            text = new byte[2 * length];
            length = Natives.pcapInterfaces(text, error);
        }
        if (length < 0) {
            throw new IOException("libpcap does not list its interfaces: " + PcapHandle.string(error));
        }
        return parse(new String(text, 0, length, StandardCharsets.UTF_8));
    }

    private static List<InterfaceInfo> parse(String text) throws UnknownHostException {
        String[] fields = text.split("\0", -1);
        List<InterfaceInfo> interfaces = new ArrayList<>();
        for (int at = 0; at + FIELDS <= fields.length; at += FIELDS) {
            int flags = Integer.parseInt(fields[at + 2]);
            Optional<InterfaceInfo> known = NetworkInterfaces.find(fields[at]);
            interfaces.add(new InterfaceInfo(
                    fields[at],
                    known.map(InterfaceInfo::index).orElse(0),
                    (flags & UP) != 0,
                    (flags & LOOPBACK) != 0,
                    known.map(InterfaceInfo::mtu).orElse(0),
                    known.flatMap(InterfaceInfo::mac),
                    addresses(fields[at + 3])));
        }
        return List.copyOf(interfaces);
    }

    private static List<InterfaceInfo.Address> addresses(String text) throws UnknownHostException {
        List<InterfaceInfo.Address> addresses = new ArrayList<>();
        for (String address : text.isBlank() ? new String[0] : text.split(" ")) {
            int slash = address.indexOf('/');
            addresses.add(new InterfaceInfo.Address(
                    // A literal: nothing is looked up.
                    InetAddress.getByName(address.substring(0, slash)),
                    Integer.parseInt(address.substring(slash + 1))));
        }
        return addresses;
    }
}
