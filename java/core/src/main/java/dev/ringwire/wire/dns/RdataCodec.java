package dev.ringwire.wire.dns;

import static dev.ringwire.wire.dns.DnsType.*;

/** What the data of each type consists of, in order: the same on the wire and in text. */
final class RdataCodec {
    private RdataCodec() {}

    static Rdata read(int type, RdataSource in) {
        return switch (type) {
            case A -> new Rdata.A(in.ipv4());
            case NS -> new Rdata.Ns(in.name());
            case CNAME -> new Rdata.Cname(in.name());
            case SOA -> new Rdata.Soa(in.name(), in.name(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
            case PTR -> new Rdata.Ptr(in.name());
            case MX -> new Rdata.Mx(in.u16(), in.name());
            case TXT -> new Rdata.Txt(in.strings());
            case AAAA -> new Rdata.Aaaa(in.ipv6());
            case SRV -> new Rdata.Srv(in.u16(), in.u16(), in.u16(), in.name());
            case NAPTR -> new Rdata.Naptr(in.u16(), in.u16(), in.string(), in.string(), in.string(), in.name());
            case DNAME -> new Rdata.Dname(in.name());
            case CAA -> new Rdata.Caa(in.u8(), in.tag(), in.text());
            case DS -> new Rdata.Ds(in.u16(), in.u8(), in.u8(), in.hex());
            case DNSKEY -> new Rdata.Dnskey(in.u16(), in.u8(), in.u8(), in.base64());
            case RRSIG ->
                new Rdata.Rrsig(
                        in.type(), in.u8(), in.u8(), in.u32(), in.time(), in.time(), in.u16(), in.name(), in.base64());
            case NSEC -> new Rdata.Nsec(in.name(), in.bitmap());
            case NSEC3 -> new Rdata.Nsec3(in.u8(), in.u8(), in.u16(), in.salt(), in.hash(), in.bitmap());
            case NSEC3PARAM -> new Rdata.Nsec3param(in.u8(), in.u8(), in.u16(), in.salt());
            case TLSA -> new Rdata.Tlsa(in.u8(), in.u8(), in.u8(), in.hex());
            case SVCB -> new Rdata.Svcb(in.u16(), in.name(), in.params());
            case HTTPS -> new Rdata.Https(in.u16(), in.name(), in.params());
            case OPT -> new Rdata.Opt(in.options());
            default -> new Rdata.Unknown(type, in.unknown());
        };
    }

    static void write(Rdata data, RdataSink out) {
        if (data instanceof Rdata.Unknown unknown) {
            out.unknown(unknown.data());
            return;
        }
        switch (data.type()) {
            case A -> out.ipv4(((Rdata.A) data).address());
            case NS -> out.compressible(((Rdata.Ns) data).nameServer());
            case CNAME -> out.compressible(((Rdata.Cname) data).target());
            case SOA -> {
                var soa = (Rdata.Soa) data;
                out.compressible(soa.mname());
                out.compressible(soa.rname());
                out.u32(soa.serial());
                out.u32(soa.refresh());
                out.u32(soa.retry());
                out.u32(soa.expire());
                out.u32(soa.minimum());
            }
            case PTR -> out.compressible(((Rdata.Ptr) data).target());
            case MX -> {
                var mx = (Rdata.Mx) data;
                out.u16(mx.preference());
                out.compressible(mx.exchange());
            }
            case TXT -> ((Rdata.Txt) data).strings().forEach(out::string);
            case AAAA -> out.ipv6(((Rdata.Aaaa) data).address());
            case SRV -> {
                var srv = (Rdata.Srv) data;
                out.u16(srv.priority());
                out.u16(srv.weight());
                out.u16(srv.port());
                out.name(srv.target());
            }
            case NAPTR -> {
                var naptr = (Rdata.Naptr) data;
                out.u16(naptr.order());
                out.u16(naptr.preference());
                out.string(naptr.flags());
                out.string(naptr.services());
                out.string(naptr.regexp());
                out.name(naptr.replacement());
            }
            case DNAME -> out.name(((Rdata.Dname) data).target());
            case CAA -> {
                var caa = (Rdata.Caa) data;
                out.u8(caa.flags());
                out.tag(caa.tag());
                out.text(caa.value());
            }
            case DS -> {
                var ds = (Rdata.Ds) data;
                out.u16(ds.keyTag());
                out.u8(ds.algorithm());
                out.u8(ds.digestType());
                out.hex(ds.digest());
            }
            case DNSKEY -> {
                var key = (Rdata.Dnskey) data;
                out.u16(key.flags());
                out.u8(key.protocol());
                out.u8(key.algorithm());
                out.base64(key.publicKey());
            }
            case RRSIG -> {
                var rrsig = (Rdata.Rrsig) data;
                out.type(rrsig.typeCovered());
                out.u8(rrsig.algorithm());
                out.u8(rrsig.labels());
                out.u32(rrsig.originalTtl());
                out.time(rrsig.expiration());
                out.time(rrsig.inception());
                out.u16(rrsig.keyTag());
                out.name(rrsig.signer());
                out.base64(rrsig.signature());
            }
            case NSEC -> {
                out.name(((Rdata.Nsec) data).next());
                out.bitmap(((Rdata.Nsec) data).types());
            }
            case NSEC3 -> {
                var nsec3 = (Rdata.Nsec3) data;
                out.u8(nsec3.algorithm());
                out.u8(nsec3.flags());
                out.u16(nsec3.iterations());
                out.salt(nsec3.salt());
                out.hash(nsec3.nextHash());
                out.bitmap(nsec3.types());
            }
            case NSEC3PARAM -> {
                var param = (Rdata.Nsec3param) data;
                out.u8(param.algorithm());
                out.u8(param.flags());
                out.u16(param.iterations());
                out.salt(param.salt());
            }
            case TLSA -> {
                var tlsa = (Rdata.Tlsa) data;
                out.u8(tlsa.usage());
                out.u8(tlsa.selector());
                out.u8(tlsa.matchingType());
                out.hex(tlsa.association());
            }
            case SVCB -> {
                var svcb = (Rdata.Svcb) data;
                out.u16(svcb.priority());
                out.name(svcb.target());
                out.params(svcb.params());
            }
            case HTTPS -> {
                var https = (Rdata.Https) data;
                out.u16(https.priority());
                out.name(https.target());
                out.params(https.params());
            }
            case OPT -> out.options(((Rdata.Opt) data).options());
            default -> throw new AssertionError(data.type());
        }
    }
}
