package dev.ringwire.wire.dns;

import dev.ringwire.wire.Field;
import dev.ringwire.wire.Header;
import java.util.List;

/** The fields of {@link Dns}. */
final class DnsFields {
    static final List<Field> ALL = List.of();

    private DnsFields() {}

    static boolean isResponse(Header header) {
        return Dns.RESPONSE.get(header.buffer(), header.offset()) != 0;
    }

    static boolean isNoUpdate(Header header) {
        return Dns.OPCODE.get(header.buffer(), header.offset()) != 5;
    }
}
