package dev.ringwire.testing;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.util.List;

/** Frames and sources of frames in memory. */
public final class Frames {
    private Frames() {}

    /** A frame of which only the first bytes were captured. */
    public static Frame cut(byte[] bytes, int captured) {
        return new MemoryFrame() {
            {
                set(bytes, captured, 0);
            }
        };
    }

    /** A source of Ethernet frames, one second apart from 1970 on, that lends them as files and rings do. */
    public static FrameSource source(byte[]... frames) {
        return new MemorySource(List.of(frames));
    }

    private static class MemoryFrame extends Frame {
        private int originalLength;
        private long timestampNanos;

        final void set(byte[] bytes, int captured, long time) {
            originalLength = bytes.length;
            timestampNanos = time;
            aim(ByteBuffer.wrap(bytes), 0, captured);
        }

        final void clear() {
            release();
        }

        @Override
        public int originalLength() {
            return originalLength;
        }

        @Override
        public long timestampNanos() {
            return timestampNanos;
        }

        @Override
        public LinkType linkType() {
            return LinkType.ETHERNET;
        }
    }

    private static final class MemorySource implements FrameSource {
        private final List<byte[]> frames;
        private final MemoryFrame frame = new MemoryFrame();
        private int next;

        MemorySource(List<byte[]> frames) {
            this.frames = frames;
        }

        @Override
        public Frame frame() {
            return frame;
        }

        @Override
        public boolean next(long timeoutNanos) {
            if (ended()) {
                frame.clear();
                return false;
            }
            byte[] bytes = frames.get(next);
            frame.set(bytes, bytes.length, next * 1_000_000_000L);
            next++;
            return true;
        }

        @Override
        public boolean ended() {
            return next >= frames.size();
        }

        @Override
        public LinkType linkType() {
            return LinkType.ETHERNET;
        }

        @Override
        public void close() {
            next = frames.size();
            frame.clear();
        }
    }
}
