package dev.ringwire.testing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cable from this host to a namespace of its own: one end here, where the JVM is, the other, {@code peer}, inside.
 * Both have an IPv4 and an IPv6 address that work at once (no duplicate address detection).
 */
public final class VethPair implements AutoCloseable {
    // 198.18.0.0/15 is set aside for tests of network devices (RFC 2544) and has 2^15 networks of four addresses.
    private static final AtomicInteger NETWORK =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 61 & 0x7fff));

    private final Netns netns;
    private final String here = Netns.uniqueName("h");
    private final String peer = "peer0";
    private final int network = NETWORK.getAndIncrement() & 0x7fff;

    private VethPair(Netns netns) {
        this.netns = netns;
    }

    /** Makes one whose ends are up. */
    public static VethPair create() {
        VethPair pair = new VethPair(Netns.create());
        try {
            pair.connect();
            return pair;
        } catch (RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    private void connect() {
        Command.run("ip", "link", "add", here, "type", "veth", "peer", "name", peer, "netns", netns.name());
        Command.run("sysctl", "-qw", "net.ipv6.conf." + here + ".accept_dad=0");
        netns.run("sysctl", "-qw", "net.ipv6.conf." + peer + ".accept_dad=0");
        Command.run("ip", "addr", "add", address() + "/30", "dev", here);
        Command.run("ip", "addr", "add", address6() + "/64", "dev", here, "nodad");
        netns.run("ip", "addr", "add", peerAddress() + "/30", "dev", peer);
        netns.run("ip", "addr", "add", peerAddress6() + "/64", "dev", peer, "nodad");
        netns.run("ip", "link", "set", peer, "up");
        Command.run("ip", "link", "set", here, "up");
    }

    /** Makes both ends anew under the same names, after one was deleted. */
    public void connectAgain() {
        connect();
    }

    /** Turns off what lets frames longer than the MTU and unfinished checksums pass, on both ends. */
    public VethPair withoutOffloads() {
        var off = List.of("tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off");
        Command.run(join("ethtool", "-K", here, off));
        netns.run(join("ethtool", "-K", peer, off));
        return this;
    }

    private static String[] join(String program, String option, String device, List<String> features) {
        String[] command = new String[3 + features.size()];
        command[0] = program;
        command[1] = option;
        command[2] = device;
        for (int i = 0; i < features.size(); i++) {
            command[3 + i] = features.get(i);
        }
        return command;
    }

    /** The namespace of the far end. */
    public Netns netns() {
        return netns;
    }

    /** The interface on this side. */
    public String here() {
        return here;
    }

    /** The interface in the namespace. */
    public String peer() {
        return peer;
    }

    /** IPv4 address on this side. */
    public String address() {
        return ipv4(1);
    }

    /** IPv4 address in the namespace. */
    public String peerAddress() {
        return ipv4(2);
    }

    /** IPv6 address on this side. */
    public String address6() {
        return ipv6(1);
    }

    /** IPv6 address in the namespace. */
    public String peerAddress6() {
        return ipv6(2);
    }

    private String ipv4(int host) {
        int low = network << 2 | host;
        return "198." + (18 + (low >>> 16)) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    private String ipv6(int host) {
        return "fd00:5257:" + Integer.toHexString(network) + "::" + host;
    }

    @Override
    public void close() {
        // The kernel deletes the interfaces of a namespace later than its name.
        Command.attempt(List.of("ip", "link", "del", here));
        netns.close();
    }
}
