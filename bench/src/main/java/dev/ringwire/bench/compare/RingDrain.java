package dev.ringwire.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A ring that filled while its reader slept, emptied: what a reader costs when the kernel does nothing beside it. */
final class RingDrain implements Topic {
    /** Long, so that blocks are full before they are handed over, however slow the sender. */
    private static final int BLOCK_TIMEOUT_MILLIS = 300;

    private static final int LONGEST_DRAIN_MILLIS = 5000;
    /** What a ring needs for a frame besides its bytes, for the most generous of the readers. */
    private static final int OVERHEAD = 112;

    @Override
    public String name() {
        return "ring-drain";
    }

    @Override
    public String summary() {
        return "drain of a full ring over veth against C, libpcap, gopacket afpacket and pcap4j's loop";
    }

    @Override
    public boolean needsRoot() {
        return true;
    }

    @Override
    public void run(Bench bench) throws IOException, InterruptedException {
        try (VethLink link = VethLink.open()) {
            Worker sender = Sender.start(bench);
            Map<String, Worker> ours = RingReceivers.ours(bench, "cursor", "handler");
            Map<String, Worker> peers = RingReceivers.peers(bench);
            int mebibytes = bench.quick() || Machine.availableMemory() < 1L << 30 ? 32 : 128;
            for (int length : new int[] {64, 1500}) {
                sender.ask("open " + link.sender() + " " + length + " bypass");
                long packets = (long) mebibytes * (1 << 20) / (length + OVERHEAD) * 95 / 100;
                bench.compare(
                        name(),
                        "CPU ns per packet of " + length + " B from a ring of " + mebibytes + " MiB",
                        Report.Better.LOWER,
                        2,
                        contestants(ours, "-" + length, w -> round(sender, w, mebibytes, packets)),
                        contestants(peers, "", w -> round(sender, w, mebibytes, packets)));
            }
        }
    }

    private interface Measure {
        double of(Worker worker) throws IOException, InterruptedException;
    }

    private static List<Contestant> contestants(Map<String, Worker> workers, String suffix, Measure measure) {
        List<Contestant> list = new ArrayList<>();
        workers.forEach((name, worker) -> list.add(new Contestant(name + suffix, () -> measure.of(worker))));
        return list;
    }

    private static double round(Worker sender, Worker receiver, int mebibytes, long packets)
            throws IOException, InterruptedException {
        receiver.ask("open " + VethLink.RECEIVER + " " + mebibytes + " " + (1 << 20) + " " + BLOCK_TIMEOUT_MILLIS);
        // The kernel may lose a single packet with room in the ring: no reader is to wait for it.
        sender.ask("run " + (packets + packets / 100));
        Thread.sleep(BLOCK_TIMEOUT_MILLIS + BLOCK_TIMEOUT_MILLIS / 2);
        Map<String, String> answer = receiver.ask("drain " + packets + " " + LONGEST_DRAIN_MILLIS);
        receiver.ask("close");
        long read = Long.parseLong(answer.get("packets"));
        if (read < packets / 2) {
            throw new IOException("the ring held only " + read + " packets of " + packets);
        }
        return Double.parseDouble(answer.get("ns")) / read;
    }
}
