package dev.ringwire.wire;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An option: a number that says what it is, and bytes. */
abstract class TypedBytes {
    private final int type;
    private final byte[] data;

    TypedBytes(int type, byte[] data) {
        if (type < 0 || type > 0xff) {
            throw new IllegalArgumentException("an option's type is 0..255, not " + type);
        }
        this.type = type;
        this.data = data.clone();
    }

    /** What it is. */
    public final int type() {
        return type;
    }

    /** The bytes behind type and length. */
    public final byte[] data() {
        return data.clone();
    }

    final int length() {
        return data.length;
    }

    @Override
    @SuppressWarnings("EqualsGetClass") // options of different protocols are not equal, and their classes are final
    public final boolean equals(@Nullable Object o) {
        return o != null
                && getClass() == o.getClass()
                && type == ((TypedBytes) o).type
                && Arrays.equals(data, ((TypedBytes) o).data);
    }

    @Override
    public final int hashCode() {
        return 31 * type + Arrays.hashCode(data);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + type + ": " + HexFormat.of().formatHex(data) + "]";
    }
}
