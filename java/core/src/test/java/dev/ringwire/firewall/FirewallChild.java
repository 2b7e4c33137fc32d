package dev.ringwire.firewall;

import java.io.IOException;
import java.net.InetAddress;

/** A JVM that blocks TCP to an address and port, says so, and waits to be killed. */
final class FirewallChild {
    private FirewallChild() {}

    /** Arguments: {@code nft} or {@code iptables}, address, port. */
    public static void main(String[] args) throws IOException {
        Firewall firewall = args[0].equals("nft")
                ? Firewall.open()
                : Firewall.open(null, Program.find("iptables"), Program.find("ip6tables"));
        firewall.block(Traffic.tcp(InetAddress.getByName(args[1]), Integer.parseInt(args[2])));
        System.out.println("blocked");
        System.in.read();
    }
}
