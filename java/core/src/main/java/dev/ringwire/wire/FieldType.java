package dev.ringwire.wire;

/** What a field's bits mean to a reader; decides how its value is shown and which Java type it has. */
public enum FieldType {
    /** An unsigned number, shown in decimal; {@code Long}. */
    DECIMAL,
    /** A signed number, shown in decimal; {@code Long}. */
    SIGNED,
    /** An unsigned number, shown as {@code 0x} and two digits a byte; {@code Long}. */
    HEX,
    /** One bit, shown as 0 or 1; {@code Boolean}. */
    FLAG,
    /** A {@link dev.ringwire.address.MacAddress}. */
    MAC,
    /** An {@link dev.ringwire.address.Ipv4Address}. */
    IPV4,
    /** An {@link dev.ringwire.address.Ipv6Address}. */
    IPV6,
    /** A run of bytes, shown as hexadecimal digits; {@code byte[]}. */
    BYTES,
    /** Text in UTF-8, shown with control characters escaped; {@code String}. */
    TEXT,
    /** Nanoseconds since 1970-01-01T00:00Z, shown as seconds with nine decimals; {@link java.time.Instant}. */
    TIME
}
