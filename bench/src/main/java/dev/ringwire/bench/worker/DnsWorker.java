package dev.ringwire.bench.worker;

import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsQuestion;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.Rdata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Our DNS messages as a worker: {@code load FILE}; {@code records PASSES}. Of each question and record the name's
 * length on the wire, type and class are read, of a record also its time to live and what its data says.
 */
public final class DnsWorker {
    private List<byte[]> messages = List.of();

    private DnsWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(new DnsWorker()::answer);
    }

    private String answer(String[] words) throws IOException {
        if (words[0].equals("load")) {
            messages = DnsMessages.read(Path.of(words[1]));
            return "ok=1";
        }
        int passes = Integer.parseInt(words[1]);
        long start = Conversation.cpuNanos();
        long sum = 0;
        for (int i = 0; i < passes; i++) {
            for (byte[] message : messages) {
                sum += records(DnsMessage.decode(message));
            }
        }
        return Conversation.packets((long) passes * messages.size(), Conversation.cpuNanos() - start) + " sum=" + sum;
    }

    private static long records(DnsMessage message) {
        long sum = 0;
        for (DnsQuestion q : message.questions()) {
            sum += q.name().length() + q.type() + q.dnsClass();
        }
        return sum + records(message.answers()) + records(message.authority()) + records(message.additional());
    }

    private static long records(List<DnsRecord> section) {
        long sum = 0;
        for (DnsRecord r : section) {
            sum += r.name().length() + r.type() + r.dnsClass() + r.ttl() + data(r.data());
        }
        return sum;
    }

    private static long data(Rdata data) {
        if (data instanceof Rdata.A a) {
            return a.address().bits() & 0xffff_ffffL;
        } else if (data instanceof Rdata.Cname cname) {
            return cname.target().length();
        } else if (data instanceof Rdata.Ns ns) {
            return ns.nameServer().length();
        } else if (data instanceof Rdata.Ptr ptr) {
            return ptr.target().length();
        } else if (data instanceof Rdata.Mx mx) {
            return mx.preference() + mx.exchange().length();
        } else if (data instanceof Rdata.Soa soa) {
            return soa.mname().length() + soa.rname().length() + soa.serial() + soa.minimum();
        }
        throw new IllegalStateException("no such record was made: " + data);
    }
}
