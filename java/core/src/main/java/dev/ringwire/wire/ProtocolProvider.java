package dev.ringwire.wire;

import java.util.List;

/**
 * Brings protocols along with a jar. Where a file {@code META-INF/services/dev.ringwire.wire.ProtocolProvider}, or the
 * {@code provides} of a module, names a class of this kind, {@link Protocols#installed} has its protocols, and
 * {@code ringwire query --protocols x.jar} finds them.
 */
public interface ProtocolProvider {
    /** The protocols, each to be found where its own {@link Protocol#selectors} say. */
    List<Protocol> protocols();
}
