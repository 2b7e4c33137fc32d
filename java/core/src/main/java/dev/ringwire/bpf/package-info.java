/** The classic Berkeley packet filter: programs, their compiler, and an interpreter. */
@NullMarked
package dev.ringwire.bpf;

import org.jspecify.annotations.NullMarked;
