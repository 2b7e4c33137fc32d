package dev.ringwire.device;

import java.io.IOException;

/** A network interface was asked for that this host does not have; the message lists those that it has. */
public final class NoSuchInterfaceException extends IOException {
    private static final long serialVersionUID = 1;

    /** The name that was asked for. */
    private final String interfaceName;

    /** Looks up what exists now. */
    public NoSuchInterfaceException(String interfaceName) {
        super("no network interface \"" + interfaceName + "\" here; there " + existing());
        this.interfaceName = interfaceName;
    }

    private static String existing() {
        var names = NetworkInterfaces.names();
        return switch (names.size()) {
            case 0 -> "is none";
            case 1 -> "is " + names.get(0);
            default -> "are " + String.join(", ", names);
        };
    }

    /** The name that was asked for. */
    public String interfaceName() {
        return interfaceName;
    }
}
