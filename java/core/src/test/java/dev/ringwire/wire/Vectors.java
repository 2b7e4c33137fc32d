package dev.ringwire.wire;

import java.util.HexFormat;
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
        return all;
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
