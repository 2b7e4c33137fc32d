package dev.ringwire.device.afpacket;

/** Which clock the frames of a ring are to be stamped by; {@link RingFrame#clock()} tells of each by which it was. */
public enum TimestampSource {
    /** The system clock. */
    SOFTWARE,
    /**
     * The network card's own clock, which opening switches on for received frames, all users of the card included,
     * unless it is on already (SIOCSHWTSTAMP, which needs CAP_NET_ADMIN; {@code
     * Documentation/networking/timestamping.rst}). Frames that the card did not stamp, such as those sent, have the
     * system's time.
     */
    HARDWARE
}
