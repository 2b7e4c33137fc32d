package dev.ringwire.testkit;

import dev.ringwire.wire.Header;
import org.jspecify.annotations.Nullable;

/** One thing that a header must be; part of a {@link PacketCheck}. */
@FunctionalInterface
public interface HeaderCheck {
    /** What is wrong, such as {@code ttl is 63, not 64}; null if nothing is. */
    @Nullable
    String problem(Header header);
}
