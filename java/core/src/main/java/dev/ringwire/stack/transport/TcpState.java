package dev.ringwire.stack.transport;

/** The states of a connection (RFC 9293 section 3.3.2). A listener is not a connection, so LISTEN is not among them. */
public enum TcpState {
    /** Not opened yet, or over. */
    CLOSED,
    /** Our SYN is on its way. */
    SYN_SENT,
    /** Both SYNs are on their way. */
    SYN_RECEIVED,
    /** Data flows both ways. */
    ESTABLISHED,
    /** We have closed; the other side has not acknowledged that. */
    FIN_WAIT_1,
    /** We have closed; the other side may still send. */
    FIN_WAIT_2,
    /** The other side has closed; we may still send. */
    CLOSE_WAIT,
    /** Both have closed at the same time; our end is not acknowledged yet. */
    CLOSING,
    /** The other side has closed, then we; our end is not acknowledged yet. */
    LAST_ACK,
    /** Both are done; old segments die out. */
    TIME_WAIT;

    /** Whether both SYNs are acknowledged. */
    public boolean isSynchronized() {
        return compareTo(ESTABLISHED) >= 0;
    }

    /** Whether more data may be sent. */
    public boolean canSend() {
        return this == SYN_SENT || this == SYN_RECEIVED || this == ESTABLISHED || this == CLOSE_WAIT;
    }

    /** Whether more data may come in. */
    public boolean canReceive() {
        return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }
}
