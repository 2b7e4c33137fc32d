package dev.ringwire.device;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** What to say where the operating system forbids to capture or to send. */
public final class CapturePermission {
    private CapturePermission() {}

    /**
     * The exception for an interface, with the system's words and how to get the permission on Linux.
     *
     * @param what is forbidden, such as {@code capture}
     */
    public static AccessDeniedException denied(String interfaceName, String what, String reason) {
        return new AccessDeniedException(
                interfaceName,
                null,
                "no permission to " + what + " (" + reason + "): this needs CAP_NET_RAW. " + howToPermit());
    }

    /**
     * The loader ignores the library path inside an executable that holds a capability, so that java would not even
     * start unless the directory of its libraries is configured, too.
     */
    private static String howToPermit() {
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
}
