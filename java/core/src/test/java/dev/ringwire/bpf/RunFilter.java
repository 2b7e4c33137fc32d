package dev.ringwire.bpf;

import dev.ringwire.frame.Frame;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The kernel and libpcap's interpreter, asked by the C program run_filter about the same frames for any programs. */
final class RunFilter implements AutoCloseable {
    /** What libpcap or the kernel answer where they cannot. */
    static final int REFUSED = -1;

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;
    private final int frames;

    /** Skips the test where that program was not built. */
    RunFilter(List<Frame> frames) throws IOException {
        String program = System.getProperty("ringwire.test.runFilter", "");
        Assumptions.assumeTrue(!program.isEmpty() && Files.isExecutable(Path.of(program)), "no run_filter here");
        this.frames = frames.size();
        process = new ProcessBuilder(program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        from = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        to.writeInt(frames.size());
        for (Frame frame : frames) {
            to.writeInt(frame.length());
            to.write(frame.bytes());
        }
    }

    /** What one program makes of each frame: libpcap's result, and the bytes that the kernel lets through. */
    record Answers(IntBuffer libpcap, IntBuffer kernel) {}

    Answers ask(BpfProgram program) throws IOException {
        long[] instructions = program.instructions();
        to.writeInt(instructions.length);
        for (long instruction : instructions) {
            to.writeLong(instruction);
        }
        to.flush();
        Answers answers = new Answers(IntBuffer.allocate(frames), IntBuffer.allocate(frames));
        for (int i = 0; i < frames; i++) {
            answers.libpcap.put(i, from.readInt());
            answers.kernel.put(i, from.readInt());
        }
        return answers;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        from.close();
    }
}
