package dev.ringwire.device.afpacket;

/** What the kernel says about the transport checksum of a frame. */
public enum ChecksumStatus {
    /** Nothing: whoever cares computes it. */
    UNKNOWN,
    /**
     * The field is still to be filled in, by the network card: so with frames that this host, or another end of a
     * virtual link, sends (TP_STATUS_CSUMNOTREADY). A checker should not call it wrong.
     */
    UNFINISHED,
    /** The network card or the kernel found it right (TP_STATUS_CSUM_VALID). */
    VALID;

    static ChecksumStatus of(int status) {
        if ((status & Tpacket3.TP_STATUS_CSUMNOTREADY) != 0) {
            return UNFINISHED;
        }
        return (status & Tpacket3.TP_STATUS_CSUM_VALID) != 0 ? VALID : UNKNOWN;
    }
}
