package dev.ringwire.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Connections over links of all kinds of badness. {@code -Dringwire.schedules=N} runs so many of them, from
 * {@code -Dringwire.schedules.first=SEED} on, {@code -Dringwire.schedule=SEED} the one that a failure has named.
 */
class TcpScheduleTest {
    private static final int USUAL = 300;
    private static final int MOST_TOLD = 20;

    @Test
    void everyScheduleEndsAsItShould() {
        Long one = Long.getLong("ringwire.schedule");
        if (one != null) {
            new TcpSchedule(one).run();
            return;
        }
        List<String> failures = new ArrayList<>();
        int count = Integer.getInteger("ringwire.schedules", USUAL);
        long first = Long.getLong("ringwire.schedules.first", 1);
        for (long seed = first; seed < first + count && failures.size() < MOST_TOLD; seed++) {
            try {
                new TcpSchedule(seed).run();
            } catch (AssertionError | RuntimeException e) {
                failures.add(e instanceof AssertionError ? e.getMessage() : "seed " + seed + ": " + e);
            }
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n\n", failures));
    }
}
