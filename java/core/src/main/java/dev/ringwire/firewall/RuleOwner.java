package dev.ringwire.firewall;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose a rule is, as its comment says: process ids are used again, so the start of the process is told, too.
 *
 * @param namespace inode of the process id namespace, in which the id means something
 * @param pid process id
 * @param start when it started, in clock ticks since the computer did (field 22 of {@code /proc/pid/stat})
 */
record RuleOwner(long namespace, long pid, long start) {
    private static final Pattern COMMENT = Pattern.compile("ringwire:([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18})");

    /** This JVM. */
    static RuleOwner self() throws IOException {
        long pid = ProcessHandle.current().pid();
        return new RuleOwner(currentNamespace(), pid, startOf(pid).orElse(0L));
    }

    /** Reads a comment; empty if it is not one of ours. */
    static Optional<RuleOwner> of(String comment) {
        Matcher numbers = COMMENT.matcher(comment);
        return numbers.matches()
                ? Optional.of(new RuleOwner(
                        Long.parseLong(numbers.group(1)),
                        Long.parseLong(numbers.group(2)),
                        Long.parseLong(numbers.group(3))))
                : Optional.empty();
    }

    String comment() {
        return "ringwire:" + namespace + ":" + pid + ":" + start;
    }

    /** Whether it is known that this process is no more; one of another namespace is not known. */
    boolean isGone() throws IOException {
        return namespace == currentNamespace() && !startOf(pid).equals(Optional.of(start));
    }

    private static long currentNamespace() throws IOException {
        // pid:[4026531836]
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return Long.parseLong(link.replaceAll("[^0-9]", ""));
    }

    private static Optional<Long> startOf(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // The second field is the name in parentheses, which may contain anything.
        String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
        return Optional.of(
                Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]));
    }
}
