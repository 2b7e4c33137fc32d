package dev.ringwire.stack.network;

/**
 * Whose bytes count where fragments overlap. Honest senders never send such; hosts differ in what they make of them,
 * which attackers use to show an inspecting system something else than the host behind it. All but {@link #STRICT} are
 * for those who study that. Offsets are those the fragments came with.
 */
public enum OverlapPolicy {
    /** Nobody's: the whole packet is dropped, and what still comes of it (RFC 5722 section 4). An exact copy is no overlap. */
    STRICT,
    /** Those that came first. */
    FIRST,
    /** Those that came last. */
    LAST,
    /** Those of the fragment that begins first, and of two that begin together, those that came first. */
    BSD,
    /** Those of the fragment that begins first, and of two that begin together, those that came last. */
    LINUX,
    /** Those of the fragment that begins last, and of two that begin together, those that came last. */
    BSD_RIGHT
}
