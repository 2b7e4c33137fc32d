package dev.ringwire.wire.dns;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import java.util.List;

/**
 * The data of a record, by its type. What has no class here, and data that a message left empty, is
 * {@link Unknown}.
 */
public sealed interface Rdata {
    /** The record type, see {@link DnsType}. */
    int type();

    /** As a zone file has it: {@code 10 mx1.riverbed.com.} */
    default String text() {
        var out = new TextSink();
        RdataCodec.write(this, out);
        return out.toString();
    }

    /** The wire form, names not compressed. */
    default byte[] toBytes() {
        var out = new WireSink(false);
        RdataCodec.write(this, out);
        return out.toBytes();
    }

    /**
     * Reads what {@link #text} writes; for every type also the form of RFC 3597, {@code \# 4 c0000201}.
     *
     * @throws IllegalArgumentException if it makes no sense, saying where
     */
    static Rdata parse(int type, String text) {
        return new TextSource(text).data(type);
    }

    /**
     * Reads the wire form of one record's data.
     *
     * @throws dev.ringwire.wire.DecodeException if it makes no sense
     */
    static Rdata decode(int type, byte[] bytes) {
        return MessageReader.data(type, bytes);
    }

    /** IPv4 address, RFC 1035. */
    record A(Ipv4Address address) implements Rdata {
        @Override
        public int type() {
            return DnsType.A;
        }
    }

    /** Name server, RFC 1035. */
    record Ns(DnsName nameServer) implements Rdata {
        @Override
        public int type() {
            return DnsType.NS;
        }
    }

    /** The name that this one is an alias of, RFC 1035. */
    record Cname(DnsName target) implements Rdata {
        @Override
        public int type() {
            return DnsType.CNAME;
        }
    }

    /**
     * Start of a zone of authority, RFC 1035. Times are in seconds.
     *
     * @param mname the primary name server
     * @param rname mailbox of who is responsible, its first dot for an at sign
     */
    record Soa(DnsName mname, DnsName rname, long serial, long refresh, long retry, long expire, long minimum)
            implements Rdata {
        @Override
        public int type() {
            return DnsType.SOA;
        }

        /** {@code SOA mname: M, rname: R, serial: N, refresh: N, retry: N, expire: N, minimum: N}. */
        @Override
        public String toString() {
            return "SOA mname: " + mname + ", rname: " + rname + ", serial: " + serial + ", refresh: " + refresh
                    + ", retry: " + retry + ", expire: " + expire + ", minimum: " + minimum;
        }
    }

    /** Pointer to a name, RFC 1035. */
    record Ptr(DnsName target) implements Rdata {
        @Override
        public int type() {
            return DnsType.PTR;
        }
    }

    /** Mail exchange, RFC 1035: the lowest preference is tried first. */
    record Mx(int preference, DnsName exchange) implements Rdata {
        @Override
        public int type() {
            return DnsType.MX;
        }
    }

    /** Strings of up to 255 octets each, RFC 1035. */
    record Txt(List<Octets> strings) implements Rdata {
        public Txt {
            strings = List.copyOf(strings);
        }

        /** Strings in UTF-8. */
        public static Txt of(String... strings) {
            return new Txt(List.of(strings).stream().map(Octets::of).toList());
        }

        @Override
        public int type() {
            return DnsType.TXT;
        }
    }

    /** IPv6 address, RFC 3596. */
    record Aaaa(Ipv6Address address) implements Rdata {
        @Override
        public int type() {
            return DnsType.AAAA;
        }
    }

    /** Where a service is, RFC 2782. */
    record Srv(int priority, int weight, int port, DnsName target) implements Rdata {
        @Override
        public int type() {
            return DnsType.SRV;
        }
    }

    /** Naming authority pointer, RFC 3403. */
    record Naptr(int order, int preference, Octets flags, Octets services, Octets regexp, DnsName replacement)
            implements Rdata {
        @Override
        public int type() {
            return DnsType.NAPTR;
        }
    }

