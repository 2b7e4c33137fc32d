package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.util.List;

/** Where the parts of record data come from: the wire, or a zone file. */
interface RdataSource {
    int u8();

    int u16();

    long u32();

    Ipv4Address ipv4();

    Ipv6Address ipv6();

    DnsName name();

    /** A character-string: a length octet and as many octets. */
    Octets string();

    /** Character-strings to the end. */
    List<Octets> strings();

    /** A character-string that is a word. */
    String tag();

    /** The rest, shown as one quoted string. */
    Octets text();

    /** The rest, shown in hexadecimal. */
    Octets hex();

    /** The rest, shown in Base64. */
    Octets base64();

    /** A character-string shown in hexadecimal, an empty one as a hyphen. */
    Octets salt();

    /** A character-string shown in Base32 with the extended hex alphabet. */
    Octets hash();

    int type();

    /** Seconds since 1970 in 32 bits, shown as a date. */
    long time();

    TypeBitmap bitmap();

    List<SvcParam> params();

    List<EdnsOption> options();

    /** The rest, in the form of RFC 3597. */
    Octets unknown();
}
