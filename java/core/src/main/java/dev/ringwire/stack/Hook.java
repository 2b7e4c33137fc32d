package dev.ringwire.stack;

/**
 * Sees each packet that passes a {@link Layer} and may change, drop, delay it or send others. An incoming hook is called
 * before the layer reads the packet, all headers below at hand; an outgoing one when the layer has written its header
 * and before its checksum is filled in. What the lower layers are to write (time to live, identification...) it may set
 * in the packet. Called on the stack's thread.
 */
@FunctionalInterface
public interface Hook {
    /** Decides about one packet, which is borrowed until this returns. */
    Verdict on(PacketBuffer packet);
}
