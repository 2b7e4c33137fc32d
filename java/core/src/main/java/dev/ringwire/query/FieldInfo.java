package dev.ringwire.query;

import dev.ringwire.wire.FieldType;
import java.util.List;

/**
 * A field that a query can ask for.
 *
 * @param name Wireshark's name
 * @param type what its values are
 * @param protocol name of the protocol that states it
 * @param label what it means
 * @param aliases other names it answers to
 */
public record FieldInfo(String name, FieldType type, String protocol, String label, List<String> aliases) {}
