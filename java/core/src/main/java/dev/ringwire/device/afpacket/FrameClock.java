package dev.ringwire.device.afpacket;

/** Where the timestamp of a frame in a ring comes from, most exact first. */
public enum FrameClock {
    /** The network card, whose clock need not agree with that of the system (TP_STATUS_TS_RAW_HARDWARE). */
    HARDWARE,
    /** The system clock, when the driver or the stack took the frame over (TP_STATUS_TS_SOFTWARE). */
    SOFTWARE,
    /** The system clock, when the frame was put into the ring. */
    RING;

    static FrameClock of(int status) {
        if ((status & Tpacket3.TP_STATUS_TS_RAW_HARDWARE) != 0) {
            return HARDWARE;
        }
        return (status & Tpacket3.TP_STATUS_TS_SOFTWARE) != 0 ? SOFTWARE : RING;
    }
}
