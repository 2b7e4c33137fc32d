package dev.ringwire.testing;

import java.util.List;

/**
 * A cable whose ends are both on this host, up, and silent: without IPv6, nothing crosses it but what a test sends.
 * Frames longer than the MTU and unfinished checksums do not pass.
 */
public final class VethHere implements AutoCloseable {
    private final String left = Netns.uniqueName("l");
    private final String right = Netns.uniqueName("r");

    private VethHere() {}

    /** Makes one whose ends are up. */
    public static VethHere create() {
        VethHere made = new VethHere();
        try {
            Command.run("ip", "link", "add", made.left, "type", "veth", "peer", "name", made.right);
            for (String end : List.of(made.left, made.right)) {
                Command.run("sysctl", "-qw", "net.ipv6.conf." + end + ".disable_ipv6=1");
                Command.run("ethtool", "-K", end, "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off");
                Command.run("ip", "link", "set", end, "up");
            }
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** One end. */
    public String left() {
        return left;
    }

    /** The other end. */
    public String right() {
        return right;
    }

    @Override
    public void close() {
        Command.attempt(List.of("ip", "link", "del", left));
    }
}
