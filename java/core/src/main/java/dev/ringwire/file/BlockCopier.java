package dev.ringwire.file;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings the blocks of one file, written anew, into a writer that may have those of others already, and knows the new
 * numbers of its interfaces. What is to keep its bytes goes through {@link CaptureCopy}.
 */
final class BlockCopier implements BlockHandler {
    private final PcapngWriter writer;
    private final CaptureReader reader;
    private final boolean keepSections;
    /** Number in the written section, by place in {@link CaptureReader#interfaces}. */
    private int[] numbers = new int[4];

    private int known;
    /** How many of exactly this kind there have been. */
    private final Map<CaptureInterface, Integer> alike = new HashMap<>();
    /** Where in that list the current section begins. */
    private int firstOfSection;
    /** Section of the writer that the current one of the reader is, or 0. */
    private int section;

    BlockCopier(PcapngWriter writer, CaptureReader reader, boolean keepSections) {
        this.writer = writer;
        this.reader = reader;
        this.keepSections = keepSections;
    }

    boolean writesTo(PcapngWriter other) {
        return writer == other;
    }

    /** New number of the interface of the frame at hand. */
    int indexOf(Frame frame) throws IOException {
        if (section != writer.sections()) {
            throw new IOException(
                    reader.name() + ": another section has begun in " + writer.name + " since this packet's");
        }
        return numbers[frame instanceof PcapngFrame pcapng ? pcapng.reader.indexOf(pcapng.interfaceId()) : 0];
    }

    @Override
    public void onBlock(CaptureBlock block) throws IOException {
        if (block instanceof CaptureSection begun) {
            firstOfSection = known;
            if (keepSections || writer.sections() == 0) {
                writer.write(new CaptureSection(begun.order(), copied(begun.options())));
            }
        } else if (block instanceof CaptureInterface captured) {
            number(captured.withOptions(copied(captured.options())));
        } else if (block instanceof InterfaceStatistics statistics) {
            copy(statistics);
        } else if (block instanceof NameResolution names) {
            writer.write(new NameResolution(names.records(), copied(names.options())));
        } else if (block instanceof DecryptionSecrets secrets) {
            writer.write(new DecryptionSecrets(secrets.secretsType(), secrets.data(), copied(secrets.options())));
        } else if (block instanceof OtherBlock other && other.type() != OtherBlock.CUSTOM_NOT_COPIED) {
            if (writer.holds(other)) {
                writer.write(other);
            } else {
                writer.notKept();
            }
        }
        section = writer.sections();
    }

    private static BlockOptions copied(BlockOptions options) {
        return options.without(PcapngOptions.CUSTOM_TEXT_NOT_COPIED).without(PcapngOptions.CUSTOM_BYTES_NOT_COPIED);
    }

    private void number(CaptureInterface captured) throws IOException {
        if (known == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * known);
        }
        numbers[known++] = keepSections
                ? writer.add(captured)
                // Two that are alike in one file stay two.
                : writer.merge(captured, alike.merge(captured.anywhere(), 1, Integer::sum));
    }

    private void copy(InterfaceStatistics statistics) throws IOException {
        int id = statistics.interfaceId();
        if (Integer.compareUnsigned(id, known - firstOfSection) < 0) {
            id = numbers[firstOfSection + id];
        } else if (!keepSections) {
            // Of no interface, and any number here may be one.
            writer.notKept();
            return;
        }
        writer.write(new InterfaceStatistics(id, statistics.timestampUnits(), copied(statistics.options())));
    }
}
