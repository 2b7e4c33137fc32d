package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FixedFieldTest {
    static Stream<FixedField> fields() {
        return Protocol.standard().stream()
                .flatMap(p -> p.fields().stream())
                .filter(FixedField.class::isInstance)
                .map(FixedField.class::cast);
    }

    /** The bits of the field by arithmetic over the whole header as one big number. */
    private static long expected(byte[] header, FixedField field) {
        return new BigInteger(1, header)
                .shiftRight(header.length * 8 - field.bitOffset() - field.bitWidth())
                .and(BigInteger.ONE.shiftLeft(field.bitWidth()).subtract(BigInteger.ONE))
                .longValueExact();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void readsAndWritesItsBitsAndNoOthers(FixedField field) {
        if (field.type() == FieldType.IPV6) {
            return;
        }
        var random = new Random(7);
        for (int round = 0; round < 50; round++) {
            byte[] header = new byte[64];
            random.nextBytes(header);
            for (ByteBuffer b : new ByteBuffer[] {ByteBuffer.wrap(header.clone()), ByteBuffer.allocateDirect(64)}) {
                b.put(0, header);
                assertEquals(expected(header, field), field.get(b, 0));
                long value = random.nextLong() & field.maxValue();
                field.set(b, 0, value);
                byte[] after = new byte[64];
                b.get(0, after);
                assertEquals(value, expected(after, field));
                field.set(b, 0, expected(header, field));
                b.get(0, after);
                assertEquals(new BigInteger(header), new BigInteger(after), "neighbouring bits changed");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void refusesWhatDoesNotFit(FixedField field) {
        if (field.type() == FieldType.IPV6 || field.bitWidth() == 64) {
            return;
        }
        var e = assertThrows(
                IllegalArgumentException.class, () -> field.set(ByteBuffer.allocate(64), 0, field.maxValue() + 1));
        assertTrue(e.getMessage().contains(field.name()), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> field.set(ByteBuffer.allocate(64), 0, -1));
    }

    @Test
    void refusesFieldsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", -1, 8, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", 0, 0, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", 1, 64, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.ipv6("x", 4, ""));
    }
}
