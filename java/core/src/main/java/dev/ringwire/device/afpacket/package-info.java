/** Linux packet sockets: the memory-mapped receive ring, read in place. */
@NullMarked
package dev.ringwire.device.afpacket;

import org.jspecify.annotations.NullMarked;
