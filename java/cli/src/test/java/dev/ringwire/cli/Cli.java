package dev.ringwire.cli;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.file.CaptureWriter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import dev.ringwire.wire.Ethernet;
import dev.ringwire.wire.Fix;
import dev.ringwire.wire.Ipv4;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.Raw;
import dev.ringwire.wire.Tcp;
import dev.ringwire.wire.Udp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs commands in this process, and makes the captures they read. */
final class Cli {
    /** 2024-05-01T12:00:00Z, when the first packet of every capture was taken. */
    static final long NOON = 1_714_564_800_000_000_000L;

    private Cli() {}

    record Result(int status, String out, String err) {}

    static Result run(String... args) {
        return run(new byte[0], args);
    }

    static Result run(byte[] input, String... args) {
        var out = new ByteArrayOutputStream();
        return run(out, Channels.newChannel(out), input, args);
    }

    static Result run(ByteArrayOutputStream out, WritableByteChannel stdout, byte[] input, String... args) {
        var err = new ByteArrayOutputStream();
        var console = new Console(
                new Stdout(stdout),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Channels.newChannel(new ByteArrayInputStream(input)),
                false,
                false,
                new Interruption(() -> {}));
        int status = Main.execute(console, args);
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Packet n, from 0, is taken n seconds after noon. */
    static Frame udp(int n) {
        return frame(
                n,
                Packet.of(
                        new Ethernet(),
                        ip(n).proto(17),
                        new Udp().srcPort(1000 + n).dstPort(53),
                        Raw.of("hello")));
    }

    static Frame tcp(int n) {
        return frame(
                n,
                Packet.of(
                        new Ethernet(),
                        ip(n).proto(6),
                        new Tcp().srcPort(2000 + n).dstPort(80)));
    }

    /** An IP packet in another one: two values of each address. */
    static Frame tunnel(int n) {
        return frame(n, Packet.of(new Ethernet(), ip(n).proto(4), ip(n + 100).proto(17), new Udp()));
    }

    private static Ipv4 ip(int n) {
        return new Ipv4()
                .src(Ipv4Address.of("192.0.2." + n))
                .dst(Ipv4Address.of("198.51.100." + n))
                .ttl(64);
    }

    private static Frame frame(int n, Packet packet) {
        return Frame.of(packet.toBytes(Fix.LENGTHS, Fix.CHECKSUMS), LinkType.ETHERNET, NOON + n * 1_000_000_000L);
    }

    static String write(Path file, Frame... frames) throws IOException {
        try (CaptureWriter writer = CaptureWriter.create(file, LinkType.ETHERNET)) {
            for (Frame frame : frames) {
                writer.write(frame);
            }
        }
        return file.toString();
    }
}
