package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReassemblyRangesTest {
    private final ReassemblyRanges ranges = new ReassemblyRanges();

    private void reports(int... expected) {
        int[] out = new int[8];
        int count = ranges.blocks(out, 4);
        assertArrayEquals(expected, Arrays.copyOf(out, 2 * count));
    }

    /** RFC 2018 section 4, case 2: the first of eight segments is lost. */
    @Test
    void aLostSegmentIsFollowedByOneGrowingBlock() {
        for (int end = 6000; end <= 9000; end += 500) {
            assertTrue(ranges.add(end - 500, end, 5000));
            reports(5500, end);
        }
        assertEquals(3500, ranges.bytes());
        assertEquals(9000, ranges.advance(5500));
        assertEquals(0, ranges.bytes());
        reports();
    }

    /** RFC 2018 section 4, case 3: the second, fourth, sixth and eighth of eight segments are lost. */
    @Test
    void blocksComeTheLatestFirst() {
        ranges.add(6000, 6500, 5500);
        reports(6000, 6500);
        ranges.add(7000, 7500, 5500);
        reports(7000, 7500, 6000, 6500);
        ranges.add(8000, 8500, 5500);
        reports(8000, 8500, 7000, 7500, 6000, 6500);
        // The fourth comes late, then the second.
        ranges.add(6500, 7000, 5500);
        reports(6000, 7500, 8000, 8500);
        assertEquals(7500, ranges.advance(6000));
        reports(8000, 8500);
    }

    @Test
    void asManyBlocksAsThereIsRoomFor() {
        for (int i = 1; i <= 6; i++) {
            ranges.add(100 * i, 100 * i + 10, 0);
        }
        int[] out = new int[8];
        assertEquals(3, ranges.blocks(out, 3));
        assertEquals(600, out[0]);
        assertEquals(500, out[2]);
        assertEquals(400, out[4]);
        assertEquals(0, ranges.blocks(out, 0));
    }

    /** RFC 2883 section 4.1.1: 3000-3499 and 3500-3999 came, their acknowledgements were lost. */
    @Test
    void aFullDuplicateIsReportedOnce() {
        ranges.duplicate(3000, 3500);
        assertTrue(ranges.hasDuplicate());
        reports(3000, 3500);
        assertFalse(ranges.hasDuplicate());
        reports();
    }

    /** RFC 2883 section 4.1.2: a duplicate beside data out of order. */
    @Test
    void aDuplicateStandsBeforeTheBlocks() {
        ranges.add(4500, 5000, 4000);
        reports(4500, 5000);
        ranges.add(3000, 3500, 4000);
        reports(3000, 3500, 4500, 5000);
        reports(4500, 5000);
    }

    /** RFC 2883 section 4.1.3: a duplicate of what is out of order itself, with the block it is in behind it. */
    @Test
    void aDuplicateWithinABlockIsFollowedByIt() {
        ranges.add(4500, 5500, 4000);
        ranges.add(6000, 6500, 4000);
        ranges.add(5000, 5500, 4000);
        reports(5000, 5500, 4500, 5500, 6000, 6500);
        reports(4500, 5500, 6000, 6500);
        ranges.add(4600, 4700, 4000);
        ranges.add(6500, 6600, 4000);
        reports(4600, 4700, 4500, 5500, 6000, 6600);
    }

    /** RFC 2883 section 4.2.2: a segment that is a duplicate in part. */
    @Test
    void ofAPartlyOldSegmentTheOldPartIsTheDuplicate() {
        ranges.add(1500, 2000, 1000);
        reports(1500, 2000);
        ranges.add(1000, 2500, 1000);
        reports(1500, 2000, 1000, 2500);
        assertEquals(2500, ranges.advance(1000));
        ranges.add(2000, 2600, 2500);
        reports(2000, 2500, 2500, 2600);
    }

    @Test
    void oneRangeTooManyIsRefusedAndCounted() {
        for (int i = 0; i < ReassemblyRanges.MAX_RANGES; i++) {
            assertTrue(ranges.add(10 + 10 * i, 15 + 10 * i, 0));
        }
        assertFalse(ranges.add(5000, 5001, 0));
        assertFalse(ranges.add(5, 6, 0));
        assertEquals(2, ranges.refused());
        assertEquals(5 * ReassemblyRanges.MAX_RANGES, ranges.bytes());
        assertTrue(ranges.add(15, 20, 0), "what joins two needs no room");
        assertEquals(ReassemblyRanges.MAX_RANGES - 1, ranges.count());
        assertTrue(ranges.add(5000, 5001, 0));
        assertTrue(ranges.add(10, 5001, 0));
        assertEquals(1, ranges.count());
        assertEquals(4991, ranges.bytes());
    }

    @Test
    void itAgreesWithASetOfBytes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ReassemblyRanges real = new ReassemblyRanges();
            BitSet model = new BitSet();
            List<Integer> latest = new ArrayList<>();
            int zero = random.nextBoolean() ? -random.nextInt(2000) : random.nextInt();
            int next = 0;
            for (int step = 0; step < 80; step++) {
                int start = next + random.nextInt(400) - 20;
                int end = start + random.nextInt(60);
                if (start < 0) {
                    continue;
                }
                if (real.add(zero + start, zero + end, zero + next) && end > Math.max(start, next)) {
                    model.set(Math.max(start, next), end);
                    latest.add(Math.max(start, next));
                }
                int edge = model.nextClearBit(next);
                assertEquals(zero + edge, real.advance(zero + next));
                next = edge;
                model.clear(0, next);
                assertEquals(model.cardinality(), real.bytes());
                check(real, model, latest, zero, next);
            }
        }
    }

    /** The blocks are whole ranges of the model, the latest first. */
    private static void check(ReassemblyRanges real, BitSet model, List<Integer> latest, int zero, int next) {
        int[] out = new int[2 * ReassemblyRanges.MAX_RANGES + 2];
        boolean duplicate = real.hasDuplicate();
        int first = duplicate ? 1 : 0;
        int count = real.blocks(out, ReassemblyRanges.MAX_RANGES + 1);
        List<Integer> expected = new ArrayList<>();
        if (duplicate) {
            int held = out[0] - zero;
            if (held >= next && model.get(held)) {
                latest.add(held);
            }
        }
        for (int i = latest.size() - 1; i >= 0; i--) {
            int at = latest.get(i);
            if (at >= next && model.get(at)) {
                int start = model.previousClearBit(at) + 1;
                if (!expected.contains(start)) {
                    expected.add(start);
                }
            }
        }
        List<Integer> reported = new ArrayList<>();
        for (int i = first; i < count; i++) {
            reported.add(out[2 * i] - zero);
            assertEquals(zero + model.nextClearBit(out[2 * i] - zero), out[2 * i + 1]);
        }
        assertEquals(expected, reported);
    }
}
