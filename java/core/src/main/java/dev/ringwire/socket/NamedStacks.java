package dev.ringwire.socket;

import dev.ringwire.stack.SharedStacks;
import dev.ringwire.stack.StackLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** One share in each stack that a factory was asked for by name. Factories are never closed, so it is kept. */
final class NamedStacks {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<String, SharedStacks.Share> SHARES = new HashMap<>();

    private NamedStacks() {}

    static StackLoop of(String interfaceName) throws IOException {
        LOCK.lock();
        try {
            SharedStacks.Share share = SHARES.get(interfaceName);
            if (share == null || share.loop().ended()) {
                share = SharedStacks.of(interfaceName);
                SHARES.put(interfaceName, share);
            }
            return share.loop();
        } finally {
            LOCK.unlock();
        }
    }
}
