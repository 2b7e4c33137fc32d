package dev.ringwire.testkit;

import dev.ringwire.wire.Packet;
import java.util.function.Consumer;

/** Something that a packet must be; {@link PacketChecks} makes them. */
@FunctionalInterface
public interface PacketCheck {
    /** Names each thing that is wrong. */
    void check(Packet packet, Consumer<String> problems);
}
