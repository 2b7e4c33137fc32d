package dev.ringwire.stack.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.bytes.Bits;
import dev.ringwire.stack.PacketBuffer;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SynCookiesTest {
    private static final long SECOND = 1_000_000_000;

    private final SynCookies cookies = new SynCookies(new Random(1));
    private final PacketBuffer packet = new PacketBuffer();
    private final TcpSegment segment = new TcpSegment();
    private final ByteBuffer bytes = ByteBuffer.allocate(20);

    SynCookiesTest() {
        Bits.put8(bytes, 12, 0x50);
        packet.aim(bytes, 0, 20);
        from(2, 1234);
    }

    private void from(long address, int port) {
        packet.source(0, PacketBuffer.IPV4_MAPPED | address);
        packet.destination(0, PacketBuffer.IPV4_MAPPED | 1);
        Bits.put16(bytes, 0, port);
        Bits.put16(bytes, 2, 80);
    }

    private int make(int isn, int mss, long now) {
        Bits.put32(bytes, 4, isn);
        assertTrue(segment.parse(packet));
        return cookies.make(packet, segment, mss, now);
    }

    private int check(int isn, int cookie, long now) {
        Bits.put32(bytes, 4, isn + 1);
        Bits.put32(bytes, 8, cookie + 1);
        assertTrue(segment.parse(packet));
        return cookies.check(packet, segment, now);
    }

    @Test
    void theSegmentSizeComesBackRoundedDown() {
        int[][] sizes = {
            {1460, 1460},
            {1459, 1440},
            {536, 536},
            {535, 48},
            {48, 48},
            {1, 48},
            {9000, 8960},
            {65_535, 8960},
            {1452, 1440}
        };
        for (int isn : new int[] {0, 1, -1, -2, Integer.MIN_VALUE, 0x1234_5678}) {
            for (int[] size : sizes) {
                assertEquals(size[1], check(isn, make(isn, size[0], 5 * SECOND), 6 * SECOND));
            }
        }
    }

    @Test
    @DisplayName("T54 a cookie holds for a minute and not for three")
    void aCookieHoldsForAMinuteAndNotForThree() {
        for (long begin : new long[] {0, 68 * SECOND, 1000 * SECOND, 3_000_000 * SECOND, -500 * SECOND, -1}) {
            int cookie = make(7, 1460, begin);
            for (int second = 0; second <= 68; second++) {
                assertEquals(1460, check(7, cookie, begin + second * SECOND), begin + " + " + second);
            }
            for (int second = 138; second < 5000; second++) {
                assertEquals(SynCookies.INVALID, check(7, cookie, begin + second * SECOND));
            }
            assertEquals(SynCookies.INVALID, check(7, cookie, begin - 70 * SECOND), "from the future");
        }
    }

    @Test
    @DisplayName("T54 it is no cookie for anybody else")
    void itIsNoCookieForAnybodyElse() {
        int cookie = make(7, 1460, 0);
        assertEquals(SynCookies.INVALID, check(8, cookie, 0));
        assertEquals(SynCookies.INVALID, check(7, cookie + 1, 0));
        assertEquals(SynCookies.INVALID, check(7, cookie - (1 << 24), 0), "another segment size");
        from(3, 1234);
        assertEquals(SynCookies.INVALID, check(7, cookie, 0));
        from(2, 1235);
        assertEquals(SynCookies.INVALID, check(7, cookie, 0));
        from(2, 1234);
        assertEquals(1460, check(7, cookie, 0));
        assertEquals(-1, new SynCookies(new Random(2)).check(packet, segment, 0));
    }

    @Test
    @DisplayName("T54 guesses are as good as none")
    void guessesAreAsGoodAsNone() {
        Random random = new Random(3);
        int right = 0;
        for (int i = 0; i < 500_000; i++) {
            right += check(7, random.nextInt(), 0) == SynCookies.INVALID ? 0 : 1;
        }
        assertEquals(0, right);
    }

    @Test
    void cookiesLookLikeChance() {
        int[] ones = new int[32];
        int n = 10_000;
        for (int i = 0; i < n; i++) {
            from(i, i);
            int cookie = make(i, 1460, 0);
            for (int bit = 0; bit < 32; bit++) {
                ones[bit] += cookie >>> bit & 1;
            }
        }
        for (int bit = 0; bit < 32; bit++) {
            assertEquals(n / 2.0, ones[bit], 3 * Math.sqrt(n), "bit " + bit);
        }
    }

    @Test
    void theTimestampKeepsWhatElseWasOffered() {
        for (int clock : new int[] {0, 1, 31, 32, -1, -32, Integer.MAX_VALUE, 1_000_003}) {
            for (int scale = -1; scale <= 14; scale++) {
                for (boolean sack : new boolean[] {false, true}) {
                    int stamp = SynCookies.timestamp(clock, scale, sack);
                    assertTrue(clock - stamp >= 0 && clock - stamp < 32, clock + " became " + stamp);
                    assertEquals(scale, SynCookies.windowScale(stamp));
                    assertEquals(sack, SynCookies.sackPermitted(stamp));
                }
            }
        }
    }
}
