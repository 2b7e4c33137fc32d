package dev.ringwire.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.frame.Frame;
import dev.ringwire.testing.Corpus;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every file of the {@link Corpus}, if there is one.
 */
class CorpusTest {
    /** Files where we stop earlier than the manifest, as other tools do, with the error they must end with. */
    private static final Map<String, String> REFUSED = Map.of(
            "gopacket/be__test901.pcapng", "pcapng version 2.0 is not known",
            "gopacket/le__test901.pcapng", "pcapng version 2.0 is not known",
            "libpcap/tests__pcap-invalid-version-1.pcap", "pcap version 1.4 is not known",
            "libpcap/tests__pcapng-invalid-vers-1.pcapng", "pcapng version 0.1 is not known",
            "libpcap/tests__pcapng-invalid-vers-2.pcapng", "pcapng version 1.1 is not known",
            "libpcap/tests__shb-option-too-long.pcapng", "the block starts with length 52");

    /** Files that end in an error after the packets the manifest counts. */
    private static final Map<String, String> DAMAGED = Map.of(
            "libpcap/tests__linktype-reserved-field-not-zero.pcap", "reserved bits are set",
            "python-pcapng/test_data__test006.ntar", "block length 167 is not a multiple of 4",
            "suricata-verify/bug-1450-04__tls_DER-incomplete-header.pcap", "captured length 4325376 exceeds",
            "suricata-verify/bug-1450-05__tls_DER-incomplete-content.pcap", "captured length 4325376 exceeds");

    private interface Opening {
        CaptureReader open() throws IOException;
    }

    private record Outcome(int packets, long hash, String error) {}

    private static Outcome read(Opening opening) throws IOException {
        int packets = 0;
        long hash = 0;
        String error = "";
        try (CaptureReader reader = opening.open()) {
            Frame frame = reader.frame();
            while (reader.next()) {
                packets++;
                hash = hash * 31 + frame.timestampNanos() + frame.originalLength();
                hash = hash * 31
                        + frame.interfaceId()
                        + frame.direction().name().length();
                hash = hash * 31
                        + frame.linkType().value()
                        + frame.interfaceName().hashCode();
                hash = hash * 31 + Arrays.hashCode(frame.bytes());
            }
            assertTrue(reader.ended());
        } catch (CaptureFormatException e) {
            error = e.getMessage();
            assertEquals(packets + 1, e.packetNumber());
        }
        return new Outcome(packets, hash, error);
    }

    @Test
    void everyFileGivesItsPackets() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Corpus.Entry entry : Corpus.entries()) {
            String file = entry.name();
            Path path = entry.path();
            Outcome whole = read(() -> CaptureReader.open(path));
            Outcome pieces = read(() -> CaptureReader.open(path, 64));
            ReadableByteChannel channel = Channels.newChannel(Files.newInputStream(path));
            Outcome streamed = read(() -> CaptureReader.open(channel, path.toString()));
            String refused = REFUSED.get(file);
            String expected = refused != null ? refused : DAMAGED.getOrDefault(file, "");
            boolean same = whole.equals(pieces) && whole.equals(streamed);
            boolean count = refused != null ? whole.packets < entry.packets() : whole.packets == entry.packets();
            boolean error = expected.isEmpty() ? whole.error.isEmpty() : whole.error.contains(expected);
            if (!same || !count || !error) {
                wrong.add(file + ": " + entry.packets() + " expected, " + whole + ", " + pieces + ", " + streamed);
            }
        }
        assertEquals(List.of(), wrong);
    }
}
