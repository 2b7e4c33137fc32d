/** Capture and injection through libpcap, wherever that is installed. */
@NullMarked
package dev.ringwire.device.libpcap;

import org.jspecify.annotations.NullMarked;
