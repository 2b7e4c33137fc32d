package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /** Of the bytes 0, 1, 2 ... with the key 00 01 .. 0f: the published vectors of whole words. */
    private static final String[] VECTORS = {
        "310e0edd47db6f72",
        "6224939a79f5f593",
        "db9bc2577fcc2a3f",
        "94af49f6c650adb8",
        "ce7cf2722f512771",
        "d0a704536ba93e0e",
    };

    @Test
    void thePublishedVectors() {
        SipHash hash = new SipHash(0x0706_0504_0302_0100L, 0x0f0e_0d0c_0b0a_0908L);
        for (int n = 0; n < VECTORS.length; n++) {
            hash.begin();
            for (int i = 0; i < n; i++) {
                hash.word(0x0706_0504_0302_0100L + 0x0808_0808_0808_0808L * i);
            }
            ByteBuffer out = ByteBuffer.allocate(8);
            Bits.put64(out, 0, Long.reverseBytes(hash.end()));
            assertEquals(VECTORS[n], HexFormat.of().formatHex(out.array()), n + " words");
        }
    }

    @Test
    void everyPartOfAConnectionCounts() {
        SipHash hash = new SipHash(new Random(1));
        long some = hash.begin(0, 1, 2, 0, 4, 5).end();
        assertEquals(some, hash.begin(0, 1, 2, 0, 4, 5).end());
        assertNotEquals(some, hash.begin(0, 4, 2, 0, 1, 5).end());
        assertNotEquals(some, hash.begin(0, 1, 5, 0, 4, 2).end());
        assertNotEquals(some, hash.begin(1, 1, 2, 0, 4, 5).end());
        assertNotEquals(
                hash.begin(0, 1, 2, 1, 4, 5).end(), hash.begin(1, 1, 2, 0, 4, 5).end());
        assertNotEquals(some, new SipHash(new Random(2)).begin(0, 1, 2, 0, 4, 5).end());
    }
}
