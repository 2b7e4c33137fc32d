package dev.ringwire.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Facts of the machine, from /proc. */
final class Machine {
    private Machine() {}

    /** What numbers depend on, in a line. */
    static String facts() {
        return line(Path.of("/proc/cpuinfo"), "model name") + " x "
                + Runtime.getRuntime().availableProcessors() + ", "
                + line(Path.of("/proc/meminfo"), "MemTotal") + " memory, " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.version");
    }

    /** Bytes that can be had without swapping. */
    static long availableMemory() {
        String kibibytes = line(Path.of("/proc/meminfo"), "MemAvailable").replaceAll("\\D", "");
        return kibibytes.isEmpty() ? Long.MAX_VALUE : Long.parseLong(kibibytes) * 1024;
    }

    private static String line(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(key)) {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        } catch (IOException noSuchFactHere) {
            // As where the key is missing.
        }
        return "?";
    }

    static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Nanoseconds that all live threads of a process were on a CPU, to the scheduler's own precision. */
    static long cpuNanos(long pid) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                try {
                    List<String> lines = Files.readAllLines(task.resolve("schedstat"), StandardCharsets.ISO_8859_1);
                    sum += Long.parseLong(lines.get(0).split(" ")[0]);
                } catch (NoSuchFileException theThreadHasEnded) {
                    // Its time is lost, for all contestants alike.
                }
            }
        }
        return sum;
    }
}
