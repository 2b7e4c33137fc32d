package dev.ringwire.stack.dns;

import dev.ringwire.wire.dns.DnsName;

/** What is asked, in class IN. */
record DnsQuery(DnsName name, int type) {}
