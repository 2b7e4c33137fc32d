/** The link: the device, Ethernet, and who has which address on it. */
@NullMarked
package dev.ringwire.stack.link;

import org.jspecify.annotations.NullMarked;
