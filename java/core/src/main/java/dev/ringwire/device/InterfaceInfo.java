package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A network interface of this host as it was when asked.
 *
 * @param name such as {@code eth0}
 * @param index the operating system's number of it; 0 if unknown
 * @param up whether it is switched on; that says nothing about the cable
 * @param loopback whether it only reaches this host
 * @param mtu largest packet in bytes without the link header; 0 if unknown
 * @param mac its hardware address, if it has one of 48 bits
 * @param addresses its IP addresses; often none
 */
public record InterfaceInfo(
        String name,
        int index,
        boolean up,
        boolean loopback,
        int mtu,
        Optional<MacAddress> mac,
        List<Address> addresses) {

    public InterfaceInfo {
        addresses = List.copyOf(addresses);
    }

    /**
     * An IP address with its network.
     *
     * @param address IPv4 or IPv6; link-local ones carry their scope
     * @param prefixLength leading bits that name the network
     */
    public record Address(InetAddress address, int prefixLength) {
        /** As in {@code 192.0.2.1/24}, without a scope. */
        @Override
        public String toString() {
            String text = address.getHostAddress();
            int scope = text.indexOf('%');
            return (scope < 0 ? text : text.substring(0, scope)) + "/" + prefixLength;
        }
    }
}
