package dev.ringwire.device;

/**
 * Counts since the capture was opened, in 64 bits; a capture that is closed keeps its last ones.
 *
 * @param received frames handed over, read or not yet; {@code received + dropped} is what came by
 * @param dropped frames that found no room because the reader was too slow
 * @param freezes how often the whole ring was full; 0 where the source does not say
 */
public record CaptureStatistics(long received, long dropped, long freezes) {
    /** Nothing yet. */
    public static final CaptureStatistics NONE = new CaptureStatistics(0, 0, 0);

    /** The sums of both. */
    public CaptureStatistics plus(CaptureStatistics other) {
        return new CaptureStatistics(received + other.received, dropped + other.dropped, freezes + other.freezes);
    }
}
