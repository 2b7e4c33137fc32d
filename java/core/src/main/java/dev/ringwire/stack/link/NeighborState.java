package dev.ringwire.stack.link;

/** What is known of a neighbour, the states of RFC 4861 section 7.3.2, here for ARP, too. */
public enum NeighborState {
    /** Its MAC address is not known; maybe it is being asked for. */
    INCOMPLETE,
    /** It answered a while ago. */
    REACHABLE,
    /** Its address is known, but that is some time ago; it is used, and then made sure of. */
    STALE,
    /** It was used while stale; a hint from above may still save asking. */
    DELAY,
    /** It is asked whether it is still there, while packets go on. */
    PROBE,
    /** It did not answer; for a moment packets to it are refused. */
    FAILED,
    /** Its address was given by the user or follows from the IP address; never asked for, never changed. */
    PERMANENT
}
