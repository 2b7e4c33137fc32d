package dev.ringwire.rewrite;

import dev.ringwire.bytes.Bits;

/** Addresses that messages about addresses have in them: of ARP, ICMP, IGMP, DHCP and NetFlow. */
final class Messages {
    private static final int DHCP_OPTIONS = 240;
    private static final int DHCP_COOKIE = 0x6382_5363;

    private final Edits e;

    Messages(Edits edits) {
        e = edits;
    }

    void arp() {
        if (e.from + 8 > e.to) {
            return;
        }
        int hardware = Bits.u8(e.b, e.from + 4);
        int protocol = Bits.u8(e.b, e.from + 5);
        boolean isIpv4 = protocol == 4 && Bits.u16(e.b, e.from + 2) == 0x0800;
        int at = e.from + 8;
        for (int i = 0; i < 2; i++) {
            e.linkLayer(hardware, at);
            if (isIpv4) {
                e.ipv4(at + hardware, i == 0);
            }
            at += hardware + protocol;
        }
    }

    void icmpv4(int end) {
        e.to = end;
        if (e.from + 8 > e.to) {
            return;
        }
        switch (Bits.u8(e.b, e.from)) {
            case 5 -> e.ipv4(e.from + 4, false);
            case 9 -> {
                // RFC 1256: router addresses with their preferences.
                int count = Bits.u8(e.b, e.from + 5) == 2 ? Bits.u8(e.b, e.from + 4) : 0;
                for (int i = 0; i < count; i++) {
                    e.ipv4(e.from + 8 + 8 * i, false);
                }
            }
            default -> {}
        }
    }

    /** Listener discovery (RFC 2710, 3810) and neighbour discovery (RFC 4861). */
    void icmpv6(int end) {
        e.to = end;
        if (e.from + 8 > e.to) {
            return;
        }
        switch (Bits.u8(e.b, e.from)) {
            case 130 -> query(16);
            case 131, 132 -> e.ipv6(e.from + 8, false);
            case 133 -> neighbourOptions(e.from + 8);
            case 134 -> neighbourOptions(e.from + 16);
            case 135, 136 -> {
                e.ipv6(e.from + 8, false);
                neighbourOptions(e.from + 24);
            }
            case 137 -> {
                e.ipv6(e.from + 8, false);
                e.ipv6(e.from + 24, false);
                neighbourOptions(e.from + 40);
            }
            case 143 -> records(16);
            default -> {}
        }
    }

    private void neighbourOptions(int options) {
        int p = options;
        while (p + 8 <= e.to) {
            int length = 8 * Bits.u8(e.b, p + 1);
            if (length == 0 || p + length > e.to) {
                return;
            }
            switch (Bits.u8(e.b, p)) {
                case 1, 2 -> e.linkLayer(length - 2, p + 2);
                case 3 -> e.prefix(p + 16, Bits.u8(e.b, p + 2), p + length);
                case 25 -> e.addresses(p + 8, (length - 8) / 16, 16, false); // RFC 8106: name servers
                default -> {}
            }
            p += length;
        }
    }

    /** RFC 2236 and 3376. */
    void igmp(int end) {
        e.to = end;
        if (e.from + 8 > e.to) {
            return;
        }
        switch (Bits.u8(e.b, e.from)) {
            case 0x11 -> query(4);
            case 0x12, 0x16, 0x17 -> e.ipv4(e.from + 4, false);
            case 0x22 -> records(4);
            default -> {}
        }
    }

    /** A query for members of a group of IGMP or listener discovery; how long it is says whether there are sources. */
    private void query(int size) {
        int group = size == 4 ? 4 : 8;
        e.address(e.from + group, size, false);
        int sources = e.from + group + size + 4;
        if (sources <= e.to) {
            e.addresses(sources, Bits.u16(e.b, sources - 2), size, true);
        }
    }

    /** The group records of a report of IGMPv3 or MLDv2. */
    private void records(int size) {
        int count = Bits.u16(e.b, e.from + 6);
        int p = e.from + 8;
        for (int i = 0; i < count && p + 4 + size <= e.to; i++) {
            int sources = Bits.u16(e.b, p + 2);
            e.address(p + 4, size, false);
            e.addresses(p + 4 + size, sources, size, true);
            p += 4 + size * (1 + sources) + 4 * Bits.u8(e.b, p + 1);
        }
    }

    /** RFC 2131 and 2132. */
    void dhcp() {
        if (e.from + 34 > e.to) {
            return;
        }
        e.addresses(e.from + 12, 4, 4, false);
        if (Bits.u8(e.b, e.from + 1) == 1) {
            e.linkLayer(Bits.u8(e.b, e.from + 2), e.from + 28);
        }
        int p = e.from + DHCP_OPTIONS;
        if (p > e.to || Bits.i32(e.b, p - 4) != DHCP_COOKIE) {
            return;
        }
        while (p + 2 <= e.to) {
            int code = Bits.u8(e.b, p);
            int length = Bits.u8(e.b, p + 1);
            if (code == 0) {
                p++;
                continue;
            }
            if (code == 255 || p + 2 + length > e.to) {
                return;
            }
            dhcpOption(code, p + 2, length);
            p += 2 + length;
        }
    }

    private void dhcpOption(int code, int at, int length) {
        switch (code) {
            // Routers, servers of many kinds, the addresses asked for and given.
            case 3,
                    4,
                    5,
                    6,
                    7,
                    8,
                    9,
                    10,
                    11,
                    16,
                    28,
                    32,
                    33,
                    41,
                    42,
                    44,
                    45,
                    48,
                    49,
                    50,
                    54,
                    65,
                    68,
                    69,
                    70,
                    71,
                    72,
                    73,
                    74,
                    75,
                    76,
                    85,
                    112,
                    118,
                    138,
                    150 -> e.addresses(at, length / 4, 4, false);
            case 61 -> {
                if (length == 7 && Bits.u8(e.b, at) == 1) {
                    e.mac(at + 1);
                }
            }
            case 82 -> relay(at, at + length);
            case 121, 249 -> routes(at, at + length);
            default -> {}
        }
    }

    /** Of the relay agent's information (RFC 3046): link (RFC 3527) and server (RFC 5107). */
    private void relay(int at, int end) {
        for (int p = at; p + 6 <= end; p += 2 + Bits.u8(e.b, p + 1)) {
            int code = Bits.u8(e.b, p);
            if ((code == 5 || code == 11) && Bits.u8(e.b, p + 1) == 4) {
                e.ipv4(p + 2, false);
            }
        }
    }

    /** RFC 3442: the length of a prefix, as many bytes as hold it, and a router. */
    private void routes(int at, int end) {
        int p = at;
        while (p < end) {
            int prefix = Bits.u8(e.b, p);
            int router = p + 1 + (prefix + 7 >>> 3);
            if (prefix > 32 || router + 4 > end) {
                return;
            }
            e.ipv4Prefix(p + 1, prefix);
            e.ipv4(router, false);
            p = router + 4;
        }
    }

    /** Versions 1 and 5: source, destination and next hop start each record. */
    void netFlow() {
        if (e.from + 4 > e.to) {
            return;
        }
        int version = Bits.u16(e.b, e.from);
        if (version != 1 && version != 5) {
            return;
        }
        int size = version == 1 ? 52 : 48;
        int p = e.from + (version == 1 ? 16 : 24);
        for (int left = Bits.u16(e.b, e.from + 2); left > 0 && p + size <= e.to; left--) {
            e.ipv4(p, true);
            e.ipv4(p + 4, false);
            e.ipv4(p + 8, false);
            p += size;
        }
    }
}
