package dev.ringwire.wire.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.Corpus;
import dev.ringwire.wire.DecodeError;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Packet;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every DNS message of the corpus decodes, but for those that tshark finds malformed or not whole. */
class DnsCorpusTest {
    private static final String DAMAGED = "_ws.malformed || _ws.short || _ws.unreassembled";

    /**
     * A pointer forwards. RFC 1035, section 4.1.4, has it lead to a prior occurrence of a name, and servers refuse
     * another; tshark follows it, with a limit.
     */
    private static final Set<String> WE_ARE_STRICTER =
            Set.of("suricata-verify/dns-forward-pointer__input.pcap frame 1");

    private int messages;

    @Test
    void onlyWhatTsharkFindsDamagedFails() throws Exception {
        Command.assumeInstalled("tshark");
        var unexplained = new TreeMap<String, DecodeError>();
        int errors = 0;
        for (Corpus.Entry entry : Corpus.entries()) {
            Map<Integer, DecodeError> damaged = damaged(entry);
            if (damaged.isEmpty()) {
                continue;
            }
            errors += damaged.size();
            damaged.keySet().removeAll(damagedToTshark(entry));
            damaged.forEach((frame, error) -> unexplained.put(entry.name() + " frame " + frame, error));
        }
        System.out.println("dns: " + messages + " messages of the corpus, " + errors + " damaged or not whole");
        assertTrue(messages > 10 * errors, () -> messages + " messages");
        unexplained.keySet().removeAll(WE_ARE_STRICTER);
        assertEquals(Map.of(), unexplained);
    }

    private Map<Integer, DecodeError> damaged(Corpus.Entry entry) throws IOException {
        var damaged = new TreeMap<Integer, DecodeError>();
        try (CaptureReader reader = CaptureReader.open(entry.path())) {
            for (int frame = 1; reader.next(); frame++) {
                for (Header header : Packet.wrap(reader.frame()).layers()) {
                    if (header instanceof Dns dns) {
                        messages++;
                        Optional<DecodeError> damage = dns.damage();
                        if (damage.isPresent()) {
                            damaged.put(frame, damage.get());
                        }
                    }
                }
            }
        } catch (CaptureFormatException e) {
            // The rest of a damaged file is no matter of DNS.
        }
        return damaged;
    }

    private static Set<Integer> damagedToTshark(Corpus.Entry entry) {
        String out = Command.run(
                "sh",
                "-c",
                "exec tshark -n -r \"$0\" -Y \"$1\" -T fields -e frame.number -o ip.defragment:FALSE"
                        + " -o ipv6.defragment:FALSE -o tcp.desegment_tcp_streams:FALSE"
                        + " -o dns.desegment_dns_messages:FALSE -o udp.try_heuristic_first:FALSE 2>/dev/null",
                entry.path().toString(),
                DAMAGED);
        var frames = new HashSet<Integer>();
        Arrays.stream(out.split("\n"))
                .filter(line -> !line.isEmpty())
                .map(Integer::valueOf)
                .forEach(frames::add);
        return frames;
    }
}
