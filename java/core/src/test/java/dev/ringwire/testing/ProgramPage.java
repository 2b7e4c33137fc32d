package dev.ringwire.testing;

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
 * A page such as {@code java/TUTORIAL.md}, read as programs. A block of Java is the imports, or classes, or the body of a
 * {@code main}; the block of text behind it is what that prints.
 */
public final class ProgramPage {
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
    public record Step(String heading, String name, String expected, boolean onHosts) {
        @Override
        public String toString() {
            return heading;
        }
    }

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();

    private ProgramPage(String text) {
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

    /** Reads the page in that file. */
    public static ProgramPage read(Path file) throws IOException {
        return new ProgramPage(Files.readString(file));
    }

    private static String heading(String text, int at) {
        int start = text.lastIndexOf("\n## ", at);
        return text.substring(start + 4, text.indexOf('\n', start + 4));
    }

    /** Its programs in order: those that run on two hosts, or the others. */
    public List<Step> steps(boolean onHosts) {
        return steps.stream().filter(step -> step.onHosts == onHosts).toList();
    }

    /** Compiles all its programs into a directory. */
    public void compile(Path directory) throws IOException {
        JavaSource.compile(directory, sources).close();
    }

    /** The command line that runs a program in a directory, with the classes in it. */
    public static List<String> command(Path directory, String name) {
        var command = new ArrayList<>(List.of("env", "-C", directory.toString()));
        command.add(Command.java(ProgramPage.class).get(0));
        String mode = System.getProperty("dev.ringwire.native", "auto");
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Ddev.ringwire.native=" + mode));
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + ":" + directory, name));
        return command;
    }

    /** The text with a mark in the place of what differs from run to run. */
    public static String masked(String printed) {
        return TIME.matcher(printed).replaceAll("<time>");
    }
}
