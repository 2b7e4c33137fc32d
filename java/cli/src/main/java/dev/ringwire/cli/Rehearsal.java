package dev.ringwire.cli;

import dev.ringwire.file.CaptureWriter;
import dev.ringwire.file.PcapWriter;
import dev.ringwire.file.PcapngWriter;
import dev.ringwire.file.WriterOptions;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Run by the build: does what users do, to see which classes are worth to be stored in parsed form. */
final class Rehearsal {
    private Rehearsal() {}

    /** Takes no arguments, and prints nothing. */
    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("ringwire", ".pcap");
        try {
            for (boolean next : new boolean[] {false, true}) {
                byte[] capture = capture(next);
                Files.write(file, capture);
                run(capture, "query", file.toString(), "-e", "frame.time_epoch", "-e", "ip.src", "-e", "tcp.srcport");
                run(capture, "query", "-", "-e", "eth.src", "-T", "json");
                run(capture, "info", file.toString());
                run(capture, "rewrite", file.toString(), "-", "--map", "10.0.0.0/8=11.0.0.0/8", "--fix-checksums");
            }
            run(new byte[0], "fields", "ip.");
            run(new byte[0], "capture", "--help");
            run(new byte[0], "interfaces");
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] capture(boolean next) throws IOException {
        var out = new ByteArrayOutputStream();
        WritableByteChannel channel = Channels.newChannel(out);
        try (CaptureWriter writer = next
                ? PcapngWriter.create(channel, "rehearsal", WriterOptions.DEFAULT)
                : PcapWriter.create(channel, "rehearsal", LinkType.ETHERNET, WriterOptions.DEFAULT)) {
            writer.write(Frame.of(new byte[64], LinkType.ETHERNET, 0));
        }
        return out.toByteArray();
    }

    private static void run(byte[] input, String... args) {
        var console = new Console(
                new Stdout(Channels.newChannel(OutputStream.nullOutputStream())),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                Channels.newChannel(new ByteArrayInputStream(input)),
                false,
                false,
                new Interruption(() -> {}));
        Main.execute(console, args);
    }
}
