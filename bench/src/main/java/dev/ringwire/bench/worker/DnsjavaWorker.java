package dev.ringwire.bench.worker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** dnsjava as a worker: {@code load FILE}; {@code run PASSES}. */
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
        int passes = Integer.parseInt(words[1]);
        long start = Conversation.cpuNanos();
        long sum = 0;
        for (int i = 0; i < passes; i++) {
            for (byte[] message : messages) {
                sum += names(message);
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
}
