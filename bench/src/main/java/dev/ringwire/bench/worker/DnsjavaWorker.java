package dev.ringwire.bench.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * dnsjava as a worker: {@code load FILE}; {@code records PASSES} with the sum of {@link DnsWorker}; any
 * other word for the names alone.
 */
public final class DnsjavaWorker {
    private List<byte[]> messages = List.of();

    private DnsjavaWorker() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        Conversation.serve(new DnsjavaWorker()::answer);
    }

    private String answer(String[] words) throws IOException {
        if (words[0].equals("load")) {
            messages = DnsMessages.read(Path.of(words[1]));
            return "ok=1";
        }
        boolean records = words[0].equals("records");
        int passes = Integer.parseInt(words[1]);
        long start = Conversation.cpuNanos();
        long sum = 0;
        for (int i = 0; i < passes; i++) {
            for (byte[] message : messages) {
                sum += records ? records(message) : names(message);
            }
        }
        return Conversation.packets((long) passes * messages.size(), Conversation.cpuNanos() - start) + " sum=" + sum;
    }

    private static long names(byte[] bytes) throws IOException {
        Message message = new Message(bytes);
        long sum = 0;
        for (int section = Section.QUESTION; section <= Section.ADDITIONAL; section++) {
            for (Record r : message.getSection(section)) {
                sum += r.getName().length();
            }
        }
        return sum;
    }

    private static long records(byte[] bytes) throws IOException {
        Message message = new Message(bytes);
        long sum = 0;
        for (Record q : message.getSection(Section.QUESTION)) {
            sum += q.getName().length() + q.getType() + q.getDClass();
        }
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (Record r : message.getSection(section)) {
                sum += r.getName().length() + r.getType() + r.getDClass() + r.getTTL() + data(r);
            }
        }
        return sum;
    }

    private static long data(Record r) {
        if (r instanceof ARecord a) {
            return ByteBuffer.wrap(a.getAddress().getAddress()).getInt() & 0xffff_ffffL;
        } else if (r instanceof CNAMERecord cname) {
            return cname.getTarget().length();
        } else if (r instanceof NSRecord ns) {
            return ns.getTarget().length();
        } else if (r instanceof PTRRecord ptr) {
            return ptr.getTarget().length();
        } else if (r instanceof MXRecord mx) {
            return mx.getPriority() + mx.getTarget().length();
        } else if (r instanceof SOARecord soa) {
            return soa.getHost().length() + soa.getAdmin().length() + soa.getSerial() + soa.getMinimum();
        }
        throw new IllegalStateException("no such record was made: " + r);
    }
}
