package dev.ringwire.file;

import java.io.IOException;

/** Is handed the blocks of a file that hold no packets, by {@link CaptureReader#onBlock}. */
@FunctionalInterface
public interface BlockHandler {
    /**
     * Takes a block, which may be kept. The packets before it have been given by the reader, those behind it not.
     *
     * @throws IOException to end the reading with it
     */
    void onBlock(CaptureBlock block) throws IOException;
}
