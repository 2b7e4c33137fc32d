/** A stack behind the sockets of {@code java.net}, so that programs written for those run over it unchanged. */
@NullMarked
package dev.ringwire.socket;

import org.jspecify.annotations.NullMarked;
