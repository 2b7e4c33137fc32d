package dev.ringwire.stack.network;

import java.net.InetAddress;

/**
 * What became of an echo request.
 *
 * @param outcome whether it was answered
 * @param from who answered, or who said why it cannot be; where nobody did, whom it was for
 * @param sequence its number
 * @param bytes of the payload that came back; 0 without an answer
 * @param ttl time to live or hop limit that the answer had left; 0 without an answer
 * @param nanos from sending it until the answer or the error came, or waiting was over
 */
public record PingReply(Outcome outcome, InetAddress from, int sequence, int bytes, int ttl, long nanos) {
    /** Whether it was answered, and if not, why. */
    public enum Outcome {
        /** The same came back. */
        REPLIED,
        /** Nothing came in time. */
        TIMED_OUT,
        /** There is no route, or no address of ours for one. */
        NO_ROUTE,
        /** Too many are on their way already. */
        TOO_MANY,
        /** The host or its network cannot be reached. */
        UNREACHABLE,
        /** The time to live was over on the way. */
        TTL_EXCEEDED,
        /** It is too long for the way. */
        TOO_BIG,
        /** Another error came. */
        ERROR
    }
}
