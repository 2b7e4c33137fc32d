package dev.ringwire.file;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pcap or pcapng stream whose bytes arrive as they please, read without waiting for them: a record that has arrived
 * in part is gone on with later. It is for a source that waits in its own way, on a selector for example.
 */
public final class ArrivingCapture {
    private Input input;
    private boolean unpacked;

    /**
     * Reads nothing yet.
     *
     * @param channel gives 0 bytes while there are none; a channel in non-blocking mode does
     * @param name for messages
     */
    public ArrivingCapture(ReadableByteChannel channel, String name) {
        input = new Input(channel, name, Input.CAPACITY);
    }

    /**
     * The reader once the file header is there, otherwise null, to be asked again; after a reader was given or
     * something was thrown, not any more. The {@link CaptureReader#next} of it gives false without being
     * {@link CaptureReader#ended} while the next packet has not arrived in whole.
     *
     * @throws CaptureFormatException if it is no capture, or ends within its header
     * @throws IOException if the channel cannot be read
     */
    public @Nullable CaptureReader tryOpen() throws IOException {
        try {
            if (!unpacked) {
                input = CaptureReader.unpack(input, Input.CAPACITY);
                unpacked = true;
            }
            return CaptureReader.sniff(input);
        } catch (Input.NotYet e) {
            return null;
        }
    }
}
