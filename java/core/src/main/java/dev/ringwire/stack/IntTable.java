package dev.ringwire.stack;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A map from int without boxes: open addressing with linear probing, at most half full. */
public final class IntTable<V> {
    private static final int SMALLEST = 8;

    private int[] keys = new int[SMALLEST];
    private @Nullable Object[] values = new @Nullable Object[SMALLEST];
    private int size;

    /** An empty table. */
    public IntTable() {}

    private int slot(int key) {
        int mask = keys.length - 1;
        int at = key * 0x9e37_79b9 >>> 7 & mask;
        while (values[at] != null && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** What is there, or null. */
    @SuppressWarnings("unchecked") // only put() fills it
    public @Nullable V get(int key) {
        return (V) values[slot(key)];
    }

    /** Puts a value there; the one before, or null. */
    public @Nullable V put(int key, V value) {
        V before = get(key);
        if (before == null && 2 * (size + 1) > keys.length) {
            grow();
        }
        int at = slot(key);
        keys[at] = key;
        values[at] = value;
        size += before == null ? 1 : 0;
        return before;
    }

    /** Takes away what is there and gives it, or null. */
    public @Nullable V remove(int key) {
        V before = get(key);
        if (before == null) {
            return null;
        }
        int mask = keys.length - 1;
        int hole = slot(key);
        size--;
        // Whatever follows without a gap may have been pushed on by this one: put it in again.
        values[hole] = null;
        for (int at = hole + 1 & mask; values[at] != null; at = at + 1 & mask) {
            Object moved = values[at];
            values[at] = null;
            int to = slot(keys[at]);
            keys[to] = keys[at];
            values[to] = moved;
        }
        return before;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** Hands over each value; the table must not change meanwhile. */
    @SuppressWarnings("unchecked") // only put() fills it
    public void forEach(Consumer<? super V> action) {
        for (Object value : values) {
            if (value != null) {
                action.accept((V) value);
            }
        }
    }

    /** Takes all away. */
    public void clear() {
        Arrays.fill(values, null);
        size = 0;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[2 * oldKeys.length];
        values = new @Nullable Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
