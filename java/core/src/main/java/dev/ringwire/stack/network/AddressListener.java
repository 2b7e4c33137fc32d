package dev.ringwire.stack.network;

import dev.ringwire.address.MacAddress;
import java.net.InetAddress;

/** Is told what becomes of the addresses of a stack; on its thread. */
public interface AddressListener {
    /** Nobody else has the address: from now on it is ours. */
    default void claimed(InetAddress address) {}

    /**
     * Somebody else has it, too.
     *
     * @param lost whether it does not become ours because of that; otherwise it is ours already and stays so
     */
    void conflict(InetAddress address, MacAddress other, boolean lost);
}
