package dev.ringwire.bench.compare;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A pair of virtual interfaces in the network namespace of the harness, which the launcher has made and which ends with
 * its last process.
 */
final class VethLink implements Closeable {
    private static final String SENDER = "gen0";
    /** The end that frames come out of. */
    static final String RECEIVER = "cap0";

    private VethLink() {}

    /** Makes the pair. No IPv6 there: its own packets would be counted. */
    static VethLink open() throws IOException, InterruptedException {
        if (!Boolean.getBoolean("ringwire.bench.netns")) {
            throw new IOException("no network namespace: \"unshare\" (util-linux) and \"ip\" (iproute2) are needed,"
                    + " and the right to use them");
        }
        Shell.run("ip", "link", "add", SENDER, "type", "veth", "peer", "name", RECEIVER);
        VethLink link = new VethLink();
        try {
            for (String end : List.of(SENDER, RECEIVER)) {
                Shell.run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/" + end + "/disable_ipv6 || true");
                Shell.run("ip", "link", "set", end, "mtu", "9000", "up");
            }
        } catch (IOException e) {
            link.close();
            throw e;
        }
        return link;
    }

    /** The end that frames go into. */
    String sender() {
        return SENDER;
    }

    @Override
    public void close() throws IOException {
        try {
            Shell.run("ip", "link", "del", SENDER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
