/** Big-endian access to bytes, borrowed memory, and hexadecimal dumps. */
package dev.ringwire.bytes;
