/**
 * Keeps the host kernel from answering packets that a user-space stack answers on an address the kernel has, too.
 */
@NullMarked
package dev.ringwire.firewall;

import org.jspecify.annotations.NullMarked;
