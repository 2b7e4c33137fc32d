package dev.ringwire.stack.network;

import java.util.ArrayList;
import java.util.List;

/** What is known of one destination: the path MTU, and the identification of the last packet that may be cut. */
final class Destination {
    final long high;
    final long low;
    /** One for each of our addresses that speaks to it. */
    final List<IpPath> paths = new ArrayList<>(1);
    /** As a router told it; 0 for nobody did. */
    int pathMtu;
    /** When the path MTU is forgotten. */
    long expires;
    /** Whether the way is narrower than we go down to, so that routers have to cut. */
    boolean narrow;

    private int identification;

    Destination(long high, long low, int firstIdentification) {
        this.high = high;
        this.low = low;
        identification = firstIdentification;
    }

    /** Unlike those of all packets lately sent there (RFC 6864 section 4.3, RFC 8200 section 4.5). */
    int nextIdentification() {
        return identification++;
    }
}
