package dev.ringwire.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way of finding no library, or the right one, in a JVM of its own. */
class NativeLibraryTest {
    private static final Path CLASSES = Path.of(System.getProperty("ringwire.test.classes", "target/classes"));

    @TempDir
    private Path temporary;

    /** Runs the probe and returns all it printed, warnings of the JVM included. */
    private static String probe(Path ringwire, String... options) throws IOException, InterruptedException {
        String tests = LoaderProbe.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        if (!List.of(options).contains("--illegal-native-access=deny")) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", ringwire + File.pathSeparator + tests, LoaderProbe.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private static void assertContains(String output, String... parts) {
        for (String part : parts) {
            assertTrue(output.contains(part), () -> "wanted \"" + part + "\" in:\n" + output);
        }
    }

    private static Path builtLibrary() throws IOException {
        Path directory = CLASSES.resolve("META-INF/native");
        assumeTrue(Files.isDirectory(directory), "built without the native shim");
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith("libringwire.so"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void offIsOff() throws Exception {
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native=off"),
                "loaded=false",
                "reason=turned off by -Ddev.ringwire.native=off",
                "isLoaded=false");
    }

    @Test
    void anUnknownModeIsNamed() throws Exception {
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native=yes"),
                "reason=-Ddev.ringwire.native=yes is not one of auto, off, require and counts as auto; ",
                probe(CLASSES, "-Ddev.ringwire.native=auto").contains("isLoaded=true")
                        ? "isLoaded=true"
                        : "isLoaded=false");
    }

    @Test
    void loadsInPlaceFromADirectory() throws Exception {
        Path library = builtLibrary();
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native=require"),
                "loaded=true",
                "path=file:" + library.toAbsolutePath(),
                ", C 201112L",
                "isLoaded=true",
                "sum=1026");
    }

    @Test
    void loadsFromAJarAndLeavesNoFileBehind() throws Exception {
        builtLibrary();
        Path jar = jar(CLASSES);
        Path scratch = Files.createDirectory(temporary.resolve("scratch"));
        assertContains(
                probe(jar, "-Ddev.ringwire.native=require", "-Djava.io.tmpdir=" + scratch),
                "reason=loaded from jar:file:" + jar,
                "isLoaded=true",
                "sum=1026");
        try (Stream<Path> left = Files.list(scratch)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void saysWhereItCannotUnpack() throws Exception {
        builtLibrary();
        assertContains(
                probe(jar(CLASSES), "-Djava.io.tmpdir=" + temporary.resolve("absent")),
                "reason=cannot copy jar:file:",
                "set -Djava.io.tmpdir to a directory that can be written",
                "isLoaded=false");
    }

    @Test
    void loadsAnExplicitFile() throws Exception {
        Path copy = Files.copy(builtLibrary(), temporary.resolve("mine.so"));
        assertContains(probe(CLASSES, "-Ddev.ringwire.native.path=" + copy), "reason=loaded from " + copy, "sum=1026");
    }

    @Test
    void anExplicitFileThatIsMissingIsNamed() throws Exception {
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=/nowhere/lib.so"),
                "reason=-Ddev.ringwire.native.path=/nowhere/lib.so is not a file",
                "isLoaded=false");
    }

    @Test
    void requireThrowsWithTheReasonButStatusDoesNot() throws Exception {
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native=require", "-Ddev.ringwire.native.path=/nowhere/lib.so"),
                "loaded=false",
                "isLoaded threw -Ddev.ringwire.native=require, but -Ddev.ringwire.native.path=/nowhere/lib.so");
    }

    @Test
    void aJarWithoutALibrarySaysWhatToDo() throws Exception {
        assertContains(
                probe(CLASSES, "-Dos.arch=pdp11"),
                "/libringwire.so; use a jar built on this platform with cmake and a C compiler",
                "isLoaded=false");
    }

    @Test
    void garbageIsNotLoaded() throws Exception {
        Path garbage = Files.writeString(temporary.resolve("garbage.so"), "this is no library");
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + garbage),
                "reason=cannot load " + garbage + ": ",
                "isLoaded=false");
    }

    @Test
    void aLibraryOfSomebodyElseIsNotUsed() throws Exception {
        Path foreign = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        assumeTrue(Files.exists(foreign), "no shared library to borrow");
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + foreign),
                "reason=" + foreign + " is not a Ringwire library: ",
                "isLoaded=false");
    }

    @Test
    void aLibraryOfAnotherAbiIsNotUsed() throws Exception {
        String wrong = System.getProperty("ringwire.test.wrongAbi", "");
        assumeTrue(Files.exists(Path.of(wrong)), "built without the native shim");
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + wrong),
                "has ABI " + (Natives.ABI + 1) + ", wanted " + Natives.ABI + ";",
                "isLoaded=false");
    }

    @Test
    void aJvmThatDeniesNativeAccessIsExplained() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "the option is new in Java 24");
        builtLibrary();
        assertContains(
                probe(CLASSES, "--illegal-native-access=deny"),
                "reason=the JVM denies native access",
                "--enable-native-access=dev.ringwire",
                "isLoaded=false");
    }

    @Test
    void argumentsAreCheckedBeforeNativeCodeSeesThem() {
        ByteBuffer direct = ByteBuffer.allocateDirect(8);
        assertThrows(IndexOutOfBoundsException.class, () -> Natives.checksumArray(new byte[4], 2, 3, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> Natives.checksumBuffer(direct, -1, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> Natives.checksumBuffer(ByteBuffer.allocate(8), 0, 8, 0));
        assertThrows(IllegalArgumentException.class, () -> Natives.checksumAddress(0, 8, 0));
        assertThrows(IllegalArgumentException.class, () -> Natives.checksumAddress(1, -8, 0));
    }

    private Path jar(Path classes) {
        Path jar = temporary.resolve("ringwire.jar");
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        int status =
                tool.run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        assertEquals(0, status);
        return jar;
    }
}
