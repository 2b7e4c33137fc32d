package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a frame without looking into it.
 *
 * @param reader null for the number, which is the query's to count
 */
record FrameField(FieldInfo info, @Nullable ToLongFunction<Frame> reader) {
    static final List<FrameField> ALL = List.of(
            of("frame.number", FieldType.DECIMAL, "number of the frame in its source, from 1", null),
            of(
                    "frame.time_epoch",
                    FieldType.TIME,
                    "time of capture, seconds since 1970-01-01 UTC",
                    Frame::timestampNanos),
            of("frame.len", FieldType.DECIMAL, "bytes on the wire", frame -> frame.originalLength() & 0xffff_ffffL),
            of("frame.cap_len", FieldType.DECIMAL, "bytes captured", Frame::length, "frame.caplen"),
            of(
                    "frame.interface_id",
                    FieldType.DECIMAL,
                    "index of the interface",
                    frame -> frame.interfaceId() & 0xffff_ffffL));

    private static FrameField of(
            String name, FieldType type, String label, @Nullable ToLongFunction<Frame> reader, String... aliases) {
        return new FrameField(new FieldInfo(name, type, "Frame", label, List.of(aliases)), reader);
    }

    boolean read(Frame frame, long number, FieldValue out) {
        out.setNumber(reader == null ? number : reader.applyAsLong(frame));
        return info.type() != FieldType.TIME || frame.hasTimestamp();
    }
}
