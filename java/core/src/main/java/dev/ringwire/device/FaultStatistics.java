package dev.ringwire.device;

/**
 * What a {@link FaultInjector} did in one direction.
 *
 * @param seen frames that came
 * @param lost frames that vanished
 * @param duplicated frames that went on twice
 * @param reordered frames held back for later ones to pass
 * @param corrupted frames with a bit turned over
 * @param truncated frames whose end was cut off
 * @param overflowed frames and duplicates dropped because as many were held as the bound allows
 */
public record FaultStatistics(
        long seen, long lost, long duplicated, long reordered, long corrupted, long truncated, long overflowed) {}
