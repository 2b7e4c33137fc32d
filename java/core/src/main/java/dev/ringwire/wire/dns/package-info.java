/**
 * DNS. {@link dev.ringwire.wire.dns.Dns} is the header in a packet, read in place;
 * {@link dev.ringwire.wire.dns.DnsMessage} is a whole message as objects, with its text in zone files.
 */
@NullMarked
package dev.ringwire.wire.dns;

import org.jspecify.annotations.NullMarked;
