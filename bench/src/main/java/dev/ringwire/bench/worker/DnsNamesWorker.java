package dev.ringwire.bench.worker;

import dev.ringwire.accel.Accelerators;
import dev.ringwire.accel.JavaNameDecompressor;
import dev.ringwire.accel.Memory;
import dev.ringwire.accel.NameDecompressor;
import dev.ringwire.accel.NameTable;
import dev.ringwire.accel.NativeNameDecompressor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Our name decompressor as a worker: {@code load FILE}; {@code bytes PASSES}; {@code strings PASSES}. */
public final class DnsNamesWorker {
    private final NameDecompressor names;
    private final NameTable table = new NameTable();
    private Memory memory = Memory.allocate(1);
    private int[] offsets = {0};

    private DnsNamesWorker(NameDecompressor names) {
        this.names = names;
    }

    /** Takes "chosen", "java" or "native". */
    public static void main(String[] arguments) throws IOException {
        NameDecompressor names = switch (arguments[0]) {
            case "java" -> new JavaNameDecompressor();
            case "native" -> new NativeNameDecompressor();
            default -> Accelerators.names();
        };
        Conversation.serve(new DnsNamesWorker(names)::answer);
    }

    private String answer(String[] words) throws IOException {
        if (words[0].equals("load")) {
            load(DnsMessages.read(Path.of(words[1])));
            return "ok=1";
        }
        int passes = Integer.parseInt(words[1]);
        boolean text = words[0].equals("strings");
        long start = Conversation.cpuNanos();
        long sum = 0;
        for (int i = 0; i < passes; i++) {
            sum += text ? strings() : bytes();
        }
        return Conversation.packets((long) passes * (offsets.length - 1), Conversation.cpuNanos() - start) + " sum="
                + sum;
    }

    /** One piece of memory, as a block of a ring would hold them. */
    private void load(List<byte[]> messages) {
        memory = Memory.allocate(messages.stream().mapToInt(m -> m.length).sum());
        offsets = new int[messages.size() + 1];
        for (int i = 0; i < messages.size(); i++) {
            memory.bytes().put(offsets[i], messages.get(i));
            offsets[i + 1] = offsets[i] + messages.get(i).length;
        }
    }

    private long bytes() throws IOException {
        long sum = 0;
        for (int i = 0; i + 1 < offsets.length; i++) {
            sum += decompress(i);
        }
        return sum;
    }

    private long strings() throws IOException {
        long sum = 0;
        for (int i = 0; i + 1 < offsets.length; i++) {
            int count = decompress(i);
            for (int name = 0; name < count; name++) {
                sum += table.text(name).length();
            }
        }
        return sum;
    }

    private int decompress(int i) throws IOException {
        int count = names.decompress(memory, offsets[i], offsets[i + 1] - offsets[i], table);
        if (count < 0) {
            throw new IOException(NameDecompressor.describe(count));
        }
        return count;
    }
}
