package dev.ringwire.stack.transport;

/** What an ICMP or ICMPv6 error says about a packet of ours (RFC 1122 section 4.2.3.9, RFC 5461). */
public enum IcmpError {
    /** No route to the network or the host, or the host does not answer; may pass. */
    HOST_UNREACHABLE,
    /** The host does not know the protocol. */
    PROTOCOL_UNREACHABLE,
    /** Nobody is at the port. */
    PORT_UNREACHABLE,
    /** Forbidden on the way. */
    PROHIBITED,
    /** Too long for the way; the path knows the new MTU already. */
    PACKET_TOO_BIG,
    /** Too many hops, or a piece was lost on the way. */
    TIME_EXCEEDED,
    /** A header was not understood. */
    PARAMETER_PROBLEM
}
