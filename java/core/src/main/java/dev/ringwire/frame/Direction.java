package dev.ringwire.frame;

/** Which way a frame crossed the interface it was captured on, as the kernel or the file says. */
public enum Direction {
    /** Not known: pcap files do not say. */
    UNKNOWN,
    /** Received, sent to this host, broadcast, multicast or overheard. */
    INBOUND,
    /** Sent by this host. */
    OUTBOUND
}
