package dev.ringwire.stack.network;

/**
 * A transport that is told of ICMP errors about what it sent. Anybody can send such an error: the listener checks that
 * the quoted packet is one that it may have sent (RFC 5927) before it acts on it, and calls {@link IcmpError#believe}.
 */
@FunctionalInterface
public interface IcmpErrorListener {
    /** Gets an error, which is borrowed until this returns. */
    void icmpError(IcmpError error);
}
