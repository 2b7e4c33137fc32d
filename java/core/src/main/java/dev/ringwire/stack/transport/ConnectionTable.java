package dev.ringwire.stack.transport;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections by addresses and ports: open addressing with linear probing by a keyed hash, so that no choice of ports
 * makes it slow; at most half full. It has no bound of its own.
 */
final class ConnectionTable<V extends FourTuple> {
    private static final int SMALLEST = 16;

    private final SipHash hash;
    private int[] hashes = new int[SMALLEST];
    private @Nullable Object[] values = new @Nullable Object[SMALLEST];
    private int size;

    ConnectionTable(RandomGenerator random) {
        hash = new SipHash(random);
    }

    /** The connection, or null. */
    @Nullable
    V get(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        int mask = values.length - 1;
        int key = (int) hash.begin(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort)
                .end();
        for (int at = key & mask; ; at = at + 1 & mask) {
            V value = value(at);
            if (value == null) {
                return null;
            }
            if (hashes[at] == key
                    && value.remotePort() == remotePort
                    && value.localPort() == localPort
                    && value.remoteLow() == remoteLow
                    && value.localLow() == localLow
                    && value.remoteHigh() == remoteHigh
                    && value.localHigh() == localHigh) {
                return value;
            }
        }
    }

    @SuppressWarnings("unchecked") // only put() fills it
    private @Nullable V value(int at) {
        return (V) values[at];
    }

    private int hash(FourTuple v) {
        return (int)
                hash.begin(v.localHigh(), v.localLow(), v.localPort(), v.remoteHigh(), v.remoteLow(), v.remotePort())
                        .end();
    }

    /** Puts it there, unless one of the same addresses and ports is there. */
    boolean put(V value) {
        if (get(
                        value.localHigh(),
                        value.localLow(),
                        value.localPort(),
                        value.remoteHigh(),
                        value.remoteLow(),
                        value.remotePort())
                != null) {
            return false;
        }
        if (2 * (size + 1) > values.length) {
            grow();
        }
        place(hash(value), value);
        size++;
        return true;
    }

    private void place(int key, Object value) {
        int mask = values.length - 1;
        int at = key & mask;
        while (values[at] != null) {
            at = at + 1 & mask;
        }
        hashes[at] = key;
        values[at] = value;
    }

    private void grow() {
        int[] oldHashes = hashes;
        @Nullable Object[] old = values;
        hashes = new int[2 * old.length];
        values = new @Nullable Object[2 * old.length];
        for (int i = 0; i < old.length; i++) {
            Object value = old[i];
            if (value != null) {
                place(oldHashes[i], value);
            }
        }
    }

    /** Takes this one away; false if it is not there. */
    boolean remove(V value) {
        int mask = values.length - 1;
        int hole = hash(value) & mask;
        while (values[hole] != value) {
            if (values[hole] == null) {
                return false;
            }
            hole = hole + 1 & mask;
        }
        // Whatever was pushed on past the hole moves back into it, and leaves the next one.
        for (int at = hole + 1 & mask; values[at] != null; at = at + 1 & mask) {
            if ((at - hashes[at] & mask) >= (at - hole & mask)) {
                hashes[hole] = hashes[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        values[hole] = null;
        size--;
        return true;
    }

    int size() {
        return size;
    }

    /** Hands over each one that is there now; they may go meanwhile, others may come. */
    @SuppressWarnings("unchecked") // only put() fills it
    void forEach(Consumer<? super V> action) {
        for (Object value : Arrays.copyOf(values, values.length)) {
            if (value != null) {
                action.accept((V) value);
            }
        }
    }
}
