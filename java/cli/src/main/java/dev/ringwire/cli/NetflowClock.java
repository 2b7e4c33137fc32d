package dev.ringwire.cli;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;

/** The time in the header of NetFlow and IPFIX messages. */
final class NetflowClock {
    private static final long NANOS = 1_000_000_000;

    private NetflowClock() {}

    /**
     * Sets when the exporter sent the message: versions 1, 5, 7 and 8 in seconds and nanoseconds, version 9 (RFC 3954)
     * and IPFIX (RFC 7011) in seconds. When the flows began and ended counts from there, but for IPFIX with absolute
     * times.
     *
     * @param nanos since 1970
     * @return false if it is no such message, which stays as it is
     */
    static boolean set(byte[] message, long nanos) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        long seconds = nanos / NANOS & 0xffff_ffffL;
        int version = message.length < 2 ? 0 : Bits.u16(bytes, 0);
        int header = switch (version) {
            case 1, 10 -> 16;
            case 5, 7 -> 24;
            case 8 -> 28;
            case 9 -> 20;
            default -> Integer.MAX_VALUE;
        };
        if (message.length < header) {
            return false;
        }
        Bits.put32(bytes, version == 10 ? 4 : 8, seconds);
        if (version < 9) {
            Bits.put32(bytes, 12, nanos % NANOS);
        }
        return true;
    }
}
