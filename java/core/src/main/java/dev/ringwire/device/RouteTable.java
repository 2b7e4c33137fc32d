package dev.ringwire.device;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Finds the default route, and gateways, in Linux's {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
final class RouteTable {
    private static final int RTF_UP = 0x0001;
    private static final int RTF_GATEWAY = 0x0002;
    private static final int RTF_REJECT = 0x0200;

    private RouteTable() {}

    /** Columns: interface, destination, gateway, flags, references, use, metric, mask, ... after a heading. */
    static Optional<String> defaultIpv4(List<String> lines) {
        var best = new Best();
        for (String line : lines) {
            String[] column = line.trim().split("\\s+");
            if (column.length >= 8 && column[1].equals("00000000") && column[7].equals("00000000")) {
                best.offer(column[0], Integer.parseInt(column[3], 16), Long.parseLong(column[6]));
            }
        }
        return best.name();
    }

    /** Columns: destination, its prefix, source, its prefix, next hop, metric, references, use, flags, interface. */
    static Optional<String> defaultIpv6(List<String> lines) {
        var best = new Best();
        for (String line : lines) {
            String[] column = line.trim().split("\\s+");
            if (column.length >= 10 && column[0].matches("0{32}") && column[1].equals("00")) {
                best.offer(column[9], Integer.parseUnsignedInt(column[8], 16), Long.parseLong(column[5], 16));
            }
        }
        return best.name();
    }

    /** The gateway of the most specific route to an address over an interface; nothing where there is none. */
    static Optional<byte[]> gatewayIpv4(List<String> lines, String interfaceName, byte[] destination) {
        var best = new BestGateway(destination);
        for (String line : lines) {
            String[] column = line.trim().split("\\s+");
            if (column.length >= 8 && column[0].equals(interfaceName)) {
                best.offer(
                        octets(ofWord(column[1])),
                        Integer.bitCount(ofWord(column[7])),
                        octets(ofWord(column[2])),
                        Integer.parseInt(column[3], 16),
                        Long.parseLong(column[6]));
            }
        }
        return best.gateway();
    }

    /** The same of IPv6. */
    static Optional<byte[]> gatewayIpv6(List<String> lines, String interfaceName, byte[] destination) {
        var best = new BestGateway(destination);
        for (String line : lines) {
            String[] column = line.trim().split("\\s+");
            if (column.length >= 10 && column[9].equals(interfaceName)) {
                best.offer(
                        HexFormat.of().parseHex(column[0]),
                        Integer.parseInt(column[1], 16),
                        HexFormat.of().parseHex(column[4]),
                        Integer.parseUnsignedInt(column[8], 16),
                        Long.parseLong(column[5], 16));
            }
        }
        return best.gateway();
    }

    /** Four octets that the kernel prints as a number of its own byte order. */
    private static int ofWord(String digits) {
        int word = Integer.parseUnsignedInt(digits, 16);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word;
    }

    private static byte[] octets(int address) {
        return new byte[] {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
    }

    private static final class BestGateway {
        private final byte[] destination;
        private Optional<byte[]> gateway = Optional.empty();
        private int longest = -1;
        private long metric;

        BestGateway(byte[] destination) {
            this.destination = destination;
        }

        void offer(byte[] network, int prefix, byte[] by, int flags, long itsMetric) {
            boolean usable = (flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0;
            boolean better = prefix > longest || prefix == longest && itsMetric < metric;
            if (usable && better && isIn(network, prefix)) {
                longest = prefix;
                metric = itsMetric;
                gateway = (flags & RTF_GATEWAY) != 0 ? Optional.of(by) : Optional.empty();
            }
        }

        private boolean isIn(byte[] network, int prefix) {
            for (int i = 0; i < prefix; i++) {
                int bit = 0x80 >>> (i & 7);
                if (((network[i >> 3] ^ destination[i >> 3]) & bit) != 0) {
                    return false;
                }
            }
            return true;
        }

        Optional<byte[]> gateway() {
            return gateway;
        }
    }

    private static final class Best {
        private Optional<String> name = Optional.empty();
        private long metric = Long.MAX_VALUE;

        void offer(String interfaceName, int flags, long itsMetric) {
            if ((flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0 && itsMetric < metric) {
                name = Optional.of(interfaceName);
                metric = itsMetric;
            }
        }

        Optional<String> name() {
            return name;
        }
    }
}
