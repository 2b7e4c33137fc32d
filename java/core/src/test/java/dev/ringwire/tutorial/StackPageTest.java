package dev.ringwire.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of the page about the stack: rows are whole, and the names in them are there. */
class StackPageTest {
    private static final Path PAGE = Path.of("..", "STACK.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern TWIN = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");
    private static final List<String> TESTS = List.of("", ".dns", ".link", ".network", ".transport");
    private static final List<String> PACKAGES =
            List.of("stack", "stack.dns", "stack.link", "stack.network", "stack.transport", "socket", "firewall");

    @Test
    void everyRowHasTestsThatCarryItsNumber() throws IOException {
        List<String[]> rows = rows("## What is promised", "| T");
        var wrong = new ArrayList<String>();
        for (int i = 0; i < 75; i++) {
            String number = String.format(Locale.ROOT, "T%02d", i + 1);
            assertEquals(number, rows.get(i)[1].trim());
            Matcher test = TEST.matcher(rows.get(i)[4]);
            boolean any = false;
            while (test.find()) {
                any = true;
                if (!isTest(test.group(1), test.group(2), number)) {
                    wrong.add(number + " " + test.group());
                }
            }
            if (!any && !rows.get(i)[5].contains("not met")) {
                wrong.add(number + " has no test");
            }
        }
        assertEquals(75, rows.size());
        assertEquals(List.of(), wrong);
    }

    @ParameterizedTest
    @CsvSource({"MUST, 69", "SHLD, 31"})
    void everyClauseIsThereOnceWithTests(String kind, int last) throws IOException {
        List<String[]> rows = rows("## What is promised", "| " + kind + "-");
        var wrong = new ArrayList<String>();
        for (int i = 0; i < rows.size(); i++) {
            String number = kind + "-" + (i + 1);
            assertEquals(number, rows.get(i)[1].trim());
            Matcher test = TEST.matcher(rows.get(i)[3]);
            int tests = 0;
            while (test.find()) {
                tests++;
                if (methods(test.group(1), test.group(2)).findAny().isEmpty()) {
                    wrong.add(number + " " + test.group());
                }
            }
            if (rows.get(i)[4].trim().startsWith("met") != tests > 0) {
                wrong.add(number + " with " + tests + " tests:" + rows.get(i)[4]);
            }
        }
        assertEquals(last, rows.size());
        assertEquals(List.of(), wrong);
    }

    private static boolean isTest(String type, String method, String number) {
        return methods(type, method).anyMatch(found -> carries(found, number));
    }

    private static Stream<Method> methods(String type, String method) {
        return TESTS.stream()
                .flatMap(sub -> type("stack" + sub, type).stream())
                .flatMap(found -> Arrays.stream(found.getDeclaredMethods()))
                .filter(found -> found.getName().equals(method));
    }

    private static boolean carries(Method method, String number) {
        DisplayName title = method.getAnnotation(DisplayName.class);
        return title != null && title.value().contains(number)
                || method.getName().startsWith(number.toLowerCase(Locale.ROOT));
    }

    @Test
    void everyTwinIsThere() throws IOException {
        var missing = new ArrayList<String>();
        int found = 0;
        for (String[] row : rows("## From PyStack", "| ")) {
            if (row[1].contains("PyStack |") || row[2].trim().equals("Ringwire")) {
                continue;
            }
            Matcher twin = TWIN.matcher(row[2]);
            boolean any = Stream.of("later", "none").anyMatch(row[2].trim()::equals);
            while (twin.find()) {
                any = true;
                found++;
                if (!isThere(twin.group(1), twin.group(2))) {
                    missing.add(twin.group());
                }
            }
            if (!any) {
                missing.add(row[1]);
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 50, "only " + found + " names");
    }

    private static boolean isThere(String type, String member) {
        return PACKAGES.stream()
                .flatMap(in -> type(in, type).stream())
                .anyMatch(found -> member == null
                        || Arrays.stream(found.getMethods())
                                .anyMatch(m -> m.getName().equals(member)));
    }

    private static Optional<Class<?>> type(String in, String name) {
        try {
            return Optional.of(Class.forName("dev.ringwire." + in + "." + name));
        } catch (ClassNotFoundException elsewhere) {
            return Optional.empty();
        }
    }

    /** The cells, from 1, of the rows of the table under a heading. */
    private static List<String[]> rows(String heading, String start) throws IOException {
        String text = Files.readString(PAGE);
        String section = text.substring(text.indexOf(heading));
        int end = section.indexOf("\n## ");
        return (end < 0 ? section : section.substring(0, end))
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.split("\\|", -1))
                .toList();
    }
}
