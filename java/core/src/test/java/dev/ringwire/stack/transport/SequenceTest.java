package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SequenceTest {
    @Test
    void theOrderGoesOnPastTheLargestNumber() {
        for (int a : new int[] {0, 1, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x1234_5678}) {
            for (int further : new int[] {1, 2, 1460, 1 << 30, Integer.MAX_VALUE}) {
                int b = a + further;
                assertTrue(Sequence.lt(a, b) && Sequence.le(a, b) && Sequence.gt(b, a) && Sequence.ge(b, a));
                assertFalse(Sequence.lt(b, a) || Sequence.le(b, a) || Sequence.gt(a, b) || Sequence.ge(a, b));
                assertEquals(b, Sequence.max(a, b));
                assertEquals(b, Sequence.max(b, a));
                assertEquals(a, Sequence.min(a, b));
                assertEquals(a, Sequence.min(b, a));
            }
            assertTrue(Sequence.le(a, a) && Sequence.ge(a, a));
            assertFalse(Sequence.lt(a, a) || Sequence.gt(a, a));
        }
    }
}
