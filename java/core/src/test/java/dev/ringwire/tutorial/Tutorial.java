package dev.ringwire.tutorial;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.JavaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code java/TUTORIAL.md} or {@code java/STACK.md}, read as a program. A block of Java is the imports, or classes, or the body of a
 * {@code main}; the block of text behind it is what that prints.
 */
final class Tutorial {
    static final Path FILE = Path.of("..", "TUTORIAL.md");

    /** From this heading on, programs run on the first of two hosts. */
    private static final String TWO_HOSTS = "## Two hosts";

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("^(?:public )?class (\\w+)", Pattern.MULTILINE);

    /** What differs from run to run: times since 1970, and how long something took. */
    private static final Pattern TIME = Pattern.compile("\\d{10}\\.\\d{9}|\\d+ (?:ns|ms)\\b");

    /**
     * A program and what it prints.
     *
     * @param heading of its section
     * @param name its class
     */
    record Step(String heading, String name, String expected, boolean onHosts) {
        @Override
        public String toString() {
            return heading;
        }
    }

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();

    private Tutorial(String text) {
        int hosts = text.contains(TWO_HOSTS) ? text.indexOf(TWO_HOSTS) : text.length();
        String imports = "";
        String program = null;
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            String body = block.group(2);
            Matcher declared = CLASS.matcher(body);
            if (block.group(1).equals("text")) {
                if (program == null) {
                    throw new IllegalStateException("no program prints:\n" + body);
                }
                steps.add(new Step(heading(text, block.start()), program, body, block.start() > hosts));
                program = null;
                continue;
            }
            if (!block.group(1).equals("java")) {
                continue;
            }
            if (program != null) {
                throw new IllegalStateException("what does it print?\n" + sources.get(program));
            }
            if (body.startsWith("import ")) {
                imports = body;
            } else if (declared.find()) {
                sources.put(declared.group(1), imports + body);
            } else {
                program = "Step" + (steps.size() + 1);
                sources.put(
                        program,
                        imports + "final class " + program
                                + " { public static void main(String[] args) throws Exception {\n" + body + "} }\n");
            }
        }
    }

    static Tutorial read() throws IOException {
        return read(FILE);
    }

    /** Another page that is written in the same way. */
    static Tutorial read(Path file) throws IOException {
        return new Tutorial(Files.readString(file));
    }

    private static String heading(String text, int at) {
        int start = text.lastIndexOf("\n## ", at);
        return text.substring(start + 4, text.indexOf('\n', start + 4));
    }

    List<Step> steps(boolean onHosts) {
        return steps.stream().filter(step -> step.onHosts == onHosts).toList();
    }

    void compile(Path directory) throws IOException {
        JavaSource.compile(directory, sources).close();
    }

    /** The command line that runs a program in a directory, with the classes in it. */
    static List<String> command(Path directory, String name) {
        var command = new ArrayList<>(List.of("env", "-C", directory.toString()));
        List<String> java = Command.java(MakeCaptures.class);
        int path = java.indexOf("-cp") + 1;
        command.add(java.get(0));
        String mode = System.getProperty("dev.ringwire.native", "auto");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Ddev.ringwire.native=" + mode));
        command.addAll(List.of("-cp", java.get(path) + ":" + directory, name));
        return command;
    }

    /** The text with a mark in the place of what differs from run to run. */
    static String masked(String printed) {
        return TIME.matcher(printed).replaceAll("<time>");
    }
}
