/** Changes addresses, ports and tags of packets by rules, and keeps their checksums as right or wrong as they were. */
@NullMarked
package dev.ringwire.rewrite;

import org.jspecify.annotations.NullMarked;
