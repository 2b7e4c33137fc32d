/**
 * A TCP/IP stack in user space: {@link dev.ringwire.stack.Layer layers} over a {@link dev.ringwire.device.Device},
 * driven by {@link dev.ringwire.stack.NetStack#poll}. Nothing in here but {@code StackLoop} and {@code SharedStacks}
 * reads a clock, a random source or a thread: time, randomness and device come from outside, so every run can be
 * repeated.
 */
@NullMarked
package dev.ringwire.stack;

import org.jspecify.annotations.NullMarked;
