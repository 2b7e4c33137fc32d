package dev.ringwire.stack.dns;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Carries one query and its answer over TCP (RFC 7766), for answers that UDP has no room for. */
interface DnsStream {
    /** Gets what comes of it: one of both, once. */
    interface Result {
        /** The whole message that came back, without its length. */
        void answered(byte[] message);

        /** No answer can come. */
        void failed(IOException error);
    }

    /**
     * Sends a query to a server.
     *
     * @return what gives it up: the result is not told any more
     */
    Runnable exchange(InetSocketAddress server, byte[] query, Result result);
}
