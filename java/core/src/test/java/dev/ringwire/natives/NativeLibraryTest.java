package dev.ringwire.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringwire.testing.RootOnly;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
        return probe(List.of(), ringwire, options);
    }

    /** Through another program that starts the command it is given. */
    private static String probe(List<String> starter, Path ringwire, String... options)
            throws IOException, InterruptedException {
        String tests = LoaderProbe.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        List<String> command = new ArrayList<>(starter);
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
    void anUnknownModeIsNamedAndTakenAsAuto() throws Exception {
        builtLibrary();
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native=yes"),
                "reason=loaded from ",
                " (-Ddev.ringwire.native=yes is not one of auto, off, require: taken as auto)",
                "isLoaded=true");
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
        Path absent = temporary.resolve("absent");
        assertContains(
                probe(jar(CLASSES), "-Djava.io.tmpdir=" + absent, "-Duser.home=" + absent),
                "reason=no place for a copy of jar:file:",
                absent + " cannot be written (java.nio.file.NoSuchFileException",
                "set -Djava.io.tmpdir to a directory that can be written",
                "isLoaded=false");
    }

    @Test
    void unpacksAtHomeWhereTheTemporaryDirectoryIsNotToBeWritten() throws Exception {
        builtLibrary();
        Path home = Files.createDirectory(temporary.resolve("home"));
        assertContains(
                probe(jar(CLASSES), "-Djava.io.tmpdir=" + temporary.resolve("absent"), "-Duser.home=" + home),
                "reason=loaded from jar:file:",
                "(copied to " + home + " since ",
                "sum=1026");
        try (Stream<Path> left = Files.list(home)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    @RootOnly
    void unpacksAtHomeWhereTheTemporaryDirectoryForbidsExecution() throws Exception {
        builtLibrary();
        Path home = Files.createDirectory(temporary.resolve("home"));
        Path forbidding = Files.createDirectory(temporary.resolve("noexec"));
        List<String> mounted = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs \"$0\" && exec \"$@\"",
                forbidding.toString());
        assertContains(
                probe(mounted, jar(CLASSES), "-Djava.io.tmpdir=" + forbidding, "-Duser.home=" + home),
                "reason=loaded from jar:file:",
                "(copied to " + home + " since from " + forbidding,
                "forbids execution (mounted noexec)",
                "sum=1026");
        assertContains(
                probe(mounted, jar(CLASSES), "-Djava.io.tmpdir=" + forbidding, "-Duser.home=" + forbidding),
                "reason=no place for a copy of jar:file:",
                "forbids execution (mounted noexec)",
                "set -Djava.io.tmpdir to a directory that can be written and allows execution",
                "isLoaded=false");
        // A library named by the user lies where it lies.
        Path copy = Files.copy(builtLibrary(), temporary.resolve("mine.so"));
        List<String> copied = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs \"$0\" && cp " + copy + " \"$0\" && exec \"$@\"",
                forbidding.toString());
        assertContains(
                probe(copied, CLASSES, "-Ddev.ringwire.native.path=" + forbidding.resolve("mine.so")),
                "reason=cannot load " + forbidding.resolve("mine.so") + ": its file system forbids execution",
                "isLoaded=false");
    }

    @Test
    void aDamagedJarIsNotLoadedFrom() throws Exception {
        Path library = builtLibrary();
        Path jar = jar(CLASSES, "--no-compress");
        byte[] bytes = Files.readAllBytes(jar);
        // In the middle of its code, where no header tells.
        int at = indexOf(bytes, Files.readAllBytes(library)) + (int) Files.size(library) / 3;
        bytes[at] ^= 1;
        Files.write(jar, bytes);
        assertContains(probe(jar), "reason=cannot read jar:file:", "its checksum is wrong", "isLoaded=false");
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
                "reason=" + garbage + " is no shared library (it does not begin with the ELF mark)",
                "isLoaded=false");
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + Files.write(garbage, new byte[0])),
                "reason=" + garbage + " is cut off (no whole ELF header)",
                "isLoaded=false");
    }

    @Test
    void noCutOffLibraryIsHandedToTheLinker() throws Exception {
        byte[] library = Files.readAllBytes(builtLibrary());
        Path cut = temporary.resolve("cut.so");
        String platform = NativeLibrary.status().platform();
        assertNull(ElfFile.problem(Files.write(cut, library), platform));
        for (int length = 0; length < library.length; length += length < 2000 ? 1 : 97) {
            String problem = ElfFile.problem(Files.write(cut, Arrays.copyOf(library, length)), platform);
            assertTrue(problem != null && !problem.startsWith("for another machine"), length + ": " + problem);
        }
        // The linker itself dies of this one.
        Files.write(cut, Arrays.copyOf(library, library.length / 2));
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + cut),
                "reason=" + cut + " is cut off or damaged (" + library.length / 2 + " bytes;",
                "isLoaded=false");
    }

    @Test
    void aLibraryForAnotherMachineIsNamedAsSuch() throws Exception {
        byte[] library = Files.readAllBytes(builtLibrary());
        library[18] = (byte) 8; // MIPS, for which nothing here is built
        library[19] = 0;
        Path foreign = Files.write(temporary.resolve("mips.so"), library);
        assertContains(
                probe(CLASSES, "-Ddev.ringwire.native.path=" + foreign),
                "reason=" + foreign + " is for another machine (ELF machine 8, ",
                "isLoaded=false");
    }

    @Test
    void turnedBitsInTheHeadersAreFoundOrHarmless() throws Exception {
        byte[] library = Files.readAllBytes(builtLibrary());
        Path damaged = temporary.resolve("damaged.so");
        Random random = new Random(3);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = library.clone();
            bytes[random.nextInt(600)] ^= (byte) (1 << random.nextInt(8));
            // Whatever it says, it returns.
            ElfFile.problem(Files.write(damaged, bytes), NativeLibrary.status().platform());
        }
    }

    @Test
    @RootOnly
    void aFileThatMayNotBeReadIsSaidToBe() throws Exception {
        Path secret = Files.copy(builtLibrary(), temporary.resolve("secret.so"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path jar = jar(CLASSES);
        // The classes of the tests may lie where nobody else may look.
        Path probe = temporary.resolve("dev/ringwire/natives/LoaderProbe.class");
        Files.createDirectories(probe.getParent());
        Files.write(
                probe,
                LoaderProbe.class.getResourceAsStream("LoaderProbe.class").readAllBytes());
        assertContains(
                probe(
                        List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                        Path.of(jar + File.pathSeparator + temporary),
                        "-Ddev.ringwire.native.path=" + secret),
                "reason=cannot read -Ddev.ringwire.native.path=" + secret,
                "AccessDeniedException",
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

    private static int indexOf(byte[] all, byte[] part) {
        for (int at = 0; at + part.length <= all.length; at++) {
            if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }

    private Path jar(Path classes, String... options) {
        Path jar = temporary.resolve("ringwire.jar");
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        List<String> arguments = new ArrayList<>(List.of("--create", "--file", jar.toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("-C", classes.toString(), "."));
        assertEquals(0, tool.run(System.out, System.err, arguments.toArray(String[]::new)));
        return jar;
    }
}
