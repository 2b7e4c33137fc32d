package dev.ringwire.natives;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Names of Linux interfaces as native code wants them. */
public final class InterfaceName {
    private static final int LONGEST = 15;

    private InterfaceName() {}

    /** The bytes and a zero; null if no interface can have that name. */
    public static byte @Nullable [] bytes(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return text.length == 0 || text.length > LONGEST || name.indexOf('\0') >= 0
                ? null
                : Arrays.copyOf(text, text.length + 1);
    }
}
