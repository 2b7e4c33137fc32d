package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines as kernels print them. */
class RouteTableTest {
    private static final String HEADING =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    @Test
    void takesTheIpv4DefaultRouteOfTheLowestMetric() {
        assertEquals(
                Optional.of("wlan0"),
                RouteTable.defaultIpv4(List.of(
                        HEADING,
                        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0   ",
                        "eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0   ",
                        "eth2\t00000000\t0101A8C0\t0202\t0\t0\t1\t00000000\t0\t0\t0   ",
                        "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0   ",
                        "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0   ")));
        assertEquals(Optional.empty(), RouteTable.defaultIpv4(List.of(HEADING)));
        assertEquals(Optional.empty(), RouteTable.defaultIpv4(List.of("", "torn line")));
    }

    @Test
    void takesTheIpv6DefaultRouteButNotTheOneThatRejects() {
        String zeros = "0".repeat(32);
        String reject = zeros + " 00 " + zeros + " 00 " + zeros + " ffffffff 00000001 00000000 00200200       lo";
        assertEquals(
                Optional.of("eth0"),
                RouteTable.defaultIpv6(List.of(
                        "fd000000000000000000000000000000 40 " + zeros + " 00 " + zeros
                                + " 00000100 00000001 00000000 00000001     eth1",
                        zeros + " 00 " + zeros + " 00 fe800000000000000000000000000001"
                                + " 00000400 00000001 00000000 00000003     eth0",
                        reject)));
        assertEquals(Optional.empty(), RouteTable.defaultIpv6(List.of(reject)));
    }
}
