package dev.ringwire.wire;

import dev.ringwire.bytes.HexDump;

/** Headers as text for people. */
final class HeaderText {
    private HeaderText() {}

    /** {@code [name=value, name=value]}, leaving out what is a long run of bytes. */
    static String fields(Header header) {
        var out = new StringBuilder("[");
        var value = new FieldValue();
        for (Field field : header.protocol().fields()) {
            if (field instanceof FixedField && field.read(header, 0, value)) {
                out.append(out.length() == 1 ? "" : ", ").append(field.name());
                out.append('=').append(FieldFormat.text(field, value));
            }
        }
        return out.append(']').toString();
    }

    /** A line for the header and one for each value it has, indented. */
    static void dump(Header header, StringBuilder out) {
        out.append(header.protocol().name())
                .append(", ")
                .append(header.headerLength())
                .append(" bytes\n");
        if (header instanceof Raw) {
            HexDump.of(header.buffer(), header.offset(), header.headerLength())
                    .lines()
                    .forEach(line -> out.append("    ").append(line).append('\n'));
            return;
        }
        var value = new FieldValue();
        for (Field field : header.protocol().fields()) {
            if (field instanceof ComputedField computed && computed.derived()) {
                continue;
            }
            for (int n = 0; field.read(header, n, value); n++) {
                out.append(String.format("    %-28s %s%n", field.name(), FieldFormat.text(field, value)));
            }
        }
    }
}
