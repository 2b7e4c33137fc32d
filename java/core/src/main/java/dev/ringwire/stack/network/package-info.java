/** IP of both versions: addresses, routes, fragments and ICMP. */
@NullMarked
package dev.ringwire.stack.network;

import org.jspecify.annotations.NullMarked;
