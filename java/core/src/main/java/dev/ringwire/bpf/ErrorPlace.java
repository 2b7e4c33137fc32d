package dev.ringwire.bpf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where in a filter expression the error is, which libpcap does not tell: found by compiling its beginnings. The word
 * with which a beginning first gives the same error is the wrong one; for a syntax error it is the word with which a
 * beginning first cannot be completed any more.
 */
final class ErrorPlace {
    private static final Pattern WORD = Pattern.compile("\\\\?[\\w.:/-]+|[<>=!]=|<<|>>|&&|\\|\\||\\S");
    private static final String SYNTAX_ERROR = "syntax error";

    /** Ways to go on that are right behind something: nothing, a number, a primitive, an address, a part of a header. */
    private static final List<String> COMPLETIONS = List.of(
            "",
            "1",
            "ip",
            "= 1",
            "port 1",
            "host 1.2.3.4",
            "1.2.3.4",
            "1:2:3:4:5:6",
            "1-2",
            "[0]",
            "255.0.0.0",
            "mgt",
            "beacon",
            "x");

    /** Each try may ask the DNS for the names in the expression. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** In characters: a mark helps where a line is read, and libpcap takes seconds for what is much longer. */
    private static final int LONGEST_EXPRESSION = 1000;

    private final Function<String, @Nullable String> compiler;
    private final long start = System.nanoTime();

    /** @param compiler why an expression is refused, or null if it is not */
    ErrorPlace(Function<String, @Nullable String> compiler) {
        this.compiler = compiler;
    }

    /** The place in characters, that behind the end if something is missing there; -1 if it was not found. */
    int find(String expression, String reason) {
        if (expression.length() > LONGEST_EXPRESSION) {
            return -1;
        }
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (Matcher word = WORD.matcher(expression); word.find(); ) {
            starts.add(word.start());
            ends.add(word.end());
        }
        boolean syntax = reason.contains(SYNTAX_ERROR);
        for (int i = 0; i < ends.size(); i++) {
            if (System.nanoTime() - start > LONGEST_NANOS) {
                return -1;
            }
            String beginning = expression.substring(0, ends.get(i));
            if (syntax ? !canBeCompleted(beginning) : reason.equals(compiler.apply(beginning))) {
                return starts.get(i);
            }
        }
        return syntax ? expression.length() : -1;
    }

    private boolean canBeCompleted(String beginning) {
        for (String completion : COMPLETIONS) {
            for (int relations = 0; relations < 4; relations++) {
                String said = compiler.apply(close(beginning + " " + completion, relations));
                if (said == null || !said.contains(SYNTAX_ERROR)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Closes all brackets, with a relation behind each inner value or behind the whole, by the two bits. */
    private static String close(String text, int relations) {
        Deque<Character> open = new ArrayDeque<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(' || c == '[') {
                open.push(c);
            } else if ((c == ')' || c == ']') && !open.isEmpty()) {
                open.pop();
            }
        }
        var closed = new StringBuilder(text);
        while (!open.isEmpty()) {
            closed.append(open.pop() == '(' ? ")" : (relations & 1) == 0 ? "]" : "] = 1");
        }
        return closed.append((relations & 2) == 0 ? "" : " = 1").toString();
    }

    /** The expression and a mark below the place, as two more lines. */
    static String show(String expression, int at) {
        return "\n  " + expression.replaceAll("\\s", " ") + "\n  " + " ".repeat(at) + "^";
    }
}
