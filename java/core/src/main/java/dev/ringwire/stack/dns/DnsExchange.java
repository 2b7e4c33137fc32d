package dev.ringwire.stack.dns;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.StackContext;
import dev.ringwire.stack.Timer;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.UdpApplication;
import dev.ringwire.stack.transport.UdpLayer;
import dev.ringwire.stack.transport.UdpSession;
import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.dns.DnsClass;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsName;
import dev.ringwire.wire.dns.DnsQuestion;
import dev.ringwire.wire.dns.Edns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One question put to the servers in turn until one of them answers. Each server is asked from a random port of its own
 * with a random identifier, and only what comes from its address and port to that port with that identifier and question
 * is an answer (RFC 5452 section 9). A late one is good until the end.
 */
final class DnsExchange {
    /** What the end of it is told to. */
    interface Result {
        void answered(DnsMessage message);

        void failed(UnknownHostException error);
    }

    /** No path cuts a message of that length, nearly (DNS flag day 2020). */
    private static final int UDP_PAYLOAD = 1232;

    private static final int HEADER = 12;
    private static final int NO_ERROR = 0;
    private static final int FORMAT_ERROR = 1;
    private static final int NO_SUCH_NAME = 3;
    private static final int NOT_IMPLEMENTED = 4;

    /** A connection and its answer take a few round trips. */
    private static final int STREAM_PATIENCE = 5;

    private final StackContext context;
    private final UdpLayer udp;
    private final DnsSettings settings;
    private final DnsCounters counters;
    private final DnsStream stream;
    private final DnsQuery query;
    private final Result result;
    private final Peer[] peers;
    private final Timer timer;
    private int turn = -1;
    private @Nullable String problem;
    private boolean over;

    DnsExchange(
            StackContext context,
            UdpLayer udp,
            DnsSettings settings,
            DnsCounters counters,
            DnsStream stream,
            DnsQuery query,
            Result result) {
        this.context = context;
        this.udp = udp;
        this.settings = settings;
        this.counters = counters;
        this.stream = stream;
        this.query = query;
        this.result = result;
        peers = settings.servers.stream().map(Peer::new).toArray(Peer[]::new);
        timer = context.timers().timer(this::next);
    }

    void start() {
        next();
    }

    /** Asks the next server that may still answer. */
    private void next() {
        while (++turn < peers.length * settings.rounds) {
            Peer peer = peers[turn % peers.length];
            if (!peer.useless && peer.ask()) {
                if (turn > 0) {
                    counters.repeated++;
                }
                timer.after(settings.timeoutNanos << turn / peers.length);
                return;
            }
        }
        end();
        counters.failures++;
        result.failed(new UnknownHostException(query.name() + ": " + failure()));
    }

    private String failure() {
        if (peers.length == 0) {
            return "no DNS server is known to this stack";
        }
        if (problem != null) {
            return problem;
        }
        StringBuilder all = new StringBuilder("no answer from ");
        for (Peer peer : peers) {
            all.append(peer == peers[0] ? "" : ", ").append(peer);
        }
        return all.append(" in ").append(settings.rounds).append(" rounds").toString();
    }

    /** Closes everything; nothing is told any more. */
    private void end() {
        over = true;
        timer.cancel();
        for (Peer peer : peers) {
            peer.close();
        }
    }

    /** One server. */
    private final class Peer implements UdpApplication, DnsStream.Result {
        private final InetSocketAddress address;
        private final int id = context.random().nextInt(1 << 16);
        private final DnsName name = settings.mixedCase ? mixed(query.name()) : query.name();
        private boolean edns = true;
        private boolean useless;
        private @Nullable UdpSession session;
        private @Nullable Runnable giveUpStream;

        Peer(InetSocketAddress address) {
            this.address = address;
        }

        private byte[] message() {
            DnsMessage.Builder message = DnsMessage.builder()
                    .id(id)
                    .recursionDesired(true)
                    .question(new DnsQuestion(name, query.type(), DnsClass.IN));
            return (edns ? message.edns(Edns.of(UDP_PAYLOAD, false)) : message)
                    .build()
                    .toBytes();
        }

        /** False if it cannot be asked. */
        boolean ask() {
            try {
                UdpSession from = session;
                if (from == null) {
                    from = udp.bind(0).connect(address).application(this);
                    session = from;
                }
                from.send(ByteBuffer.wrap(message()));
                counters.sent++;
                return true;
            } catch (IOException e) {
                problem = this + " cannot be asked: " + e.getMessage();
                return false;
            }
        }

