package dev.ringwire.device.afpacket;

import java.time.Duration;

/**
 * The size of a ring.
 *
 * @param blockSize bytes; a power of two
 * @param blockCount two or more, so that one can fill while another is read
 * @param timeoutMillis after which a block that holds a frame is handed over though not full
 */
record RingGeometry(int blockSize, int blockCount, int timeoutMillis) {
    /** 64 MiB hold a twentieth of a second of full 10 Gbit/s traffic in large frames. */
    static final RingGeometry THROUGHPUT = new RingGeometry(1 << 20, 64, 20);

    /** Small blocks go round sooner; the least that holds a frame of 64 KiB. */
    static final RingGeometry LOW_LATENCY = new RingGeometry(1 << 17, 128, 1);

    private static final int SMALLEST_BLOCK = 4096;

    RingGeometry {
        if (blockSize < SMALLEST_BLOCK || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException(
                    "block size " + blockSize + " is not a power of two of at least " + SMALLEST_BLOCK + " bytes");
        }
        if (blockCount < 2) {
            throw new IllegalArgumentException("block count " + blockCount + " is below 2");
        }
        if (timeoutMillis < 1) {
            throw new IllegalArgumentException("block timeout " + timeoutMillis + " ms is below 1 ms");
        }
    }

    RingGeometry withBlockSize(int bytes) {
        return new RingGeometry(bytes, blockCount, timeoutMillis);
    }

    RingGeometry withBlockCount(int count) {
        return new RingGeometry(blockSize, count, timeoutMillis);
    }

    RingGeometry withTimeout(Duration timeout) {
        long millis = timeout.toMillis();
        if (millis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("block timeout " + timeout + " is above " + Integer.MAX_VALUE + " ms");
        }
        return new RingGeometry(blockSize, blockCount, (int) Math.max(millis, 0));
    }

    long size() {
        return (long) blockSize * blockCount;
    }

    @Override
    public String toString() {
        return blockCount + " blocks of " + blockSize + " bytes";
    }
}
