package dev.ringwire.stack.transport;

/** What a connection is known by; none of it ever changes. Addresses as in {@link dev.ringwire.stack.PacketBuffer}. */
interface FourTuple {
    long localHigh();

    long localLow();

    int localPort();

    long remoteHigh();

    long remoteLow();

    int remotePort();
}
