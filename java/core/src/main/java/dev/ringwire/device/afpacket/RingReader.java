package dev.ringwire.device.afpacket;

import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.natives.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One open ring: whose turn each block is, and what became of the interface. Read by one thread. */
final class RingReader {
    private final RingOptions options;
    private final RingSocket socket;
    private final ByteBuffer[] blocks;
    private final long failureGrace;
    private final int fanoutGroup;

    private RingInterface from;
    private int blockIndex;
    private int failure;
    private long failedAt;
    private volatile boolean gone;

    RingReader(RingOptions options) throws IOException {
        RingOpener.Opened opened = RingOpener.open(options);
        this.options = options;
        this.from = opened.from();
        this.socket = opened.socket();
        this.fanoutGroup = opened.fanoutGroup();
        this.blocks = RingMemory.blocks(socket, options.geometry());
        this.failureGrace = 2_000_000L * options.geometry().timeoutMillis();
    }

    RingInterface from() {
        return from;
    }

    RingSocket socket() {
        return socket;
    }

    int fanoutGroup() {
        return fanoutGroup;
    }

    /** Whether the kernel has handed the next block over. */
    boolean isReady() {
        return Tpacket3.isReady(blocks[blockIndex]);
    }

    /** Goes to the first frame of the next block; false if that has none to see. */
    boolean take(RingFrame frame) {
        return frame.enter(blocks[blockIndex], from, options.snaplen());
    }

    /** Gives back the block that was taken. */
    void giveBack() {
        Tpacket3.giveBack(blocks[blockIndex]);
        blockIndex = blockIndex + 1 == blocks.length ? 0 : blockIndex + 1;
    }

    /** The exception for a block that does not hold what the kernel would write; null if only the ring was closed. */
    @Nullable
    IOException damage() {
        return socket.isClosed()
                ? null
                : new IOException("block " + blockIndex + " of the packet ring on " + from.name()
                        + " is damaged; the frames left in it are lost");
    }

    /** Whether the ring is closed, or its interface does not exist any more and none is waited for. */
    boolean ended() {
        return gone && !waits() || socket.isClosed();
    }

    /** A member of a fanout group cannot be bound to another interface: it waits for one that is down, not for a new one. */
    private boolean waits() {
        return options.whenDown() == WhenDown.WAIT && !(gone && options.fanout() != null);
    }

    /** Notes what waiting on the socket came to. */
    void note(int result) {
        if (result < 0 && failure == 0) {
            failure = -result;
            failedAt = System.nanoTime();
        }
    }

    /** Frames from before the failure may sit in a block that is not full yet: they come first. */
    void checkInterface() throws IOException {
        if (failure != 0 && System.nanoTime() - failedAt >= failureGrace) {
            int errno = failure;
            failure = 0;
            failed(errno);
        }
        if (gone && waits()) {
            lookForAnother();
        }
    }

    private void failed(int errno) throws IOException {
        if (errno != Errno.ENETDOWN) {
            throw Errno.toException(errno, "capture on " + from.name());
        }
        Optional<InterfaceInfo> now = NetworkInterfaces.find(from.name());
        gone = now.isEmpty() || now.get().index() != 0 && now.get().index() != from.index();
        if (!waits()) {
            throw new IOException("interface " + from.name() + (gone ? " is gone" : " went down") + " ("
                    + Errno.describe(errno) + ")"
                    + (options.whenDown() == WhenDown.WAIT ? "; a member of a fanout group must be opened anew" : ""));
        }
    }

    private void lookForAnother() throws IOException {
        int index = socket.rebind(options.terminatedName(), options.promiscuous());
        if (index > 0) {
            from = new RingInterface(from.name(), index, from.linkType(), from.skipsOutgoing());
            gone = false;
        } else if (index != -Errno.ENODEV && index != -Errno.ENETDOWN && !socket.isClosed()) {
            throw Errno.toException(index, "capture on the new interface " + from.name());
        }
    }
}
