package dev.ringwire.bench.compare;

import dev.ringwire.bench.worker.StackWorker;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What topics of the stack share: one client in C in the harness's namespace; and at the other end of a link each, the
 * same program in a namespace of its own, over veth, and our stack on TAP interfaces. All serve the same ports; a
 * namespace and its interfaces go with the process, a little later than it ends.
 */
final class StackLinks {
    static final int SOURCE = 7000;
    static final int SINK = 7001;
    static final int ECHO = 7002;
    static final int CLOSE = 7003;
    static final int BLOCKING_SINK = 7004;

    /** Addresses that the client has on each link. */
    static final int CLIENT_ADDRESSES = 16;

    private static final String PROGRAM = "tcp-stream";
    private static final int MTU = 1500;

    /** Names and addresses of links are never used again: those of the topic before may still be there. */
    private static final AtomicInteger LINKS = new AtomicInteger();

    private final Bench bench;
    private final Worker client;
    private final Worker kernel;

    /** One who serves. */
    record End(String name, Worker worker, String network) {
        String host() {
            return network + ".200";
        }

        String firstClient() {
            return network + ".1";
        }
    }

    private StackLinks(Bench bench, Worker client, Worker kernel) {
        this.bench = bench;
        this.client = client;
        this.kernel = kernel;
    }

    /** Starts the client; empty, and said, where it cannot be built. */
    static Optional<StackLinks> open(Bench bench) throws IOException, InterruptedException {
        if (!Boolean.getBoolean("ringwire.bench.netns")) {
            throw new IOException("no network namespace: \"unshare\" (util-linux) and \"ip\" (iproute2) are needed,"
                    + " and the right to use them");
        }
        Optional<Worker> client = bench.c(PROGRAM, List.of("tcp_stream.c"), "-pthread");
        if (client.isEmpty()) {
            return Optional.empty();
        }
        Worker kernel = bench.start(
                "kernel",
                List.of(
                        "unshare",
                        "--net",
                        bench.toolchain().output().resolve(PROGRAM).toString()));
        Shell.run("ip", "link", "set", "lo", "up");
        Shell.run("sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv4.ip_local_port_range=1024 65535");
        StackLinks links = new StackLinks(bench, client.get(), kernel);
        kernel.ask("serve " + SOURCE);
        return Optional.of(links);
    }

    Worker client() {
        return client;
    }

    /**
     * A veth pair to the kernel's own end.
     *
     * @param offloads whether checksums are left out and segments go uncut
     */
    End kernel(boolean offloads) throws IOException, InterruptedException {
        int number = LINKS.incrementAndGet();
        End end = new End("kernel-" + (offloads ? "offloads" : "plain"), kernel, network(number));
        String here = "bench" + number;
        String there = "peer" + number;
        String namespace = String.valueOf(kernel.pid());
        Shell.run("ip", "link", "add", here, "mtu", "" + MTU, "type", "veth", "peer", "name", there, "mtu", "" + MTU);
        Shell.run("ip", "link", "set", there, "netns", namespace);
        List<String> inside = List.of("nsenter", "--net", "--target", namespace);
        Shell.run(inside, "ip", "addr", "add", end.host() + "/24", "dev", there);
        Shell.run(inside, "ip", "link", "set", there, "up");
        if (!offloads) {
            String[] off = {"rx", "off", "tx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"};
            Shell.run(List.of("ethtool", "-K", here), off);
            Shell.run(Shell.join(inside, "ethtool", "-K", there), off);
        }
        client(here, end);
        return end;
    }

    /** A TAP interface with our stack behind it. */
    End ours(boolean vnet) throws IOException, InterruptedException {
        int number = LINKS.incrementAndGet();
        Worker worker = bench.java(StackWorker.class);
        End end = new End("ringwire-" + (vnet ? "vnet" : "plain"), worker, network(number));
        String tap = "bench" + number;
        worker.ask("open " + tap + " " + (vnet ? "vnet" : "plain") + " " + end.host() + "/24 " + SOURCE);
        client(tap, end);
        return end;
    }

    /** A TAP interface for another stack: made and given its addresses before that opens it. */
    End other(Worker worker, String name) throws IOException, InterruptedException {
        int number = LINKS.incrementAndGet();
        End end = new End(name, worker, network(number));
        Shell.run("ip", "tuntap", "add", "dev", "bench" + number, "mode", "tap");
        client("bench" + number, end);
        worker.ask("open bench" + number + " " + end.host() + " " + SOURCE);
        return end;
    }

    private static String network(int number) {
        return "198.18." + number;
    }

    private static void client(String device, End end) throws IOException, InterruptedException {
        for (int i = 1; i <= CLIENT_ADDRESSES; i++) {
            Shell.run("ip", "addr", "add", end.network() + "." + i + "/24", "dev", device);
        }
        Shell.run("ip", "link", "set", device, "up");
    }

    /** Has the client and this end run on these processors only. */
    void pin(End end, int clientCpu, int endCpu) throws IOException, InterruptedException {
        Shell.run("taskset", "-a", "-c", "-p", "" + clientCpu, "" + client.pid());
        Shell.run("taskset", "-a", "-c", "-p", "" + endCpu, "" + end.worker().pid());
    }

    /** Gbit/s of one stream. */
    double stream(String direction, End end, int port, int millis) throws IOException, InterruptedException {
        Map<String, String> answer = client.ask(direction + " " + end.host() + " " + port + " " + millis);
        return Double.parseDouble(answer.get("bytes")) * 8 / Double.parseDouble(answer.get("ns"));
    }

    /**
     * Connections opened and closed per second.
     *
     * @param close "fin" or "rst": how the client closes
     * @throws IOException if one failed
     */
    double openAndClose(End end, int seconds, String close) throws IOException, InterruptedException {
        Map<String, String> answer = client.ask("connect " + end.host() + " " + CLOSE + " " + end.firstClient() + " "
                + CLIENT_ADDRESSES + " " + seconds * 1000 + " " + close);
        if (!answer.get("failed").equals("0")) {
            throw new IOException(answer.get("failed") + " connections to " + end.name() + " failed");
        }
        return Double.parseDouble(answer.get("connections")) * 1e9 / Double.parseDouble(answer.get("ns"));
    }
}
