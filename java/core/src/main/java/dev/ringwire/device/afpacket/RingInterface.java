package dev.ringwire.device.afpacket;

import dev.ringwire.frame.LinkType;

/**
 * What all frames of one ring have in common.
 *
 * @param name under which the ring was opened
 * @param index the kernel's number of the interface
 * @param skipsOutgoing whether frames that this host sent are to be passed over, because the kernel does not
 */
record RingInterface(String name, int index, LinkType linkType, boolean skipsOutgoing) {}
