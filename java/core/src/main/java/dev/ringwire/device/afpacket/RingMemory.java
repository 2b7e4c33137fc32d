package dev.ringwire.device.afpacket;

import dev.ringwire.natives.Natives;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buffers over a mapped ring, one per block since a ring may be larger than a buffer. The mapping is given back when
 * the last of them, slices included, is unreachable: a slice refers to the buffer it was taken from.
 */
final class RingMemory {
    private static final Cleaner CLEANER = Cleaner.create();

    private RingMemory() {}

    static ByteBuffer[] blocks(RingSocket socket, RingGeometry geometry) throws IOException {
        ByteBuffer[] blocks = new ByteBuffer[geometry.blockCount()];
        Countdown users = new Countdown(socket);
        boolean complete = false;
        try {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = Natives.ringBlock(socket.address() + (long) i * geometry.blockSize(), geometry.blockSize());
                users.add();
                CLEANER.register(blocks[i], users);
            }
            complete = true;
            return blocks;
        } finally {
            if (!complete) {
                // Out of Java memory: the kernel's goes back now, the range when what was made is unreachable.
                socket.close();
            }
            users.run();
        }
    }

    /** Who may still read: this method while it runs, and each buffer. */
    private static final class Countdown implements Runnable {
        private final AtomicInteger left = new AtomicInteger(1);
        private final RingSocket socket;

        Countdown(RingSocket socket) {
            this.socket = socket;
        }

        void add() {
            left.incrementAndGet();
        }

        @Override
        public void run() {
            if (left.decrementAndGet() == 0) {
                socket.unmap();
            }
        }
    }
}
