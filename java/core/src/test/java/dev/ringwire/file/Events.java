package dev.ringwire.file;

import dev.ringwire.frame.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** All that a file says, block by block, packet by packet, as text to be compared. */
final class Events {
    private Events() {}

    /** To the end, or the error, which is the last line. */
    static List<String> of(CaptureReader reader) throws IOException {
        List<String> events = new ArrayList<>();
        try (reader) {
            reader.onBlock(block -> events.add(text(block)));
            while (reader.next()) {
                events.add(text(reader));
            }
        } catch (CaptureFormatException e) {
            events.add(e.getMessage());
        }
        return events;
    }

    private static String text(CaptureReader reader) {
        Frame frame = reader.frame();
        return "packet " + frame.interfaceId() + " " + frame.interfaceName() + " " + frame.linkType() + " "
                + (frame.hasTimestamp() ? frame.timestampNanos() : "-") + " " + frame.originalLength() + " "
                + frame.direction() + " " + HexFormat.of().formatHex(frame.bytes()) + text(reader.packetOptions());
    }

    private static String text(CaptureBlock block) {
        if (block instanceof CaptureSection section) {
            return "section " + section.order() + text(section.options());
        }
        if (block instanceof CaptureInterface i) {
            return "interface " + i.id() + " " + i.linkType() + " " + i.snapLength() + " " + i.resolution() + " "
                    + i.offsetSeconds() + text(i.options());
        }
        if (block instanceof NameResolution names) {
            return "names" + text(names.records()) + text(names.options()) + names.entries();
        }
        if (block instanceof InterfaceStatistics s) {
            return "statistics " + s.interfaceId() + " " + s.timestampUnits() + text(s.options());
        }
        if (block instanceof DecryptionSecrets secrets) {
            return "secrets " + secrets.secretsType() + " " + HexFormat.of().formatHex(secrets.data())
                    + text(secrets.options());
        }
        OtherBlock other = (OtherBlock) block;
        return "block " + other.type() + " " + HexFormat.of().formatHex(other.body());
    }

    private static String text(BlockOptions options) {
        StringBuilder out = new StringBuilder(" {");
        for (int code : options.codes().stream().distinct().toList()) {
            for (byte[] value : options.values(code)) {
                out.append(code)
                        .append(':')
                        .append(HexFormat.of().formatHex(value))
                        .append(' ');
            }
        }
        return out.append('}').toString();
    }
}
