package dev.ringwire.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiTest {
    private static String text(byte[] out, int end) {
        return new String(out, 0, end, StandardCharsets.ISO_8859_1);
    }

    @Test
    void decimalOfEveryMagnitude() {
        byte[] out = new byte[Ascii.MAX_DECIMAL];
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >>> random.nextInt(64);
            assertEquals(Long.toUnsignedString(value), text(out, Ascii.decimal(value, out, 0)));
        }
        long power = 1;
        for (int i = 0; i < 19; i++, power *= 10) {
            for (long value : new long[] {power - 1, power, power + 1}) {
                assertEquals(Long.toString(value), text(out, Ascii.decimal(value, out, 0)));
            }
        }
    }

    @Test
    void secondsKeepNineDecimals() {
        byte[] out = new byte[32];
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            long nanos = random.nextLong() >> random.nextInt(64);
            String expected = BigDecimal.valueOf(nanos, 9).toPlainString();
            assertEquals(expected, text(out, Ascii.seconds(nanos, out, 0)));
        }
    }

    @Test
    void hexadecimal() {
        byte[] out = new byte[16];
        assertEquals("00ff", text(out, Ascii.hex(0xff, 4, out, 0)));
        assertEquals("deadbeef", text(out, Ascii.hex(0xdeadbeefL, 8, out, 0)));
        assertEquals("f", text(out, Ascii.hex(0xabcdef, 1, out, 0)));
    }

    @Test
    void hexDumpOfManyBytesHasLongOffsets() {
        String dump = HexDump.of(new byte[70_000]);
        assertEquals(
                "00010000", dump.lines().skip(4096).findFirst().orElseThrow().substring(0, 8));
    }

    @Test
    void hexDump() {
        assertEquals("""
                0000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  ................
                0010  41 7a                                             Az
                """, HexDump.of(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 'A', 'z'}));
    }
}
