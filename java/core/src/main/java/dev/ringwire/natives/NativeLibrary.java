package dev.ringwire.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.zip.CRC32;
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
        private Status because(String circumstance) {
            return new Status(loaded, required, reason + " (" + circumstance + ")", platform, path, buildInfo);
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
        String path = properties.getProperty(PATH);
        return switch (mode) {
            case "auto", "require" -> find(attempt, path);
            case "off" -> attempt.failed(null, "turned off by -D" + MODE + "=off");
            default ->
                find(attempt, path)
                        .because("-D" + MODE + "=" + mode + " is not one of auto, off, require: taken as auto");
        };
    }

    private static Status find(Attempt attempt, @Nullable String path) {
        return path == null ? fromClassPath(attempt) : fromFile(attempt, path);
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
        } catch (IOException | SecurityException e) {
            return attempt.failed(path, "cannot read -D" + PATH + "=" + path + " (" + e + ")");
        } catch (UnsatisfiedLinkError e) {
            return attempt.failed(path, "cannot load " + path + ": " + explain(e));
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
        String origin = resource.toString();
        try {
            if (resource.getProtocol().equals("file")) {
                return attempt.load(Path.of(resource.toURI()), origin);
            }
            return throughCopy(attempt, origin, read(resource));
        } catch (URISyntaxException | IOException | SecurityException e) {
            return attempt.failed(origin, "cannot read " + origin + " (" + e + "); is the jar whole?");
        } catch (UnsatisfiedLinkError e) {
            return attempt.failed(origin, "cannot load " + origin + ": " + explain(e));
        }
    }

    /** The class library does not compare the checksum of what it unpacks. */
    private static byte[] read(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        byte[] bytes;
        try (InputStream in = connection.getInputStream()) {
            bytes = in.readAllBytes();
        }
        if (connection instanceof JarURLConnection jar && jar.getJarEntry() != null) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            if (sum.getValue() != jar.getJarEntry().getCrc()) {
                throw new IOException("its checksum is wrong");
            }
        }
        return bytes;
    }

    /** The temporary directory may be full or forbid execution; then the user's own may do. */
    private static Status throughCopy(Attempt attempt, String origin, byte[] library) {
        List<String> refusals = new ArrayList<>();
        for (String property : new String[] {"java.io.tmpdir", "user.home"}) {
            String parent = System.getProperty(property);
            try {
                Path directory = createPrivateDirectory(Path.of(parent));
                Path file = directory.resolve("libringwire.so");
                try {
                    Status status = attempt.load(Files.write(file, library), origin);
                    return refusals.isEmpty()
                            ? status
                            : status.because("copied to " + parent + " since " + String.join("; ", refusals));
                } finally {
                    // Linux keeps a loaded file alive without its name.
                    Files.deleteIfExists(file);
                    Files.deleteIfExists(directory);
                }
            } catch (IOException | InvalidPathException | SecurityException | UnsupportedOperationException e) {
                refusals.add(parent + " cannot be written (" + e + ")");
            } catch (UnsatisfiedLinkError e) {
                refusals.add("from " + parent + " it cannot be loaded: " + explain(e));
            }
        }
        return attempt.failed(
                origin,
                "no place for a copy of " + origin + ": " + String.join("; ", refusals)
                        + "; set -Djava.io.tmpdir to a directory that can be written and allows execution, or -D"
                        + PATH);
    }

    private static String explain(UnsatisfiedLinkError e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("failed to map segment")
                ? "its file system forbids execution (mounted noexec): " + message
                : message;
    }

    /**
     * Readable by its owner only, so that nobody can exchange the file between copy and load. The name may be guessed:
     * creation fails where it exists. Files.createTempDirectory does the same with a SecureRandom, which takes longer
     * to start than all the rest here.
     */
    private static Path createPrivateDirectory(Path parent) throws IOException {
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

        /** Throws {@link UnsatisfiedLinkError} where the linker refuses what looks like a good library. */
        Status load(Path file, String origin) throws IOException {
            String problem = platform.startsWith("linux-") ? ElfFile.problem(file, platform) : null;
            if (problem != null) {
                return failed(origin, origin + " is " + problem + "; use the library built with this version");
            }
            try {
                System.load(file.toString());
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
