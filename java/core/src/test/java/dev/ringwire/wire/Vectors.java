package dev.ringwire.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Ethernet frames that a Linux kernel sent over a veth pair with offloads off, so that every checksum is right. */
public final class Vectors {
    static final byte[] ARP_REQUEST =
            hex("ffffffffffff02000000000108060001080006040001020000000001c6120001000000000000c6120002");
    static final byte[] ICMP_ECHO = hex("02000000000202000000000108004500002422b4400040018bfdc6120001c6120002"
            + "0800d70114ed00010001020304050607");
    static final byte[] ICMP_PORT_UNREACHABLE =
            hex("020000000001020000000002080045c0003b250100004001c8d9c6120002c6120001"
                    + "03038941000000004500001f247a400040118a2cc6120001c6120002dfe70009000b215668690a");
    static final byte[] UDP =
            hex("02000000000202000000000108004500001f247a400040118a2cc6120001c6120002" + "dfe70009000b215668690a");
    static final byte[] TCP_SYN = hex("02000000000202000000000108004500003c26be4000400687d6c6120001c6120002"
            + "91e40063c4dd58ae00000000a002faf004d20000020405b40402080a1470f7ce000000000103030a");
    static final byte[] TCP_DATA = hex("02000000000202000000000108004500003a26c04000400687d6c6120001c6120002"
            + "91e40063c4dd58af4300eefd8018003fb52400000101080a1470f7cef16011d568656c6c6f0a");
    static final byte[] TCP6_DATA = hex("02000000000202000000000186dd6009046900260640"
            + "fd000000000000000000000000000001fd000000000000000000000000000002"
            + "a900006324173cc2a3d206c280180040dd7c00000101080a1b953af0a8c1a6f968656c6c6f0a");
    static final byte[] UDP6 = hex("02000000000202000000000186dd6004844a000b1140"
            + "fd000000000000000000000000000001fd000000000000000000000000000002"
            + "8aff0009000b086268690a");
    static final byte[] ICMP6_PORT_UNREACHABLE = hex("02000000000102000000000286dd600f3495003b3a40"
            + "fd000000000000000000000000000002fd000000000000000000000000000001"
            + "0104" + "0f04000000006004844a000b1140"
            + "fd000000000000000000000000000001fd0000000000000000000000000000028aff0009000b086268690a");
    static final byte[] NEIGHBOR_SOLICITATION = hex("3333ff00000202000000000186dd6000000000203aff"
            + "fd000000000000000000000000000001ff0200000000000000000001ff000002"
            + "87007d9700000000fd0000000000000000000000000000020101020000000001");
    /** A Multicast Listener Report behind a Hop-by-Hop header with a router alert. */
    static final byte[] HOP_BY_HOP = hex("33330000001602000000000286dd6000000000240001"
            + "fe80000000000000000000fffe000002ff020000000000000000000000000016"
            + "3a000502000001008f0072050000000104000000ff0200000000000000000001ff000002");
    /** The second fragment of an ICMP echo. */
    static final byte[] IPV4_LAST_FRAGMENT = hex("02000000000202000000000108004500002441"
            + "7000b94001ac88c6120001c6120002c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
    /** The second fragment of an ICMPv6 echo. */
    static final byte[] IPV6_LAST_FRAGMENT = hex("02000000000202000000000186dd6002088f00102c40"
            + "fd000000000000000000000000000001fd000000000000000000000000000002"
            + "3a0005a8036cd0b8a0a1a2a3a4a5a6a7");

    // Between a Linux kernel and dnsmasq, which sends router advertisements and answers DHCP.
    static final byte[] ROUTER_ADVERTISEMENT =
            hex("02000000000202000000000186dd6c04751d00803afffe80000000000000000000fffe000001fe800000000000000000"
                    + "00fffe00000286002016400007080000000000000000030440c000000e1000000e1000000000fd000000000000000000"
                    + "00000000000005010000000005dc01010200000000011f05000000000e10076578616d706c65036e65740004636f7270"
                    + "076578616d706c65036e657400001903000000000e10fd000000000000000000000000000053");
    static final byte[] NEIGHBOR_ADVERTISEMENT =
            hex("02000000000202000000000186dd6000000000203afffd000000000000000000000000000001fd000000000000000000"
                    + "00000000000288009c9be0000000fd0000000000000000000000000000010201020000000001");
    static final byte[] IGMP3_REPORT =
            hex("01005e000016020000000002080046c000340000400001023dd9c6120002e000001694040000220037eb000000020400"
                    + "0000ef01020305000001e8010203c0000207");
    static final byte[] IGMP2_REPORT =
            hex("01005e010204020000000002080046c000200000400001022cfec6120002ef010204940400001600f8f9ef010204");
    static final byte[] MLD2_REPORT =
            hex("33330000001602000000000286dd6000000000480001fe80000000000000000000fffe000002ff020000000000000000"
                    + "0000000000163a000502000001008f005ccc0000000204000000ff05000000000000000000000000009905000001ff3e"
                    + "0000000000000000000000001234fd000000000000000000000000000007");
    static final byte[] DHCP_DISCOVER =
            hex("ffffffffffff020000000002080045000125b6b940004011830f00000000ffffffff0044004301111848010106001234"
                    + "56780000800000000000000000000000000000000000020000000002"
                    + "00".repeat(192)
                    + "00000000000000000000638253633501010c04686f737437040103060f3d0701020000000002ff");
    static final byte[] DHCP_OFFER =
            hex("ffffffffffff020000000001080045c0014d879f000040112b2ec6120001ffffffff0043004401394fc8020106001234"
                    + "56780000800000000000c6120010c612000100000000020000000002"
                    + "00".repeat(192)
                    + "00000000000000000000638253633501023604c6120001330400000e103a04000007083b0400000c4e0104ffffff001c"
                    + "04c61200ff0304c61200010f0b6578616d706c652e6e65740604c6120035ff");

    /** From dns.pcap of packets. */
    private static final byte[] DNS_RESPONSE =
            hex("7831c1cbb256c0c1c0178ce80800450000a3000040003611819d04020201ac10109a00355aa1008f456fcabf81800001"
                    + "000400000000026131076573706e63646e03636f6d0000010001c00c0005000100000086001d0161076573706e63646e"
                    + "03636f6d09656467657375697465036e657400c02c0005000100002abf001205613135383902673106616b616d6169c0"
                    + "44c055000100010000000d000448f63823c055000100010000000d000448f63853");

    private Vectors() {}

    /** All of them by name. */
    public static Map<String, byte[]> all() {
        var all = new TreeMap<String, byte[]>();
        all.put("ARP_REQUEST", ARP_REQUEST);
        all.put("ICMP_ECHO", ICMP_ECHO);
        all.put("ICMP_PORT_UNREACHABLE", ICMP_PORT_UNREACHABLE);
        all.put("UDP", UDP);
        all.put("TCP_SYN", TCP_SYN);
        all.put("TCP_DATA", TCP_DATA);
        all.put("TCP6_DATA", TCP6_DATA);
        all.put("UDP6", UDP6);
        all.put("ICMP6_PORT_UNREACHABLE", ICMP6_PORT_UNREACHABLE);
        all.put("NEIGHBOR_SOLICITATION", NEIGHBOR_SOLICITATION);
        all.put("HOP_BY_HOP", HOP_BY_HOP);
        all.put("IPV4_LAST_FRAGMENT", IPV4_LAST_FRAGMENT);
        all.put("IPV6_LAST_FRAGMENT", IPV6_LAST_FRAGMENT);
        all.put("ROUTER_ADVERTISEMENT", ROUTER_ADVERTISEMENT);
        all.put("NEIGHBOR_ADVERTISEMENT", NEIGHBOR_ADVERTISEMENT);
        all.put("IGMP3_REPORT", IGMP3_REPORT);
        all.put("IGMP2_REPORT", IGMP2_REPORT);
        all.put("MLD2_REPORT", MLD2_REPORT);
        all.put("DHCP_DISCOVER", DHCP_DISCOVER);
        all.put("DHCP_OFFER", DHCP_OFFER);
        return all;
    }

    /** All of them, and frames with other protocols in them: to start fuzzing from. */
    public static List<byte[]> seeds() {
        var seeds = new ArrayList<>(all().values());
        seeds.addAll(TunnelVectors.all());
        seeds.add(DNS_RESPONSE);
        for (int version : new int[] {1, 5, 9}) {
            var flows = new NetFlow().version(version);
            seeds.add(Packet.of(
                            new Ethernet(),
                            new Ipv4(),
                            new Udp().dstPort(2055),
                            version == 9 ? flows : flows.records(2))
                    .toBytes(Fix.LENGTHS, Fix.CHECKSUMS));
        }
        return seeds;
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** The frame with an 802.1Q tag put in. */
    static byte[] tagged(byte[] frame, int tpid, int tci) {
        byte[] out = new byte[frame.length + 4];
        System.arraycopy(frame, 0, out, 0, 12);
        out[12] = (byte) (tpid >>> 8);
        out[13] = (byte) tpid;
        out[14] = (byte) (tci >>> 8);
        out[15] = (byte) tci;
        System.arraycopy(frame, 12, out, 16, frame.length - 12);
        return out;
    }
}
