package dev.ringwire.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Finds and loads the native shim, once, and says what came of it.
 *
 * <p>The system property {@value #MODE} is {@code auto} (the default: load it if it is there), {@code off} or
 * {@code require}; {@value #PATH} names a library file to use instead of the one in the jar.
 */
public final class NativeLibrary {
    static final String MODE = "dev.ringwire.native";
    static final String PATH = "dev.ringwire.native.path";

    private static final Status STATUS = load(System.getProperties());

    private NativeLibrary() {}

    /**
     * What came of loading the library.
     *
     * @param loaded whether native code may be called
     * @param required whether the user asked that a missing library be an error
     * @param reason in words why it is or is not loaded, and what to do about it
     * @param platform operating system and architecture as in the name of the resource, such as {@code linux-x86_64}
     * @param path where the library was found; null if none was
     * @param buildInfo compiler and architecture of the loaded library; null if none is loaded
     */
    public record Status(
            boolean loaded,
            boolean required,
            String reason,
            String platform,
            @Nullable String path,
            @Nullable String buildInfo) {

        private Status noting(String remark) {
            return new Status(loaded, required, remark + "; " + reason, platform, path, buildInfo);
        }
    }

    /** What came of loading the library. Never throws, so that it can explain a failure of {@link #isLoaded()}. */
    public static Status status() {
        return STATUS;
    }

    /**
     * Whether the methods of {@link Natives} may be called.
     *
     * @throws IllegalStateException if the library is not loaded and the mode is {@code require}
     */
    public static boolean isLoaded() {
        if (STATUS.required && !STATUS.loaded) {
            throw new IllegalStateException("-D" + MODE + "=require, but " + STATUS.reason);
        }
        return STATUS.loaded;
    }

    static Status load(Properties properties) {
        String mode = properties.getProperty(MODE, "auto");
        Attempt attempt = new Attempt(platform(properties), mode.equals("require"));
        if (mode.equals("off")) {
            return attempt.failed(null, "turned off by -D" + MODE + "=off");
        }
        String path = properties.getProperty(PATH);
        Status status = path == null ? fromClassPath(attempt) : fromFile(attempt, path);
        return mode.equals("auto") || mode.equals("require")
                ? status
                : status.noting("-D" + MODE + "=" + mode + " is not one of auto, off, require and counts as auto");
    }

    private static Status fromFile(Attempt attempt, String path) {
        try {
            Path file = Path.of(path).toAbsolutePath();
            if (Files.isRegularFile(file)) {
                return attempt.load(file, file.toString());
            }
            return attempt.failed(path, "-D" + PATH + "=" + path + " is not a file");
        } catch (InvalidPathException e) {
            return attempt.failed(path, "-D" + PATH + " is not a path: " + e.getMessage());
        }
    }

    private static Status fromClassPath(Attempt attempt) {
        String name = "META-INF/native/" + attempt.platform + "/libringwire.so";
        URL resource = NativeLibrary.class.getResource("/" + name);
        if (resource == null) {
            return attempt.failed(
                    null,
                    "the jar has no " + name + "; use a jar built on this platform with cmake and a C compiler,"
                            + " or name a library by -D" + PATH);
        }
        try {
            if (resource.getProtocol().equals("file")) {
                return attempt.load(Path.of(resource.toURI()), resource.toString());
            }
            return fromJar(attempt, resource);
        } catch (URISyntaxException | IOException | SecurityException | UnsupportedOperationException e) {
            return attempt.failed(
                    resource.toString(),
                    "cannot copy " + resource + " to a temporary file (" + e + "); set -Djava.io.tmpdir to a directory"
                            + " that can be written, or -D" + PATH);
        }
    }

    private static Status fromJar(Attempt attempt, URL resource) throws IOException {
        Path directory = createPrivateDirectory();
        Path file = directory.resolve("libringwire.so");
        try {
            try (InputStream in = resource.openStream()) {
                Files.copy(in, file);
            }
            return attempt.load(file, resource.toString());
        } finally {
            // Linux keeps a loaded file alive without its name.
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }

    /**
     * Readable by its owner only, so that nobody can exchange the file between copy and load. The name may be guessed:
     * creation fails where it exists. Files.createTempDirectory does the same with a SecureRandom, which takes longer
     * to start than all the rest here.
     */
    private static Path createPrivateDirectory() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        long name = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            try {
                return Files.createDirectory(
                        parent.resolve("ringwire-" + Long.toHexString(name + attempt)),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (attempt == 100) {
                    throw e;
                }
            }
        }
    }

    private static String platform(Properties properties) {
        String os = properties.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '_');
        String arch = properties.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return os + "-"
                + switch (arch) {
                    case "amd64", "x64" -> "x86_64";
                    case "arm64" -> "aarch64";
                    case "i386", "i486", "i586", "i686" -> "x86";
                    default -> arch;
                };
    }

    /** One try to load, with what every outcome has in common. */
    private record Attempt(String platform, boolean required) {
        Status failed(@Nullable String path, String reason) {
            return new Status(false, required, reason, platform, path, null);
        }

        Status load(Path file, String origin) {
            try {
                System.load(file.toString());
            } catch (UnsatisfiedLinkError e) {
                return failed(
                        origin,
                        "cannot load " + origin + ": " + e.getMessage()
                                + " (on \"failed to map segment\" the temporary directory forbids execution: set"
                                + " -Djava.io.tmpdir or -D" + PATH + ")");
            } catch (IllegalCallerException e) {
                return failed(
                        origin,
                        "the JVM denies native access (" + e.getMessage()
                                + "); start it with --enable-native-access=dev.ringwire,"
                                + " or ALL-UNNAMED where Ringwire is on the class path");
            } catch (SecurityException e) {
                return failed(origin, "a security manager forbids to load " + origin + ": " + e.getMessage());
            }
            try {
                int abi = Natives.abi();
                if (abi != Natives.ABI) {
                    return failed(
                            origin,
                            origin + " has ABI " + abi + ", wanted " + Natives.ABI
                                    + "; use the library built with this version");
                }
                return new Status(true, required, "loaded from " + origin, platform, origin, Natives.buildInfo());
            } catch (UnsatisfiedLinkError e) {
                return failed(origin, origin + " is not a Ringwire library: " + e.getMessage());
            }
        }
    }
}
