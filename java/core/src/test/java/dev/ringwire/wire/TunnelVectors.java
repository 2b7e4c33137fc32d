package dev.ringwire.wire;

import java.util.List;

/** Frames with tunnels, from the test captures of other projects. */
final class TunnelVectors {
    /** From mpls-in-vlan.pcap of zeek. */
    static final byte[] MPLS = Vectors.hex(
            "0008e34141410008e341414181000d478847000fe03c0006313c450002c658f640003d06b72c4141414141414141ef09"
                    + "00509cc1e6765f072ed280186388c19400000101080a00a460de48bb5618474554202f41414141414141");

    /** From gre-sample.pcap of zeek. */
    static final byte[] GRE = Vectors.hex(
            "00c0ca14b05200022d564afd08004500004c00004000ff2f1e61ac1b0142423b6d89000008004500003455d740004006"
                    + "84d4423b6fbeac1c02039d480016307f70e8f9565d9980101670399000000101080a06b1255f003d04a1");

    /** From vxlan-encapsulated-igmp-v2.pcap of zeek. */
    static final byte[] VXLAN = Vectors.hex(
            "0242ac1e00020242c5681bd2080045000052bb45400040112716ac1e0001ac1e0002bba412b5003e588f080000000010"
                    + "920001005e0000fbd2ae9840c2b5080046000020f46600000102857dc0a80950e00000fb9404000016000904e00000fb");

    /** From geneve-many-options.pcap of zeek. */
    static final byte[] GENEVE = Vectors.hex(
            "72c4944856a80011223344550800450000b20000000040112416c0a821b3c0a8b3211a0b17c1009e62db130065580c01"
                    + "2e0001000104313233343536373839306162636465000100020930313233343536373839616263646566303132333435"
                    + "36373839616263646566300000000100030330313233343536373839000062947530e18f26ed54f8c428080045000034"
                    + "62e04000400688780a0000e25fd9e4b098b0005091ead1cad7d4749c801001fb4f9200000101080ad2262515052e5d65");

    /** From pppoes.pcap of tcpdump. */
    static final byte[] PPPOE_SESSION =
            Vectors.hex("000218030007000423a95d8e886411000017000ec021096a000ca4cbea340ee2f609");

    /** From input.pcap of suricata-verify. */
    static final byte[] PPPOE_OFFER = Vectors.hex(
            "0000cd381343ee86e2f9705788631107000000300102000474657374010100047465737401040014afb0dfbe9a018fc9"
                    + "fa8ce5c41f47a97b1c522b000103000400001761");

    /** From sctp-www.cap of pkts. */
    static final byte[] SCTP = Vectors.hex(
            "00049608e040000e2e24375f080045020024001140004084bcff9be6189bcbfffcc28045005013896007ae517e100e00"
                    + "0004");

    /** From gre-erspan3-dot1q.pcap of zeek. */
    static final byte[] ERSPAN_III = Vectors.hex(
            "0242ac1f018700aecd0007c708004500009200000000402f1f61ac1f0117ac1f0187000022eb200a000070507e550000"
                    + "00070c00000315f742e80050568b6dc700aecd000cf18100000a080045000054bae6400040011363ac1f0a1fac1f0a02"
                    + "080006ba002b000440b9575e00000000982c020000000000101112131415161718191a1b1c1d1e1f2021222324252627"
                    + "28292a2b2c2d2e2f3031323334353637");

    /** From pptp.pcap of tcpdump. */
    static final byte[] PPTP = Vectors.hex(
            "0800209f6b7200000000000008004500005003bc0000802f20ad0a01010b0a01010a3001880b0030000000000000ff03"
                    + "c0210100002c0506021952cf070208020d03061104064e13170129f76a9077f1472c835247f271d656070000000c");

    private TunnelVectors() {}

    static List<byte[]> all() {
        return List.of(MPLS, GRE, VXLAN, GENEVE, PPPOE_SESSION, PPPOE_OFFER, SCTP, ERSPAN_III, PPTP);
    }
}