    /** Every name below is an alias of one below the target, RFC 6672. */
    record Dname(DnsName target) implements Rdata {
        @Override
        public int type() {
            return DnsType.DNAME;
        }
    }

    /** Which authority may issue certificates, RFC 8659. */
    record Caa(int flags, String tag, Octets value) implements Rdata {
        @Override
        public int type() {
            return DnsType.CAA;
        }
    }

    /** Digest of a key of the zone below, RFC 4034. */
    record Ds(int keyTag, int algorithm, int digestType, Octets digest) implements Rdata {
        @Override
        public int type() {
            return DnsType.DS;
        }
    }

    /** Public key of a zone, RFC 4034. */
    record Dnskey(int flags, int protocol, int algorithm, Octets publicKey) implements Rdata {
        @Override
        public int type() {
            return DnsType.DNSKEY;
        }

        /** What DS and RRSIG records name the key by, RFC 4034 appendix B. */
        public int keyTag() {
            byte[] bytes = toBytes();
            if (algorithm == 1) {
                int n = publicKey.length();
                return n < 3 ? 0 : publicKey.u16(n - 3);
            }
            long sum = 0;
            for (int i = 0; i < bytes.length; i++) {
                sum += (i & 1) == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
            }
            return (int) (sum + (sum >> 16)) & 0xffff;
        }
    }

    /**
     * Signature of the records of one type at a name, RFC 4034. Times are seconds since 1970 modulo 2^32.
     *
     * @param typeCovered type of the records signed
     * @param labels of the owner, without a wildcard
     */
    record Rrsig(
            int typeCovered,
            int algorithm,
            int labels,
            long originalTtl,
            long expiration,
            long inception,
            int keyTag,
            DnsName signer,
            Octets signature)
            implements Rdata {
        @Override
        public int type() {
            return DnsType.RRSIG;
        }
    }

    /** The next name of the zone, and the types at this one, RFC 4034. */
    record Nsec(DnsName next, TypeBitmap types) implements Rdata {
        @Override
        public int type() {
            return DnsType.NSEC;
        }
    }

    /** The next hash of the zone, and the types at the name of this one, RFC 5155. */
    record Nsec3(int algorithm, int flags, int iterations, Octets salt, Octets nextHash, TypeBitmap types)
            implements Rdata {
        @Override
        public int type() {
            return DnsType.NSEC3;
        }
    }

    /** How the names of a zone are hashed, RFC 5155. */
    record Nsec3param(int algorithm, int flags, int iterations, Octets salt) implements Rdata {
        @Override
        public int type() {
            return DnsType.NSEC3PARAM;
        }
    }

    /** The certificate of a TLS server, RFC 6698. */
    record Tlsa(int usage, int selector, int matchingType, Octets association) implements Rdata {
        @Override
        public int type() {
            return DnsType.TLSA;
        }
    }

    /** Where and how a service is reached, RFC 9460; priority 0 makes it an alias. */
    record Svcb(int priority, DnsName target, List<SvcParam> params) implements Rdata {
        public Svcb {
            params = List.copyOf(params);
        }

        @Override
        public int type() {
            return DnsType.SVCB;
        }
    }

    /** {@link Svcb} for the Web, RFC 9460. */
    record Https(int priority, DnsName target, List<SvcParam> params) implements Rdata {
        public Https {
            params = List.copyOf(params);
        }

        @Override
        public int type() {
            return DnsType.HTTPS;
        }
    }

    /** EDNS options, RFC 6891; {@link Edns} also reads the rest of the record. */
    record Opt(List<EdnsOption> options) implements Rdata {
        public Opt {
            options = List.copyOf(options);
        }

        @Override
        public int type() {
            return DnsType.OPT;
        }
    }

    /**
     * Data as bytes, RFC 3597. Where an old type has names inside, they are not compressed. It may also hold what is no
     * proper data of its type.
     */
    record Unknown(int type, Octets data) implements Rdata {}
}
