package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SackScoreboardTest {
    private static final int MSS = 100;

    private final SackScoreboard board = new SackScoreboard();

    private int add(int start, int end) {
        return board.add(start, end, 0, 10_000);
    }

    @Test
    void blocksJoinAndCountOnce() {
        assertEquals(100, add(200, 300));
        assertEquals(0, add(200, 300));
        assertEquals(0, add(250, 260));
        assertEquals(100, add(400, 500));
        assertEquals(2, board.ranges());
        assertEquals(50, add(300, 350));
        assertEquals(2, board.ranges());
        assertEquals(10, add(390, 400), "touches the one behind it");
        assertEquals(2, board.ranges());
        assertEquals(40, add(220, 450));
        assertEquals(1, board.ranges());
        assertEquals(300, board.sackedBytes());
        assertEquals(500, board.highestSacked(0));
        assertFalse(board.isSacked(199));
        assertTrue(board.isSacked(200));
        assertTrue(board.isSacked(499));
        assertFalse(board.isSacked(500));
        board.clear();
        assertTrue(board.isEmpty());
        assertEquals(7, board.highestSacked(7));
        assertEquals(0, board.sackedBytes());
    }

    @Test
    void nonsenseAndDuplicatesChangeNothing() {
        for (int[] block : new int[][] {
            {900, 1000},
            {900, 1100},
            {1000, 1100},
            {1900, 2001},
            {2000, 2100},
            {1200, 1200},
            {1300, 1200},
            {1500, 900},
            {Integer.MIN_VALUE, Integer.MAX_VALUE},
            {1001, 1001 + Integer.MIN_VALUE}
        }) {
            assertEquals(0, board.add(block[0], block[1], 1000, 2000), Arrays.toString(block));
        }
        assertTrue(board.isEmpty());
        assertEquals(999, board.add(1001, 2000, 1000, 2000));
    }

    @Test
    void whatIsAcknowledgedGoes() {
        add(200, 300);
        add(400, 500);
        add(600, 700);
        board.acknowledge(100);
        assertEquals(3, board.ranges());
        board.acknowledge(300);
        assertEquals(2, board.ranges());
        assertEquals(200, board.sackedBytes());
        board.acknowledge(400);
        assertEquals(1, board.ranges(), "the peer has thrown away what it said it had");
        board.acknowledge(700);
        assertTrue(board.isEmpty());
    }

    @Test
    @DisplayName("T38 lost is what three ranges or more than two segments are behind")
    void lostIsWhatThreeRangesOrMoreThanTwoSegmentsAreBehind() {
        add(100, 200);
        assertFalse(board.isLost(0, MSS));
        add(200, 300);
        assertFalse(board.isLost(0, MSS), "two segments are not more than two");
        add(300, 301);
        assertTrue(board.isLost(0, MSS));
        assertTrue(board.isLost(99, MSS));
        board.clear();
        add(100, 101);
        add(200, 201);
        assertFalse(board.isLost(0, MSS));
        add(300, 301);
        assertTrue(board.isLost(0, MSS));
        assertFalse(board.isLost(150, MSS), "only two ranges are behind this one");
    }

    /** A window of eight segments of which 2 and, as the peer says more and more, 3 to 8 arrive. */
    @Test
    @DisplayName("T38 a recovery as in RFC 6675")
    void aRecoveryAsInRfc6675() {
        int una = 100;
        int nxt = 900;
        board.add(200, 300, una, nxt);
        board.add(200, 400, una, nxt);
        assertEquals(600, board.pipe(una, nxt, una, MSS), "nothing is lost yet: 1 and 4 to 8");
        assertEquals(SackScoreboard.NEW_DATA, board.nextSegment(una, nxt, una, MSS, true, true));
        board.add(200, 500, una, nxt);
        assertEquals(400, board.pipe(una, nxt, una, MSS), "5 to 8");
        assertEquals(SackScoreboard.LOST, board.nextSegment(una, nxt, una, MSS, true, true));
        assertEquals(100, board.segmentStart());
        assertEquals(100, board.segmentLength());
        int highRxt = 200;
        assertEquals(500, board.pipe(una, nxt, highRxt, MSS), "and the one sent again");
        assertEquals(900, board.pipe(una, nxt, nxt, MSS), "1 and 5 to 8 sent again");
        assertEquals(900, board.pipe(una, nxt, nxt + 50, MSS), "nothing is behind the last");
        assertEquals(SackScoreboard.NEW_DATA, board.nextSegment(una, nxt, highRxt, MSS, true, true));
        board.add(700, 750, una, nxt);
        assertEquals(SackScoreboard.GAP, board.nextSegment(una, nxt, highRxt, MSS, false, true));
        assertEquals(500, board.segmentStart());
        assertEquals(100, board.segmentLength());
        assertEquals(SackScoreboard.GAP, board.nextSegment(una, nxt, 600, MSS, false, true));
        assertEquals(600, board.segmentStart());
        assertEquals(SackScoreboard.RESCUE, board.nextSegment(una, nxt, 700, MSS, false, true));
        assertEquals(800, board.segmentStart());
        assertEquals(100, board.segmentLength());
        assertEquals(SackScoreboard.NOTHING, board.nextSegment(una, nxt, 700, MSS, false, false));
        board.add(760, 900, una, nxt);
        assertEquals(SackScoreboard.RESCUE, board.nextSegment(una, nxt, 900, MSS, false, true));
        assertEquals(750, board.segmentStart());
        assertEquals(10, board.segmentLength());
    }

    @Test
    void withoutAnyBlockTheLastSegmentIsAllThereIs() {
        assertEquals(SackScoreboard.RESCUE, board.nextSegment(0, 250, 0, MSS, false, true));
        assertEquals(150, board.segmentStart());
        assertEquals(SackScoreboard.NOTHING, board.nextSegment(0, 0, 0, MSS, false, true));
        assertEquals(250, board.pipe(0, 250, 0, MSS));
        assertFalse(board.isLost(0, MSS));
    }

    @Test
    void aFullBoardForgetsTheShortest() {
        for (int i = 0; i < SackScoreboard.MAX_RANGES; i++) {
            assertEquals(2 + i % 3, board.add(10 + 20 * i, 12 + 20 * i + i % 3, 0, 100_000));
        }
        assertEquals(SackScoreboard.MAX_RANGES, board.ranges());
        int before = board.sackedBytes();
        assertEquals(0, board.add(50_000, 50_001, 0, 100_000), "shorter than all");
        assertEquals(before, board.sackedBytes());
        assertEquals(50, board.add(50_000, 50_050, 0, 100_000));
        assertEquals(SackScoreboard.MAX_RANGES, board.ranges());
        assertEquals(before + 48, board.sackedBytes());
        assertFalse(board.isSacked(10));
        assertTrue(board.isSacked(30));
        assertEquals(50_050, board.highestSacked(0));
    }

    /** What RFC 6675 says, byte by byte over a set of received bytes. */
    private static final class Model {
        final BitSet sacked = new BitSet();

        boolean isLost(int byteAt) {
            int ranges = 0;
            int bytes = 0;
            for (int i = byteAt + 1; i < sacked.length() && ranges < 3 && bytes <= 2 * MSS; i++) {
                if (sacked.get(i)) {
                    bytes++;
                    ranges += sacked.get(i - 1) ? 0 : 1;
                }
            }
            return !sacked.get(byteAt) && (ranges >= 3 || bytes > 2 * MSS);
        }

        int pipe(int una, int nxt, int highRxt) {
            int pipe = 0;
            for (int i = una; i < nxt; i++) {
                if (!sacked.get(i)) {
                    pipe += (isLost(i) ? 0 : 1) + (i < highRxt ? 1 : 0);
                }
            }
            return pipe;
        }
    }

    @Test
    void itAgreesWithTheModelByteByByte() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            SackScoreboard real = new SackScoreboard();
            Model model = new Model();
            int zero = random.nextBoolean() ? -random.nextInt(900) : random.nextInt();
            int una = 0;
            int nxt = 900;
            for (int step = 0; step < 30; step++) {
                if (random.nextInt(8) == 0) {
                    int to = una + random.nextInt(120);
                    // What the peer has joined on, it acknowledges.
                    una = Math.min(nxt, model.sacked.nextClearBit(to));
                    model.sacked.clear(0, una);
                    real.acknowledge(zero + una);
                } else {
                    int start = una + 1 + random.nextInt(nxt - una);
                    int end = start + 1 + random.nextInt(90);
                    int before = model.sacked.cardinality();
                    if (end <= nxt) {
                        model.sacked.set(start, end);
                    }
                    assertEquals(
                            model.sacked.cardinality() - before,
                            real.add(zero + start, zero + end, zero + una, zero + nxt));
                }
                check(real, model, zero, una, nxt, una + random.nextInt(nxt - una + 1));
                if (una > nxt - 200) {
                    break;
                }
            }
        }
    }

    private static void check(SackScoreboard real, Model model, int zero, int una, int nxt, int highRxt) {
        assertEquals(model.sacked.cardinality(), real.sackedBytes());
        for (int i = una; i < nxt; i += 3) {
            assertEquals(model.sacked.get(i), real.isSacked(zero + i));
            if (!model.sacked.get(i)) {
                assertEquals(model.isLost(i), real.isLost(zero + i, MSS));
            }
        }
        assertEquals(model.pipe(una, nxt, highRxt), real.pipe(zero + una, zero + nxt, zero + highRxt, MSS));
        int rule = real.nextSegment(zero + una, zero + nxt, zero + highRxt, MSS, false, true);
        int gap = model.sacked.nextClearBit(highRxt);
        if (gap < model.sacked.length()) {
            assertEquals(model.isLost(gap) ? SackScoreboard.LOST : SackScoreboard.GAP, rule);
            assertEquals(zero + gap, real.segmentStart());
            assertEquals(Math.min(MSS, model.sacked.nextSetBit(gap) - gap), real.segmentLength());
        } else {
            int last = model.sacked.previousClearBit(nxt - 1);
            assertEquals(last < una ? SackScoreboard.NOTHING : SackScoreboard.RESCUE, rule);
            if (last >= una) {
                assertEquals(zero + last + 1, real.segmentStart() + real.segmentLength());
                assertTrue(real.segmentLength() <= MSS);
                assertFalse(real.isSacked(real.segmentStart()));
            }
        }
    }

    @Test
    @DisplayName("T56 a hostile peer costs a bounded amount and breaks nothing")
    void aHostilePeerCostsABoundedAmountAndBreaksNothing() {
        Random random = new Random(5);
        int una = -2_000_000;
        int nxt = 2_000_000;
        for (int i = 0; i < 100_000; i++) {
            int start = una - 100 + random.nextInt(nxt - una + 200);
            int length = random.nextInt(10) == 0 ? random.nextInt() : 1 + random.nextInt(3);
            board.add(start, start + length, una, nxt);
            if (random.nextInt(100) == 0) {
                una += random.nextInt(100);
                board.acknowledge(una);
            }
            if (random.nextInt(1000) == 0) {
                board.clear();
            }
            assertTrue(board.ranges() <= SackScoreboard.MAX_RANGES);
            assertTrue(board.sackedBytes() >= board.ranges() && board.sackedBytes() < nxt - una);
            int pipe = board.pipe(una, nxt, una, 48);
            assertTrue(pipe >= 0 && pipe <= nxt - una);
        }
    }
}
