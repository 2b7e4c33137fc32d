package dev.ringwire.cli;

import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** A connection whose end is worth a line: who, how much, how fast, and how it ended. */
abstract class Flow implements TcpApplication {
    private final Consumer<String> log;
    private long start;

    Flow(Consumer<String> log) {
        this.log = log;
    }

    @Override
    public void connectionMade(TcpSession session) {
        start = session.layer().context().now();
        log.accept(session.remote() + " connected");
    }

    @Override
    public void closed(TcpSession session, IOException error) {
        if (start == 0) {
            return;
        }
        long time = session.layer().context().now() - start;
        var counters = session.counters();
        log.accept(String.format(
                Locale.ROOT,
                "%s %s: received %d bytes (%s), sent %d bytes (%s) in %s, %d segments retransmitted",
                session.remote(),
                error == null ? "closed" : "ended by an error, " + error.getMessage(),
                counters.bytesReceived,
                Rates.bits(counters.bytesReceived, time),
                counters.bytesSent,
                Rates.bits(counters.bytesSent, time),
                Rates.seconds(time),
                counters.retransmitted));
    }
}
