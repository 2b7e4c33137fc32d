/** Frames and the one way to pull them from anything, or push them into anything. */
package dev.ringwire.frame;
