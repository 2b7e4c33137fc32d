package dev.ringwire.tutorial;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.JavaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every piece of Java in the README compiles, with the packages of the module and what its text takes to be there. */
class ReadmeTest {
    private static final Path PAGE = Path.of("..", "..", "README.md");
    private static final Path MODULE = Path.of("src", "main", "java", "module-info.java");
    private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern EXPORTED = Pattern.compile("^ *exports ([\\w.]+);", Pattern.MULTILINE);

    /** What a piece uses and does not declare: by the words that show it. */
    private static final Map<String, String> GIVEN = Map.of(
            "while (source.next())", "FrameSource source;",
            "syns[", "int[] syns;",
            "bytes +=", "long bytes;",
            "decode(bytes)", "byte[] bytes;",
            "wrap(frame)", "byte[] frame;",
            "copyOf(frame", "byte[] frame;");

    @Test
    void compiles(@TempDir Path directory) throws IOException {
        String imports = EXPORTED.matcher(Files.readString(MODULE))
                        .results()
                        .map(exported -> "import " + exported.group(1) + ".*;\n")
                        .collect(Collectors.joining())
                + "import java.io.*; import java.net.Socket; import java.nio.*; import java.nio.file.*;\n"
                + "import java.time.*; import java.util.*;\n";
        var sources = new LinkedHashMap<String, String>();
        Matcher piece = JAVA.matcher(Files.readString(PAGE));
        while (piece.find()) {
            String body = piece.group(1);
            String given = GIVEN.entrySet().stream()
                    .filter(one -> body.contains(one.getKey()))
                    .map(Map.Entry::getValue)
                    .distinct()
                    .collect(Collectors.joining(" "));
            String name = "Piece" + (sources.size() + 1);
            sources.put(
                    name,
                    imports + "class " + name + " { " + given + "\nvoid run() throws Exception {\n" + body + "} }\n");
        }
        assertTrue(sources.size() >= 9, "pieces are missing: " + sources.size());
        JavaSource.compile(directory, sources).close();
    }
}
