package dev.ringwire.frame;

import java.io.IOException;

/** Is handed frames one at a time by {@link FrameSource#drain}. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * Takes a frame, which is borrowed until this returns: {@link Frame#copy()} keeps it.
     *
     * @throws IOException to end the draining with it; the next frame is then still to come
     */
    void onFrame(Frame frame) throws IOException;
}
