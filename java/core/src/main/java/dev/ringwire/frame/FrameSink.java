package dev.ringwire.frame;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;

/** Takes frames: a file, a link, a ring. Used by one thread at a time. */
public interface FrameSink extends Closeable, Flushable {
    /**
     * Takes one frame; its bytes are read before this returns.
     *
     * @throws IOException when it cannot be written, or is of a link type this sink does not hold
     */
    void write(Frame frame) throws IOException;

    /** Hands what was taken so far to the operating system. */
    @Override
    default void flush() throws IOException {}
}
