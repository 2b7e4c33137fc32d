/** The DNS client of a stack. */
@NullMarked
package dev.ringwire.stack.dns;

import org.jspecify.annotations.NullMarked;
