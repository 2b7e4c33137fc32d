/**
 * For tests: {@link dev.ringwire.testkit.LinkSim} joins stacks in simulated time, {@link
 * dev.ringwire.testkit.ManualClock} stands still until told, {@link dev.ringwire.testkit.PacketChecks} says what is
 * wrong with a packet. No thread, no clock and no network is used.
 */
@NullMarked
package dev.ringwire.testkit;

import org.jspecify.annotations.NullMarked;
