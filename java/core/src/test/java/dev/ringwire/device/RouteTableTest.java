package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

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

    private static final List<String> IPV4 = List.of(
            HEADING,
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0   ",
            "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0   ",
            "eth0\t000200C0\tFE01A8C0\t0003\t0\t0\t100\t00FFFFFF\t0\t0\t0   ",
            "eth0\t000200C0\tFD01A8C0\t0003\t0\t0\t50\t00FFFFFF\t0\t0\t0   ");

    private static Optional<String> gatewayIpv4(String interfaceName, String destination) throws UnknownHostException {
        byte[] octets = InetAddress.getByName(destination).getAddress();
        return RouteTable.gatewayIpv4(IPV4, interfaceName, octets).map(RouteTableTest::text);
    }

    private static String text(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @EnabledIf("isLittleEndian")
    void takesTheGatewayOfTheMostSpecificIpv4Route() throws UnknownHostException {
        assertEquals(Optional.of("192.168.1.1"), gatewayIpv4("eth0", "198.51.100.1"));
        assertEquals(Optional.of("192.168.1.253"), gatewayIpv4("eth0", "192.0.2.1"));
        assertEquals(Optional.empty(), gatewayIpv4("eth0", "192.168.1.77"));
        assertEquals(Optional.empty(), gatewayIpv4("eth1", "198.51.100.1"));
    }

    static boolean isLittleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    @Test
    void takesTheGatewayOfTheMostSpecificIpv6Route() throws UnknownHostException {
        String zeros = "0".repeat(32);
        List<String> lines = List.of(
                "20010db8000000000000000000000000 20 " + zeros + " 00 " + zeros
                        + " 00000100 00000001 00000000 00000001     eth0",
                zeros + " 00 " + zeros + " 00 fe800000000000000000000000000001"
                        + " 00000400 00000001 00000000 00000003     eth0",
                zeros + " 00 " + zeros + " 00 " + zeros + " ffffffff 00000001 00000000 00200200       lo");
        byte[] far = InetAddress.getByName("2001:db9::1").getAddress();
        byte[] near = InetAddress.getByName("2001:db8::1").getAddress();
        assertEquals(
                Optional.of("fe80:0:0:0:0:0:0:1"),
                RouteTable.gatewayIpv6(lines, "eth0", far).map(RouteTableTest::text));
        assertEquals(Optional.empty(), RouteTable.gatewayIpv6(lines, "eth0", near));
        assertEquals(Optional.empty(), RouteTable.gatewayIpv6(lines, "lo", far));
    }
}
