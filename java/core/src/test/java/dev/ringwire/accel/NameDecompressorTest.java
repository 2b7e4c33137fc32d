package dev.ringwire.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.natives.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation at hand, by itself and against the one in Java. */
@ParameterizedClass
@MethodSource("implementations")
record NameDecompressorTest(NameDecompressor decompressor) {
    private static final NameDecompressor JAVA = new JavaNameDecompressor();

    static List<NameDecompressor> implementations() {
        List<NameDecompressor> all = new ArrayList<>(List.of(JAVA, Accelerators.names()));
        if (NativeLibrary.isLoaded()) {
            all.add(new NativeNameDecompressor());
        }
        return all;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** Label by label, as {@code 0161} for a. */
    private static String name(String dotted) {
        StringBuilder wire = new StringBuilder();
        for (String label : dotted.isEmpty() ? new String[0] : dotted.split("\\.")) {
            wire.append(HexFormat.of().toHexDigits((byte) label.length()))
                    .append(HexFormat.of().formatHex(label.getBytes(StandardCharsets.ISO_8859_1)));
        }
        return wire + "00";
    }

    private static String record(String owner, int type, String data) {
        HexFormat hex = HexFormat.of();
        return owner + hex.toHexDigits((short) type) + "0001 0000003c" + hex.toHexDigits((short) (data.length() / 2))
                + data;
    }

    /** The question www.example.com (www at 12, example at 16, com at 24) with one record of each type that has names. */
    static byte[] everyType() {
        String address = record("c00c", 1, "c0000201");
        StringBuilder records = new StringBuilder(address);
        int count = 1;
        for (int type : new int[] {2, 3, 4, 5, 7, 8, 9, 12, 23, 30, 39, 47, 249, 250}) {
            records.append(record("c010", type, "016ec010" + (type == 47 ? "0006400000000003" : "")));
            count++;
        }
        for (int type : new int[] {6, 14, 17, 58}) {
            records.append(record("c010", type, "c00c" + "0168c018" + (type == 6 ? "00".repeat(20) : "")));
            count++;
        }
        for (int type : new int[] {15, 18, 21, 36, 64, 65, 107}) {
            records.append(record("c010", type, "000a" + "c00c"));
            count++;
        }
        records.append(record("c010", 26, "000a" + "c00c" + "c018"));
        records.append(record("045f736970c010", 33, "000100020050" + "c00c"));
        records.append(record("c010", 24, "00".repeat(18) + "c018" + "abcdef"));
        records.append(record("c010", 46, "00".repeat(18) + name("example.com") + "abcdef"));
        records.append(record("c010", 35, "00010002" + "0175" + "00" + "0373697a" + "c00c"));
        records.append(record("00", 41, ""));
        count += 6;
        return hex("1234 8180 0001" + HexFormat.of().toHexDigits((short) count) + "0000 0000" + name("www.example.com")
                + "0001 0001" + records);
    }

    private static List<byte[]> messages() {
        return List.of(
                everyType(),
                hex("0001 0100 0001 0000 0000 0000" + name("www.example.com") + "001c0001"),
                hex("0002 0000 0001 0000 0000 0000" + "00 0002 0001"),
                hex("0003 2800 0001 0001 0001 0000" + name("example.com") + "00060001" + "c00c 0005 00fe 00000000 0000"
                        + "03777777c00c 0005 00ff 00000000 0000"));
    }

    private static List<String> texts(NameTable names) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < names.count(); i++) {
            texts.add(names.text(i));
        }
        return texts;
    }

    @Test
    void namesOfEveryType() {
        byte[] message = everyType();
        NameTable names = new NameTable();
        int count = decompressor.decompress(message, 0, message.length, names);
        List<String> wanted = new ArrayList<>(List.of("www.example.com", "www.example.com"));
        for (int i = 0; i < 14; i++) {
            wanted.addAll(List.of("example.com", "n.example.com"));
        }
        for (int i = 0; i < 4; i++) {
            wanted.addAll(List.of("example.com", "www.example.com", "h.com"));
        }
        for (int i = 0; i < 7; i++) {
            wanted.addAll(List.of("example.com", "www.example.com"));
        }
        wanted.addAll(List.of("example.com", "www.example.com", "com"));
        wanted.addAll(List.of("_sip.example.com", "www.example.com"));
        wanted.addAll(List.of("example.com", "com", "example.com", "example.com", "example.com", "www.example.com"));
        wanted.add(".");
        assertEquals(wanted, texts(names));
        assertEquals(wanted.size(), count);
        assertEquals(message.length, names.where());
        assertEquals(12, names.position(0));
        assertEquals(29, names.end(0));
        assertEquals(33, names.position(1));
        assertEquals(35, names.end(1));
    }

    @Test
    void updatesMayHaveRecordsWithoutData() {
        byte[] message = messages().get(3);
        NameTable names = new NameTable();
        assertEquals(3, decompressor.decompress(message, 0, message.length, names));
        assertEquals(List.of("example.com", "example.com", "www.example.com"), texts(names));
    }

    @ParameterizedTest
    @CsvSource({
        "c00c, -3, to itself",
        "c00e0161, -3, forward",
        "ffff, -3, behind the message",
        "c000, -3, into the header",
        "c00b, -3, to the end of the header",
        "0161c00c, -3, to the labels that it ends",
        "020161c00d, -3, into the labels that it ends",
        "4000, -2, label type 01",
        "0161bf00, -2, label type 10",
        "3f61, -1, label over the end",
        "c0, -1, half a pointer",
        "0161, -1, no end",
    })
    void badNames(String name, int reason, String what) {
        byte[] message = hex("0000 0000 0001 0000 0000 0000" + name);
        NameTable names = new NameTable();
        assertEquals(reason, decompressor.decompress(message, 0, message.length, names), what);
        assertEquals(12, names.where(), what);
        assertEquals(0, names.count(), what);
    }

    @Test
    void pointersThatWouldLoopEnd() {
        // The second name points to the first, whose bytes are a pointer to the second.
        byte[] message = hex("0000 0000 0002 0000 0000 0000" + "0161c013 00010001" + "0162c00c 00010001");
        NameTable names = new NameTable();
        assertEquals(NameDecompressor.POINTER, decompressor.decompress(message, 0, message.length, names));
    }

    @Test
    void longestName() {
        String label = "3f" + "61".repeat(63);
        for (int last = 1; last <= 63; last++) {
            byte[] message = hex("0000 0000 0001 0000 0000 0000" + label.repeat(3)
                    + HexFormat.of().toHexDigits((byte) last) + "61".repeat(last) + "00 0001 0001");
            NameTable names = new NameTable();
            int count = decompressor.decompress(message, 0, message.length, names);
            assertEquals(last <= 61 ? 1 : NameDecompressor.TOO_LONG, count);
            if (last <= 61) {
                assertEquals(194 + last, names.length(0));
                assertEquals(193 + last - 1, names.text(0).length());
            }
        }
    }

    @Test
    void chainsOfPointersAreFollowedOnce() {
        // Each name is a pointer to the one before: 16000 of them, all the same name.
        StringBuilder questions = new StringBuilder(name("a.b") + "00010001");
        int count = 2000;
        for (int i = 1; i < count; i++) {
            int before = i == 1 ? 12 : 12 + 9 + 6 * (i - 2);
            questions
                    .append(HexFormat.of().toHexDigits((short) (0xc000 | before)))
                    .append("00010001");
        }
        byte[] message = hex("0000 0000" + HexFormat.of().toHexDigits((short) count) + "0000 0000 0000" + questions);
        NameTable names = new NameTable(count, 5 * count + NameTable.ROOM);
        assertEquals(count, decompressor.decompress(message, 0, message.length, names));
        assertEquals("a.b", names.text(count - 1));
        assertEquals(NameDecompressor.FULL, decompressor.decompress(message, 0, message.length, new NameTable()));
    }

    @Test
    void everyOctetOfALabelIsKept() {
        byte[] label = {0, '.', '\\', ' ', (byte) 0xff, 'a'};
        byte[] message =
                hex("0000 0000 0001 0000 0000 0000 06" + HexFormat.of().formatHex(label) + "0162 00 0001 0001");
        NameTable names = new NameTable();
        assertEquals(1, decompressor.decompress(message, 0, message.length, names));
        assertEquals("\\000\\.\\\\\\032\\255a.b", names.text(0));
        byte[] wire = new byte[20];
        assertEquals(10, names.copy(0, wire, 5));
        assertEquals(
                "06" + HexFormat.of().formatHex(label) + "016200",
                HexFormat.of().formatHex(wire, 5, 15));
        assertThrows(IndexOutOfBoundsException.class, () -> names.copy(0, new byte[9], 0));
        assertThrows(IndexOutOfBoundsException.class, () -> names.text(1));
    }

    @Test
    void everyKindOfMemoryGivesTheSame() {
        NameTable names = new NameTable();
        NameTable wanted = new NameTable();
        for (byte[] message : messages()) {
            int count = JAVA.decompress(message, 0, message.length, wanted);
            byte[] shifted = new byte[message.length + 20];
            System.arraycopy(message, 0, shifted, 7, message.length);
            Memory memory = Memory.allocate(shifted.length);
            memory.bytes().put(0, shifted);
            assertEquals(count, decompressor.decompress(shifted, 7, message.length, names));
            assertTrue(names.sameAs(wanted));
            assertEquals(count, decompressor.decompress(memory, 7, message.length, names));
            assertTrue(names.sameAs(wanted));
            for (ByteBuffer buffer : List.of(
                    ByteBuffer.wrap(shifted),
                    ByteBuffer.wrap(shifted).asReadOnlyBuffer(),
                    ByteBuffer.wrap(shifted).slice(2, message.length + 5),
                    memory.bytes())) {
                int offset = buffer.capacity() == shifted.length ? 7 : 5;
                assertEquals(count, decompressor.decompress(buffer, offset, message.length, names));
                assertTrue(names.sameAs(wanted));
            }
        }
    }

    @Test
    void everyTruncationAndManyMutationsGiveTheSame() {
        NameTable names = new NameTable(40, 2048);
        NameTable wanted = new NameTable(40, 2048);
        Random random = new Random(1035);
        for (byte[] message : messages()) {
            for (int length = 0; length < message.length; length++) {
                assertTrue(same(message, length, names, wanted) < 0);
            }
            for (int i = 0; i < 20_000; i++) {
                byte[] mutated = message.clone();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    int value = random.nextInt(512);
                    mutated[random.nextInt(mutated.length)] = (byte) (value < 256 ? value : 0xc0);
                }
                same(mutated, random.nextBoolean() ? mutated.length : random.nextInt(mutated.length), names, wanted);
            }
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            same(noise, noise.length, names, wanted);
        }
    }

    private int same(byte[] message, int length, NameTable names, NameTable wanted) {
        int expected = JAVA.decompress(message, 0, length, wanted);
        int count = decompressor.decompress(message, 0, length, names);
        if (count != expected || !names.sameAs(wanted)) {
            assertEquals(
                    expected + " " + wanted.where() + texts(wanted),
                    count + " " + names.where() + texts(names),
                    HexFormat.of().formatHex(message, 0, length));
        }
        return count;
    }

    @Test
    void badArgumentsAreRefused() {
        NameTable names = new NameTable();
        byte[] large = new byte[70_000];
        Memory memory = Memory.allocate(70_000);
        assertThrows(IllegalArgumentException.class, () -> decompressor.decompress(large, 0, 65_536, names));
        assertThrows(IllegalArgumentException.class, () -> decompressor.decompress(memory, 0, 65_536, names));
        assertThrows(
                IllegalArgumentException.class,
                () -> decompressor.decompress(ByteBuffer.wrap(large), 0, 65_536, names));
        assertThrows(IndexOutOfBoundsException.class, () -> decompressor.decompress(large, 69_990, 20, names));
        assertThrows(IndexOutOfBoundsException.class, () -> decompressor.decompress(memory, 69_990, 20, names));
        assertThrows(IndexOutOfBoundsException.class, () -> decompressor.decompress(memory, -1, 20, names));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> decompressor.decompress(ByteBuffer.wrap(large).limit(10), 0, 20, names));
        assertThrows(IllegalArgumentException.class, () -> new NameTable(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new NameTable(0, 1 << 25));
    }
}
