package dev.ringwire.stack;

/** What a {@link Hook} decides about a packet. */
public enum Verdict {
    /** It goes on, as the hook left it. */
    PASS,
    /** It goes no further; counted as dropped by a hook. */
    DROP,
    /**
     * The hook took it: it keeps a {@link PacketBuffer#copy() copy} and may hand that back later by
     * {@link Layer#resumeReceive} or {@link Layer#resumeSend}.
     */
    TAKEN
}
