package dev.ringwire.device.afpacket;

import dev.ringwire.bpf.BpfProgram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a ring is opened with; {@link PacketRing.Builder} says what each means.
 *
 * @param snaplen bytes of a frame to keep, {@link Snaplen#ALL} for all
 * @param busyPollMicros 0 for the system's setting
 */
record RingOptions(
        String interfaceName,
        RingGeometry geometry,
        boolean promiscuous,
        boolean ignoreOutgoing,
        boolean rxHash,
        TimestampSource timestamps,
        int busyPollMicros,
        int snaplen,
        @Nullable BpfProgram filter,
        @Nullable Fanout fanout,
        WhenDown whenDown) {

    /** In the order of {@link dev.ringwire.natives.Natives#ringOpen}. */
    int[] settings() {
        return new int[] {
            geometry.blockSize(),
            geometry.blockCount(),
            geometry.timeoutMillis(),
            promiscuous ? 1 : 0,
            ignoreOutgoing ? 1 : 0,
            rxHash ? 1 : 0,
            timestamps == TimestampSource.HARDWARE ? 1 : 0,
            busyPollMicros,
            fanout == null ? 0 : 1,
            fanout == null ? 0 : fanout.argument()
        };
    }

    /** The interface's name as C reads it. */
    byte[] terminatedName() {
        byte[] text = interfaceName.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(text, text.length + 1);
    }
}
