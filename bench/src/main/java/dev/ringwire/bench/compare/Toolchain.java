package dev.ringwire.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds the peers in C and Go by the compilers of this machine; what is newer than its sources stays. */
final class Toolchain {
    /** Where Debian's golang-*-dev packages put their sources. */
    private static final String GO_PATH = "/usr/share/gocode";

    private final Path home;
    private final Path output;

    /**
     * @param home the folder "bench"
     */
    Toolchain(Path home) throws IOException {
        this.home = home;
        this.output = Files.createDirectories(home.resolve("target/compare"));
    }

    /** A program, or why there is none. */
    record Build(Optional<Path> program, String why) {}

    /** The folder of the whole project. */
    Path root() {
        return home.getParent();
    }

    /** Where programs, logs and data go. */
    Path output() {
        return output;
    }

    /** A program from sources in bench/c. */
    Build c(String name, List<String> sources, List<String> libraries) throws IOException, InterruptedException {
        return compile(List.of("cc", "-std=gnu11"), name, sources, libraries);
    }

    /** A program from C++ sources in bench/c. */
    Build cpp(String name, List<String> sources, List<String> libraries) throws IOException, InterruptedException {
        return compile(List.of("c++", "-std=c++17"), name, sources, libraries);
    }

    private Build compile(List<String> compiler, String name, List<String> sources, List<String> libraries)
            throws IOException, InterruptedException {
        Path program = output.resolve(name);
        List<String> command = new ArrayList<>(compiler);
        command.addAll(List.of("-O3", "-Wall", "-Wextra"));
        command.addAll(List.of("-I", home.resolve("c").toString(), "-o", program.toString()));
        sources.forEach(s -> command.add(home.resolve("c").resolve(s).toString()));
        command.addAll(libraries);
        return build(program, command, Map.of());
    }

    /** A shared library for the JVM from C sources, given from the root of the project. */
    Build jni(String name, List<String> sources) throws IOException, InterruptedException {
        Path library = output.resolve(System.mapLibraryName(name));
        Path root = root();
        Path include = Path.of(System.getProperty("java.home"), "include");
        List<String> command = new ArrayList<>(List.of("cc", "-std=gnu11", "-O3", "-shared", "-fPIC"));
        command.addAll(
                List.of("-I", include.toString(), "-I", include.resolve("linux").toString()));
        command.addAll(List.of("-I", root.resolve("native/src").toString(), "-o", library.toString()));
        sources.forEach(s -> command.add(root.resolve(s).toString()));
        return build(library, command, Map.of());
    }

    /** A program from a folder in bench/go, with the libraries that Debian packages. */
    Build go(String name, String folder) throws IOException, InterruptedException {
        Path program = output.resolve(name);
        List<String> command = List.of(
                "go",
                "build",
                "-o",
                program.toString(),
                home.resolve("go").resolve(folder).resolve("main.go").toString());
        Map<String, String> environment = Map.of(
                "GO111MODULE",
                "off",
                "GOPATH",
                GO_PATH,
                "GOCACHE",
                output.resolve("go-cache").toString());
        return build(program, command, environment);
    }

    private Build build(Path program, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        if (isFresh(program)) {
            return new Build(Optional.of(program), "");
        }
        Path log = output.resolve(program.getFileName() + ".build.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        int status;
        try {
            status = builder.start().waitFor();
        } catch (IOException e) {
            return new Build(Optional.empty(), command.get(0) + " is not installed");
        }
        return status == 0 ? new Build(Optional.of(program), "") : new Build(Optional.empty(), firstError(log));
    }

    private boolean isFresh(Path program) throws IOException {
        if (!Files.exists(program)) {
            return false;
        }
        for (Path sources : List.of(home.resolve("c"), home.resolve("go"), home.resolveSibling("native"))) {
            try (Stream<Path> files = Files.walk(sources)) {
                if (files.anyMatch(f -> isNewer(f, program))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isNewer(Path file, Path program) {
        try {
            return Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(program)) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstError(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return lines.stream()
                .filter(l -> l.contains("error") || l.contains("cannot find"))
                .findFirst()
                .orElse(lines.isEmpty() ? "the build failed" : lines.get(0));
    }
}
