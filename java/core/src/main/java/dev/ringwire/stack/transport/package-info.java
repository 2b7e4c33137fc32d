/** TCP, UDP and what is built on them. */
@NullMarked
package dev.ringwire.stack.transport;

import org.jspecify.annotations.NullMarked;
