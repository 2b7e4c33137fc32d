package dev.ringwire.stack.transport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test whose other side is a peer that sends whatever the test says, with a new stack each time. */
abstract class PeerTest {
    TcpPeer peer;

    @BeforeEach
    void start() {
        peer = new TcpPeer();
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    /** What the stack's TCP counts. */
    final TcpCounters counters() {
        return peer.tcp().counters();
    }

    /** A port of the peer. */
    final TcpEndpoint there(int port) {
        return new TcpEndpoint(peer.here.high(), peer.here.low(), port);
    }
}
