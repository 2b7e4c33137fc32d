/** Link and network addresses as values: compact, comparable, and convertible to and from {@code java.net}. */
package dev.ringwire.address;
