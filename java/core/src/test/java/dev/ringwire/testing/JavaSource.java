package dev.ringwire.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java that a test has made. */
public final class JavaSource {
    private JavaSource() {}

    /**
     * Compiles against the classes of this test, whose loader is the parent of the one returned.
     *
     * @param directory where source and classes go
     * @param classes source by class name
     */
    public static URLClassLoader compile(Path directory, Map<String, String> classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var paths = new ArrayList<Path>();
            for (var one : classes.entrySet()) {
                Path path = directory.resolve(one.getKey().replace('.', '/') + ".java");
                Files.createDirectories(path.getParent());
                paths.add(Files.writeString(path, one.getValue()));
            }
            Iterable<? extends JavaFileObject> sources = files.getJavaFileObjectsFromPaths(paths);
            List<String> options =
                    List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            if (!compiler.getTask(messages, files, null, options, null, sources).call()) {
                throw new AssertionError("does not compile:\n" + messages);
            }
        }
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, JavaSource.class.getClassLoader());
    }
}
