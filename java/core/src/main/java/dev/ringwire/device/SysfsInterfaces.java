package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Interfaces as Linux describes them in files. The names come from {@code /proc/net/dev}, which is always that of
 * this process's network namespace; {@code /sys} may have been mounted in another.
 */
final class SysfsInterfaces {
    private static final Path SYS = Path.of("/sys/class/net");
    private static final Path DEV = Path.of("/proc/net/dev");

    private static final int IFF_UP = 0x1;
    private static final int IFF_LOOPBACK = 0x8;

    private SysfsInterfaces() {}

    /** Empty where this is not Linux. */
    static List<String> names() {
        try {
            List<String> names = new ArrayList<>();
            // Two lines of headings without a colon, then "  eth0: 1 2 3".
            for (String line : lines(DEV)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    names.add(line.substring(0, colon).trim());
                }
            }
            return names;
        } catch (IOException notLinux) {
            return List.of();
        }
    }

    /** What the files say of an interface, with the addresses that are known; {@code known} if they say nothing. */
    static @Nullable InterfaceInfo refine(String name, @Nullable InterfaceInfo known) {
        if (!names().contains(name)) {
            return known;
        }
        Path directory = SYS.resolve(name);
        List<InterfaceInfo.Address> addresses = known == null ? List.of() : known.addresses();
        try {
            int flags = Integer.decode(value(directory, "flags"));
            return new InterfaceInfo(
                    name,
                    Integer.parseInt(value(directory, "ifindex")),
                    (flags & IFF_UP) != 0,
                    (flags & IFF_LOOPBACK) != 0,
                    Integer.parseInt(value(directory, "mtu")),
                    mac(value(directory, "address")),
                    addresses);
        } catch (IOException | IllegalArgumentException anotherNamespace) {
            return known != null ? known : new InterfaceInfo(name, 0, false, false, 0, Optional.empty(), addresses);
        }
    }

    /** Lines of a file whose size the file system does not know. */
    static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
    }

    private static String value(Path directory, String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1)
                .trim();
    }

    private static Optional<MacAddress> mac(String text) {
        // Tunnels have an address of another length, or none; loopback has zeros.
        MacAddress mac = text.length() == MacAddress.TEXT_LENGTH ? MacAddress.of(text) : MacAddress.ZERO;
        return Optional.of(mac).filter(m -> !m.equals(MacAddress.ZERO));
    }
}
