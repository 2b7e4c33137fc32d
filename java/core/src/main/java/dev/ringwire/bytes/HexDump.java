package dev.ringwire.bytes;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes as people read them. */
public final class HexDump {
    private static final HexFormat HEX = HexFormat.of();

    private HexDump() {}

    /** Rows of sixteen bytes: a hexadecimal offset of four digits (eight from 64 KiB on), the bytes, and the printable ASCII characters. */
    public static String of(ByteBuffer bytes, int offset, int length) {
        var out = new StringBuilder((length / 16 + 1) * 74);
        for (int row = 0; row < length; row += 16) {
            int n = Math.min(16, length - row);
            out.append(HEX.toHexDigits(row, length > 0x10000 ? 8 : 4));
            out.append(' ');
            for (int i = 0; i < 16; i++) {
                out.append(i == 8 ? "  " : " ");
                if (i < n) {
                    HEX.toHexDigits(out, bytes.get(offset + row + i));
                } else {
                    out.append("  ");
                }
            }
            out.append("  ");
            for (int i = 0; i < n; i++) {
                char c = (char) (bytes.get(offset + row + i) & 0xff);
                out.append(c >= ' ' && c < 0x7f ? c : '.');
            }
            out.append('\n');
        }
        return out.toString();
    }

    /** {@link #of(ByteBuffer, int, int)} over an array. */
    public static String of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
