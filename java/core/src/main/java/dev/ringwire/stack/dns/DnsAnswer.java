package dev.ringwire.stack.dns;

import dev.ringwire.wire.dns.DnsRecord;
import java.util.List;

/**
 * What is known about a {@link DnsQuery}.
 *
 * @param records the aliases in their order, then the records asked for; without the latter there are none
 * @param exists whether the name exists at all
 * @param seconds how long it may be believed
 */
record DnsAnswer(List<DnsRecord> records, boolean exists, long seconds) {}
