package dev.ringwire.testing;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Gives a target random and mutated inputs for {@code -Dringwire.fuzz.seconds} (2 unless set), the same for the same
 * {@code -Dringwire.fuzz.seed}. A failure prints the input in hexadecimal; {@code -Dringwire.fuzz.input=HEX} runs
 * that one alone.
 */
public final class Fuzzer {
    private static final int LONGEST = 4096;
    private static final int POOL = 64;
    private static final long HANG_NANOS = 60_000_000_000L;
    private static final byte[] TELLING = {0, 1, 4, 0x3f, 0x7f, (byte) 0x80, (byte) 0xc0, (byte) 0xfe, (byte) 0xff};

    private final Random random;
    private final List<byte[]> seeds;
    private final byte[][] pool = new byte[POOL][];

    private volatile byte[] input = {};
    private volatile long startedAt;

    private Fuzzer(List<byte[]> seeds, long seed) {
        this.seeds = List.copyOf(seeds);
        this.random = new Random(seed);
        for (int i = 0; i < POOL; i++) {
            pool[i] = seeds.get(i % seeds.size());
        }
    }

    /** What is tested: fails by throwing. */
    public interface Target {
        void run(byte[] input) throws Exception;
    }

    /**
     * Runs until the time is over or an input fails.
     *
     * @param seeds good inputs to mutate; not empty
     */
    public static void run(List<byte[]> seeds, Target target) {
        String given = System.getProperty("ringwire.fuzz.input");
        long seed = Long.getLong("ringwire.fuzz.seed", System.nanoTime());
        Fuzzer fuzzer = new Fuzzer(seeds, seed);
        Thread watch = new Thread(() -> fuzzer.watch(seed), "fuzz watch");
        watch.setDaemon(true);
        watch.start();
        try {
            if (given != null) {
                fuzzer.runOne(target, HexFormat.of().parseHex(given), "the given input");
                return;
            }
            long count = fuzzer.runMany(target, seed);
            System.out.println("fuzz: " + count + " inputs, seed " + seed);
        } finally {
            watch.interrupt();
        }
    }

    private long runMany(Target target, long seed) {
        long end = System.nanoTime()
                + Math.round(Double.parseDouble(System.getProperty("ringwire.fuzz.seconds", "2")) * 1e9);
        long count = 0;
        for (byte[] good : seeds) {
            runOne(target, good, "a good input");
        }
        while (System.nanoTime() < end) {
            int slot = random.nextInt(POOL);
            byte[] next = make(pool[slot]);
            runOne(target, next, "input " + ++count + " of seed " + seed);
            pool[slot] = random.nextInt(16) == 0 ? seeds.get(random.nextInt(seeds.size())) : next;
        }
        return count;
    }

    private void runOne(Target target, byte[] bytes, String what) {
        input = bytes;
        startedAt = System.nanoTime();
        try {
            // A target that changes its input must not change what is printed.
            target.run(bytes.clone());
        } catch (Throwable e) {
            throw new AssertionError(
                    what + " failed, " + bytes.length + " bytes; -Dringwire.fuzz.input="
                            + HexFormat.of().formatHex(bytes),
                    e);
        }
    }

    /** An input that never comes back cannot be told by an exception. */
    private void watch(long seed) {
        try {
            while (true) {
                Thread.sleep(1000);
                if (startedAt != 0 && System.nanoTime() - startedAt > HANG_NANOS) {
                    System.err.println("an input of seed " + seed + " hangs; -Dringwire.fuzz.input="
                            + HexFormat.of().formatHex(input));
                    Runtime.getRuntime().halt(1);
                }
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] make(byte[] from) {
        byte[] bytes = from;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] change(byte[] from) {
        if (from.length == 0) {
            byte[] fresh = new byte[random.nextInt(96)];
            random.nextBytes(fresh);
            return fresh;
        }
        byte[] bytes = from.clone();
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(bytes.length - at, 16));
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
            case 2 -> Arrays.fill(bytes, at, at + length, TELLING[random.nextInt(TELLING.length)]);
            case 3 -> bytes = Arrays.copyOf(bytes, at);
            case 4 -> System.arraycopy(from, random.nextInt(from.length - length + 1), bytes, at, length);
            case 5 -> {
                // A part twice, as headers in headers are.
                int part = 1 + random.nextInt(bytes.length - at);
                if (bytes.length + part <= LONGEST) {
                    bytes = Arrays.copyOf(from, from.length + part);
                    System.arraycopy(from, at, bytes, at + part, from.length - at);
                }
            }
            default -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int behind = random.nextInt(other.length + 1);
                bytes = Arrays.copyOf(from, Math.min(at + other.length - behind, LONGEST));
                System.arraycopy(other, behind, bytes, at, bytes.length - at);
            }
        }
        return bytes;
    }
}
