package dev.ringwire.cli;

import dev.ringwire.file.CaptureBlock;
import dev.ringwire.file.CaptureFormat.Container;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.file.CaptureSection;
import dev.ringwire.file.DecryptionSecrets;
import dev.ringwire.file.InterfaceStatistics;
import dev.ringwire.file.NameResolution;
import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The counts over one file. */
final class CaptureTotals {
    long packets;
    /** As they were on the wire. */
    long bytes;

    long cut;
    int shortestCut = Integer.MAX_VALUE;
    int longestCut;
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    boolean ordered = true;
    /** Whether there are packets without a time. */
    boolean timeless;

    long ipv4Names;
    long ipv6Names;
    long secrets;
    long commented;
    final List<CaptureSection> sections = new ArrayList<>();
    /** The last of each interface, by its place among all of the file. */
    final Map<Integer, InterfaceStatistics> statistics = new HashMap<>();

    private long[] perInterface = new long[4];
    private int firstOfSection;

    /** Reads to the end, or as far as it goes. */
    void read(CaptureReader reader) throws IOException {
        boolean numbered = reader.format().container() == Container.PCAPNG;
        reader.onBlock(block -> take(reader, block));
        Frame frame = reader.frame();
        long previous = Long.MIN_VALUE;
        while (reader.next()) {
            if (frame.hasTimestamp()) {
                long time = frame.timestampNanos();
                ordered &= time >= previous;
                previous = time;
                earliest = Math.min(earliest, time);
                latest = Math.max(latest, time);
            } else {
                timeless = true;
            }
            packets++;
            bytes += frame.originalLength() & 0xffff_ffffL;
            if (frame.length() < frame.originalLength()) {
                cut++;
                shortestCut = Math.min(shortestCut, frame.length());
                longestCut = Math.max(longestCut, frame.length());
            }
            // The number in a modified pcap file is that of another host's interface; the file has one.
            count(reader, numbered ? firstOfSection + frame.interfaceId() : 0);
            if (numbered && !reader.packetOptions().comments().isEmpty()) {
                commented++;
            }
        }
    }

    private void take(CaptureReader reader, CaptureBlock block) {
        if (block instanceof CaptureSection section) {
            sections.add(section);
            // Interfaces are numbered anew in each section.
            int current = sections.size() - 1;
            firstOfSection = (int) reader.interfaces().stream()
                    .filter(i -> i.section() < current)
                    .count();
        } else if (block instanceof InterfaceStatistics counters) {
            statistics.put(firstOfSection + counters.interfaceId(), counters);
        } else if (block instanceof NameResolution names) {
            for (NameResolution.Entry entry : names.entries()) {
                if (entry.address() instanceof Inet4Address) {
                    ipv4Names++;
                } else {
                    ipv6Names++;
                }
            }
        } else if (block instanceof DecryptionSecrets) {
            secrets++;
        }
    }

    private void count(CaptureReader reader, int index) {
        if (index >= perInterface.length) {
            perInterface = Arrays.copyOf(
                    perInterface,
                    Math.max(perInterface.length, reader.interfaces().size()));
        }
        if (index >= 0 && index < perInterface.length) {
            perInterface[index]++;
        }
    }

    /** Packets of an interface, by its place among all of the file. */
    long of(int index) {
        return index < perInterface.length ? perInterface[index] : 0;
    }
}
