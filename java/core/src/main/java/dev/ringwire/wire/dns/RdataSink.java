package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.util.List;

/** Where the parts of record data go to; see {@link RdataSource}. */
interface RdataSink {
    void u8(int value);

    void u16(int value);

    void u32(long value);

    void ipv4(Ipv4Address value);

    void ipv6(Ipv6Address value);

    void name(DnsName value);

    /** A name in one of the types of RFC 1035, which all may compress (RFC 3597, section 4). */
    void compressible(DnsName value);

    void string(Octets value);

    void tag(String value);

    void text(Octets value);

    void hex(Octets value);

    void base64(Octets value);

    void salt(Octets value);

    void hash(Octets value);

    void type(int value);

    void time(long value);

    void bitmap(TypeBitmap value);

    void params(List<SvcParam> value);

    void options(List<EdnsOption> value);

    void unknown(Octets value);
}
