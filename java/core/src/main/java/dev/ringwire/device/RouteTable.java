package dev.ringwire.device;

import java.util.List;
import java.util.Optional;

/** Finds the default route in Linux's {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
final class RouteTable {
    private static final int RTF_UP = 0x0001;
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
