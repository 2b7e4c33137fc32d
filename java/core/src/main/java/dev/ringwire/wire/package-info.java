/**
 * Protocol headers: decoded in place, crafted, and described field by field. {@link dev.ringwire.wire.Packet} is the
 * friendly door, {@link dev.ringwire.wire.PacketParser} the fast one.
 */
package dev.ringwire.wire;
