package dev.ringwire.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FixedFieldTest {
    /** No fixed field lies behind so many bytes. */
    private static final int LONGEST = 256;

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
            byte[] header = new byte[LONGEST];
            random.nextBytes(header);
            for (ByteBuffer b :
                    new ByteBuffer[] {ByteBuffer.wrap(header.clone()), ByteBuffer.allocateDirect(LONGEST)}) {
                b.put(0, header);
                assertEquals(expected(header, field), field.get(b, 0));
                long value = random.nextLong() & field.maxValue();
                field.set(b, 0, value);
                byte[] after = new byte[LONGEST];
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
                IllegalArgumentException.class, () -> field.set(ByteBuffer.allocate(LONGEST), 0, field.maxValue() + 1));
        assertTrue(e.getMessage().contains(field.name()), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> field.set(ByteBuffer.allocate(LONGEST), 0, -1));
    }

    @Test
    void refusesFieldsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", -1, 8, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", 0, 0, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.decimal("x", 1, 64, ""));
        assertThrows(IllegalArgumentException.class, () -> FixedField.ipv6("x", 4, ""));
    }

    /** Each type of field, by name and text, is what the setter named after it writes. */
    @Test
    void aHeaderTakesFieldsByText() {
        var tcp = new Tcp();
        tcp.set(Tcp.SRCPORT, "0xabcd");
        tcp.set(Tcp.SEQ_RAW, "4294967295");
        assertEquals(0xabcd, tcp.get(Tcp.SRCPORT));
        assertEquals(0xffff_ffffL, tcp.get(Tcp.SEQ_RAW));
        var ip = new Ipv4();
        ip.set(Ipv4.DST, "192.0.2.7");
        ip.set(Ipv4.FLAGS_DF, "1");
        assertArrayEquals(
                new Ipv4().dst(Ipv4Address.of("192.0.2.7")).dontFragment(true).toBytes(), ip.toBytes());
        var ethernet = new Ethernet();
        ethernet.set(Ethernet.SRC, "02:00:00:00:00:01");
        assertEquals(MacAddress.of("02:00:00:00:00:01"), ethernet.src());
        var ipv6 = new Ipv6();
        ipv6.set(Ipv6.SRC, "2001:db8::1");
        assertEquals(Ipv6Address.of("2001:db8::1"), ipv6.src());
    }

    @Test
    void whatIsNoValueOfAFieldIsRefusedByItsName() {
        var ip = new Ipv4();
        for (String text : new String[] {"", "x", "-1", "0x", "256", "1.5", "99999999999999999999"}) {
            var e = assertThrows(IllegalArgumentException.class, () -> ip.set(Ipv4.TTL, text));
            assertTrue(e.getMessage().startsWith("ip.ttl takes "), e.getMessage());
        }
        var e = assertThrows(IllegalArgumentException.class, () -> ip.set(Ipv4.SRC, "192.0.2"));
        assertTrue(e.getMessage().startsWith("ip.src: not an IPv4 address"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Ipv6().set(Ipv6.SRC, 1));
        assertThrows(IllegalArgumentException.class, () -> new Ipv6().set(Ipv6.SRC, "::g"));
        assertThrows(IllegalStateException.class, () -> new Udp().set(Tcp.URGENT_POINTER, 1));
        assertThrows(IllegalStateException.class, () -> new Udp().set(Ipv6.DST, "::1"));
    }
}
