/** Linux packet sockets: the memory-mapped receive ring, read in place, and sending in batches. */
@NullMarked
package dev.ringwire.device.afpacket;

import org.jspecify.annotations.NullMarked;