        @Override
        public void received(UdpSession from, Datagram datagram) {
            if (over) {
                return;
            }
            // Most of what is forged is found out here.
            if (datagram.length() < HEADER || Bits.u16(datagram.bytes(), datagram.offset()) != id) {
                counters.ignored++;
                return;
            }
            read(datagram.toBytes(), false);
        }

        /** ICMP is forged easily: it only makes this wait shorter. */
        @Override
        public void failed(UdpSession from, IOException error) {
            if (!over && peers[turn % peers.length] == this && giveUpStream == null) {
                problem = "nothing answers at " + this + ": " + error.getMessage();
                next();
            }
        }

        @Override
        public void answered(byte[] message) {
            giveUpStream = null;
            read(message, true);
        }

        @Override
        public void failed(IOException error) {
            giveUpStream = null;
            fail("its answer over TCP failed: " + error.getMessage());
        }

        private void read(byte[] bytes, boolean whole) {
            DnsMessage message;
            try {
                message = DnsMessage.decode(bytes);
            } catch (DecodeException e) {
                refuse(whole, "its answer is damaged: " + e.getMessage());
                return;
            }
            if (!fits(message)) {
                refuse(whole, "its answer is to another question");
            } else if (message.isTruncated() && !whole) {
                counters.truncated++;
                overTcp();
            } else {
                take(message);
            }
        }

        /** What is no answer: over UDP anybody can send it, over TCP no other will come. */
        private void refuse(boolean whole, String why) {
            counters.ignored++;
            if (whole) {
                fail(why);
            }
        }

        private boolean fits(DnsMessage message) {
            if (!message.isResponse() || message.opcode() != 0 || message.id() != id) {
                return false;
            }
            if (message.questions().size() != 1) {
                // A server that does not understand the query may leave it out.
                return message.questions().isEmpty() && message.rcode() == FORMAT_ERROR;
            }
            DnsQuestion question = message.questions().get(0);
            return question.type() == query.type()
                    && question.dnsClass() == DnsClass.IN
                    && question.name().equals(name)
                    && (!settings.mixedCase || question.name().toString().equals(name.toString()));
        }

        private void overTcp() {
            if (giveUpStream == null && !useless) {
                timer.after(STREAM_PATIENCE * settings.timeoutNanos);
                Runnable giveUp = stream.exchange(address, message(), this);
                giveUpStream = over || useless ? null : giveUp;
            }
        }

        private void take(DnsMessage message) {
            int rcode = message.rcode();
            if (rcode == NO_ERROR && !isReferral(message) || rcode == NO_SUCH_NAME) {
                end();
                counters.answers++;
                result.answered(message);
            } else if (edns && (rcode == FORMAT_ERROR || rcode == NOT_IMPLEMENTED)) {
                // An old server that does not know EDNS (RFC 6891 section 7).
                edns = false;
                counters.repeated++;
                if (!ask()) {
                    fail("it cannot be asked again");
                }
            } else {
                fail("it says " + message.rcodeText());
            }
        }

        /** It only says who else may know, and will not ask them. */
        private boolean isReferral(DnsMessage message) {
            return message.answers().isEmpty() && !message.isAuthoritative() && !message.isRecursionAvailable();
        }

        /** It need not be asked again. */
        private void fail(String why) {
            if (useless || over) {
                return;
            }
            useless = true;
            problem = this + ": " + why;
            boolean all = true;
            for (Peer peer : peers) {
                all &= peer.useless;
            }
            if (all || peers[turn % peers.length] == this) {
                next();
            }
        }

        void close() {
            if (session != null) {
                session.close();
            }
            Runnable giveUp = giveUpStream;
            if (giveUp != null) {
                giveUpStream = null;
                giveUp.run();
            }
        }

        @Override
        public String toString() {
            String host = address.getAddress().getHostAddress();
            return address.getPort() == DnsSettings.PORT ? host : host + " port " + address.getPort();
        }
    }

    /** The same name with letters large or small at random. Its escapes have no letters. */
    private DnsName mixed(DnsName name) {
        StringBuilder text = new StringBuilder(name.toString());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
                    && context.random().nextBoolean()) {
                text.setCharAt(i, (char) (c ^ 0x20));
            }
        }
        return DnsName.of(text.toString());
    }
}
