package dev.ringwire.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives a target inputs that Jazzer makes, guided by what they reach in our classes, for {@code -Dringwire.fuzz.seconds}
 * (2 unless set); before that the good inputs of the test, and what was found once: the lines of hexadecimal digits in
 * {@code src/test/resources/fuzz/TEST.txt}. A failure prints the input in hexadecimal;
 * {@code -Dringwire.fuzz.input=HEX} runs that one alone. What proved interesting stays in {@code target/fuzz} for the
 * next time.
 */
public final class Fuzzer {
    /** Bytes of the longest input that is made. */
    private static final int LONGEST = 4096;

    /** Seconds after which an input hangs. */
    private static final int HANG = 60;

    private Fuzzer() {}

    /** What is tested: fails by throwing. */
    public interface Target {
        void run(byte[] input) throws Exception;
    }

    /**
     * Runs until the time is over or an input fails. To be called by a method without arguments of a test class.
     *
     * @param seeds good inputs to start from
     */
    public static void run(List<byte[]> seeds, Target target) {
        if (FuzzChild.isHere()) {
            FuzzChild.serve(target);
            return;
        }
        String given = System.getProperty("ringwire.fuzz.input");
        if (given != null) {
            runOne(target, HexFormat.of().parseHex(given));
            return;
        }
        StackWalker.StackFrame test = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.skip(1).findFirst().orElseThrow());
        var all = new ArrayList<>(seeds);
        try {
            all.addAll(found(test.getDeclaringClass()));
            all.forEach(seed -> runOne(target, seed));
            guided(test, all);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void runOne(Target target, byte[] bytes) {
        try {
            // A target that changes its input must not change what is printed.
            target.run(bytes.clone());
        } catch (Throwable e) {
            throw new AssertionError(again(bytes), e);
        }
    }

    private static String again(byte[] bytes) {
        return bytes.length + " bytes fail; -Dringwire.fuzz.input="
                + HexFormat.of().formatHex(bytes);
    }

    private static List<byte[]> found(Class<?> test) throws IOException {
        try (var in = test.getResourceAsStream("/fuzz/" + test.getSimpleName() + ".txt")) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(HexFormat.of()::parseHex)
                            .toList();
        }
    }

    /** In a JVM of its own, whose classes Jazzer instruments as they are loaded. */
    private static void guided(StackWalker.StackFrame test, List<byte[]> seeds)
            throws IOException, InterruptedException {
        String name = test.getDeclaringClass().getSimpleName() + "." + test.getMethodName();
        Path home = Path.of("target", "fuzz", name).toAbsolutePath();
        Path corpus = Files.createDirectories(home.resolve("corpus"));
        Path findings = Files.createDirectories(home.resolve("found"));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        try (Stream<Path> old = Files.list(findings)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-D" + FuzzChild.TEST + "=" + test.getClassName() + "#" + test.getMethodName()));
        System.getProperties().forEach((key, value) -> {
            if (key.toString().startsWith("ringwire.") || key.toString().startsWith("dev.ringwire.")) {
                command.add(command.size() - 1, "-D" + key + "=" + value);
            }
        });
        command.addAll(List.of(
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzChild.class.getName(),
                "--instrumentation_includes=dev.ringwire.**",
                "--instrumentation_excludes=dev.ringwire.testing.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time="
                        + Math.max(1, Math.round(Double.parseDouble(System.getProperty("ringwire.fuzz.seconds", "2")))),
                "-max_len=" + LONGEST,
                "-timeout=" + HANG,
                "-report_slow_units=" + HANG,
                "-rss_limit_mb=0",
                "-print_final_stats=1",
                corpus.toString()));
        Path log = home.resolve("jazzer.log");
        Process jazzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status;
        try {
            status = jazzer.waitFor();
        } finally {
            jazzer.destroyForcibly();
        }
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.list(findings)) {
            for (Path file : files.filter(f -> !f.toString().endsWith(".java")).toList()) {
                throw new AssertionError(again(Files.readAllBytes(file)) + "\n"
                        + said.lines()
                                .dropWhile(line -> !line.contains("== Java Exception") && !line.contains("ERROR: "))
                                .limit(40)
                                .reduce("", (a, b) -> a + b + "\n"));
            }
        }
        assertEquals(0, status, () -> "Jazzer failed:\n" + said);
        String runs = said.lines()
                .filter(line -> line.startsWith("stat::number_of_executed_units:"))
                .map(line -> line.replaceAll("\\D+", ""))
                .findFirst()
                .orElse("0");
        assertTrue(Long.parseLong(runs) > 0, () -> "Jazzer tried nothing:\n" + said);
        System.out.println("fuzz: " + name + ": " + runs + " inputs");
    }
}
