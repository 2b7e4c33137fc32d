package dev.ringwire.stack.transport;

import java.io.IOException;

/**
 * Gets what a {@link UdpSession} receives, as it comes and without a queue. One may serve many sessions. Called on the
 * stack's thread: it must not wait. What it throws is counted and logged.
 */
@FunctionalInterface
public interface UdpApplication {
    /**
     * A datagram has come.
     *
     * @param datagram borrowed until this returns
     */
    void received(UdpSession session, Datagram datagram);

    /**
     * Something that the session sent did not get there, as an ICMP message says; only connected sessions hear of it.
     *
     * @param error a {@link java.net.PortUnreachableException} if nobody listens at the peer's port
     */
    default void failed(UdpSession session, IOException error) {}
}
