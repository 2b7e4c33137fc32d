package dev.ringwire.stack.transport;

/**
 * What two sides agreed on when they opened a connection, for {@link TcpSession#adopt}.
 *
 * @param peerMss most bytes of payload that the other side takes in a segment; 0 for the usual 536 or 1220
 * @param peerWindowScale shift of the other side's window, 0 to 14; 0 without window scaling
 * @param ownWindowScale shift of our window, 0 to 14; 0 without window scaling
 * @param sack whether both permitted selective acknowledgements
 * @param timestamps whether both sent timestamps
 * @param peerTimestamp the other side's last timestamp
 * @param ownTimestamp what our next timestamp is to be at least
 */
public record TcpHandshake(
        int peerMss,
        int peerWindowScale,
        int ownWindowScale,
        boolean sack,
        boolean timestamps,
        int peerTimestamp,
        int ownTimestamp) {
    /** Nothing was agreed on: no options at all. */
    public static final TcpHandshake PLAIN = new TcpHandshake(0, 0, 0, false, false, 0, 0);
}
