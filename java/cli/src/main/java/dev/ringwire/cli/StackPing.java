package dev.ringwire.cli;

import dev.ringwire.stack.network.PingReply;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ExitCode;

/** Echo requests of a stack, one after the other. */
final class StackPing {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int PAYLOAD = 56;
    private static final double MILLIS = 1e6;
    private static final long NANOS = 1_000_000_000;

    private final Console console;
    private final StackHost host;
    private final String target;
    private final Long count;
    private final double interval;
    private final PingStatistics statistics = new PingStatistics();

    StackPing(Console console, StackHost host, String target, Long count, double interval) {
        this.console = console;
        this.host = host;
        this.target = target;
        this.count = count;
        this.interval = interval;
    }

    /** Goes on until all are sent and answered, or the user ends it; 1 if none was answered. */
    int run() throws IOException {
        InetAddress address = host.lookUp(target);
        if (address == null) {
            return Subcommand.INTERRUPTED;
        }
        byte[] payload = new byte[PAYLOAD];
        for (int i = 0; i < PAYLOAD; i++) {
            payload[i] = (byte) i;
        }
        console.print("PING " + PingCommand.text(address) + " over "
                + host.device().name() + ": " + PAYLOAD + " bytes of data\n");
        try {
            long next = System.nanoTime();
            while (!host.interrupted() && (count == null || statistics.sent() < count)) {
                statistics.sentOne();
                PingReply reply =
                        host.ask(result -> host.stack().icmp().ping(address, payload, PATIENCE, result::complete));
                if (reply == null) {
                    break;
                }
                print(reply);
                next += (long) (interval * NANOS);
                if (count == null || statistics.sent() < count) {
                    host.pauseUntil(next);
                }
            }
        } finally {
            console.print(statistics.summary(target));
        }
        return statistics.received() > 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(PingReply reply) throws IOException {
        String from = PingCommand.text(reply.from());
        if (reply.outcome() == PingReply.Outcome.REPLIED) {
            double millis = reply.nanos() / MILLIS;
            statistics.reply(millis);
            console.print(String.format(
                    Locale.ROOT,
                    "%d bytes from %s: icmp_seq=%d ttl=%d time=%.3f ms%n",
                    reply.bytes() + 8,
                    from,
                    reply.sequence(),
                    reply.ttl(),
                    millis));
            return;
        }
        boolean silent = reply.outcome() == PingReply.Outcome.TIMED_OUT;
        if (!silent) {
            statistics.error();
        }
        console.print((silent ? "No answer from " : "From ") + from + ": icmp_seq=" + reply.sequence()
                + (silent ? "" : " " + words(reply.outcome())) + "\n");
    }

    private static String words(PingReply.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
