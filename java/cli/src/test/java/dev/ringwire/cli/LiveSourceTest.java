package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureReader;
import dev.ringwire.wire.Protocols;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveSourceTest {
    @TempDir
    Path directory;

    @Test
    void endsWithTheFirstPacketAfterTheEnd() throws IOException {
        Path file = Path.of(Cli.write(directory.resolve("a.pcap"), Cli.udp(0), Cli.udp(1), Cli.udp(2)));
        try (var source = new LiveSource(CaptureReader.open(file), Cli.NOON + 2_000_000_000L, true)) {
            assertTrue(source.next(0));
            assertTrue(source.next(0));
            assertFalse(source.next(0));
            assertTrue(source.ended());
        }
        try (var source = new LiveSource(CaptureReader.open(file), Long.MAX_VALUE, true)) {
            source.end();
            assertTrue(source.next(0), "captured long before the end");
        }
    }

    @Test
    void packetLinesBeginWithTheLocalTimeOfDay() throws IOException {
        var out = new ByteArrayOutputStream();
        var lines = new PacketLines(out, Protocols.standard());
        lines.write(Cli.udp(0));
        lines.write(Cli.tcp(61));
        lines.flush();
        String[] text = out.toString(StandardCharsets.UTF_8).split("\n");
        var clock = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS").withZone(ZoneId.systemDefault());
        Instant noon = Instant.ofEpochSecond(Cli.NOON / 1_000_000_000L);
        assertTrue(text[0].startsWith(clock.format(noon) + " IP 192.0.2.0.1000 > 198.51.100.0.53"), text[0]);
        assertTrue(text[1].startsWith(clock.format(noon.plusSeconds(61)) + " IP 192.0.2.61.2061 > "), text[1]);
        assertEquals(2, text.length);
    }
}
