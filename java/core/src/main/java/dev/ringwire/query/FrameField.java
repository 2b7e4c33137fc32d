package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.wire.FieldType;
import dev.ringwire.wire.FieldValue;
import java.util.List;
import java.util.function.ToLongFunction;

/** What is known of a frame without looking into it. */
enum FrameField {
    NUMBER("frame.number", FieldType.DECIMAL, "number of the frame in its source, from 1", List.of(), null),
    TIME_EPOCH(
            "frame.time_epoch",
            FieldType.TIME,
            "time of capture, seconds since 1970-01-01 UTC",
            List.of(),
            Frame::timestampNanos),
    LEN("frame.len", FieldType.DECIMAL, "bytes on the wire", List.of(), frame -> frame.originalLength() & 0xffff_ffffL),
    CAP_LEN("frame.cap_len", FieldType.DECIMAL, "bytes captured", List.of("frame.caplen"), Frame::length),
    INTERFACE_ID("frame.interface_id", FieldType.DECIMAL, "index of the interface", List.of(), Frame::interfaceId);

    final FieldInfo info;
    private final ToLongFunction<Frame> reader;

    FrameField(String name, FieldType type, String label, List<String> aliases, ToLongFunction<Frame> reader) {
        info = new FieldInfo(name, type, "Frame", label, aliases);
        this.reader = reader;
    }

    void read(Frame frame, long number, FieldValue out) {
        out.setNumber(reader == null ? number : reader.applyAsLong(frame));
    }
}
