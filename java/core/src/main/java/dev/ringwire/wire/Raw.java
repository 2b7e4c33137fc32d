package dev.ringwire.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bytes that are not decoded: the payload behind the last header, or what could not be read as one. */
public final class Raw extends Header {
    public static final Protocol PROTOCOL = Protocol.of("Raw", "data", Raw::new, List.of(), (p, offset, end) -> {});

    /** No bytes. */
    public Raw() {
        super(0);
    }

    /** These bytes, copied. */
    public static Raw of(byte[] bytes) {
        var raw = new Raw();
        raw.tail(0, bytes);
        return raw;
    }

    /** The text in UTF-8. */
    public static Raw of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    @Override
    public String summary() {
        return headerLength() + " bytes";
    }
}
