package dev.ringwire.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a folder as answers to HTTP requests (RFC 9110); nothing outside of it, through links neither. */
final class HttpFiles {
    private static final int MOST_LISTED = 10_000;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("htm", "text/html; charset=utf-8"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/markdown; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("xml", "application/xml"),
            Map.entry("csv", "text/csv; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("pcap", "application/vnd.tcpdump.pcap"));

    private final Path root;

    HttpFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "no such directory");
        }
        root = directory.toRealPath();
    }

    /**
     * An answer.
     *
     * @param fields header fields besides those that every answer has
     * @param length of the body
     * @param body its bytes, or null for those of the file
     * @param file what is sent from {@code position} on, the receiver's to close; or null
     */
    record Answer(int status, List<String> fields, long length, ByteBuffer body, FileChannel file, long position) {
        static Answer text(int status, String text, String... fields) {
            List<String> all = new ArrayList<>(List.of(fields));
            all.add("Content-Type: text/plain; charset=utf-8");
            return of(status, text + "\n", all);
        }

        static Answer of(int status, String text, List<String> fields) {
            ByteBuffer body = StandardCharsets.UTF_8.encode(text);
            return new Answer(status, fields, body.remaining(), body, null, 0);
        }

        void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }

    /** The answer to a request for a file or a directory. */
    Answer answer(HttpRequest request) throws HttpRequest.Bad {
        if (!request.method().equals("GET") && !request.isHead()) {
            return Answer.text(405, "only GET and HEAD", "Allow: GET, HEAD");
        }
        // Two slashes at the start of a Location would name another host.
        String escaped = request.path().replaceFirst("^/+", "/");
        try {
            Path path = resolve(decode(escaped));
            if (!Files.isDirectory(path)) {
                if (escaped.endsWith("/")) {
                    throw new NoSuchFileException(escaped);
                }
                return file(path, request.fields().get("range"));
            }
            if (!escaped.endsWith("/")) {
                return Answer.text(301, "it is a directory", "Location: " + escaped + "/");
            }
            Path index = path.resolve("index.html");
            return Files.isRegularFile(index) ? file(inside(index), null) : listing(path, escaped);
        } catch (NoSuchFileException | InvalidPathException e) {
            return Answer.text(404, "not found");
        } catch (AccessDeniedException e) {
            return Answer.text(403, "permission denied");
        } catch (IOException e) {
            return Answer.text(500, "the file cannot be read");
        }
    }

    private Path resolve(String path) throws IOException {
        Path at = root;
        for (String name : path.split("/")) {
            if (name.equals("..") || name.indexOf('\0') >= 0) {
                throw new NoSuchFileException(path);
            }
            at = at.resolve(name);
        }
        return inside(at);
    }

    private Path inside(Path path) throws IOException {
        Path real = path.toRealPath();
        if (!real.startsWith(root)) {
            throw new NoSuchFileException(path.toString());
        }
        return real;
    }

    /** Undoes percent-encoding (RFC 3986 section 2.1). */
    private static String decode(String escaped) throws HttpRequest.Bad {
        ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                if (!escaped.substring(i).matches("%[0-9A-Fa-f]{2}.*")) {
                    throw new HttpRequest.Bad(400, "a percent sign without two hexadecimal digits");
                }
                bytes.put((byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new HttpRequest.Bad(400, "the path is not UTF-8");
        }
    }

    private static Answer file(Path path, String range) throws IOException {
        // Anything else, such as a named pipe, might never end.
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString());
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long size = channel.size();
            List<String> fields = new ArrayList<>();
            fields.add("Content-Type: " + type(path.getFileName().toString()));
            fields.add("Last-Modified: " + date(Files.getLastModifiedTime(path).toInstant()));
            fields.add("Accept-Ranges: bytes");
            long[] part = range == null ? null : part(range, size);
            if (part == null) {
                return new Answer(200, fields, size, null, channel, 0);
            }
            if (part.length == 0) {
                channel.close();
                return Answer.text(416, "no such range", "Content-Range: bytes */" + size);
            }
            fields.add("Content-Range: bytes " + part[0] + "-" + (part[1] - 1) + "/" + size);
            return new Answer(206, fields, part[1] - part[0], null, channel, part[0]);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * The part of a file that a range means (RFC 9110 section 14.1.2).
     *
     * @return from and behind; empty if nothing of the file is in it; null if it is to be ignored, as one of many parts
     */
    static long[] part(String range, long size) {
        Matcher numbers = RANGE.matcher(range);
        if (!numbers.matches() || numbers.group(1).isEmpty() && numbers.group(2).isEmpty()) {
            return null;
        }
        long first;
        long behind = size;
        if (numbers.group(1).isEmpty()) {
            long last = Long.parseLong(numbers.group(2));
            if (last == 0) {
                return new long[0];
            }
            first = Math.max(0, size - last);
        } else {
            first = Long.parseLong(numbers.group(1));
            if (!numbers.group(2).isEmpty()) {
                long last = Long.parseLong(numbers.group(2));
                if (last < first) {
                    return null;
                }
                behind = Math.min(size, last + 1);
            }
        }
        return first < behind ? new long[] {first, behind} : new long[0];
    }

    private static String type(String name) {
        return TYPES.getOrDefault(
                name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), "application/octet-stream");
    }

    /** As header fields have it (RFC 9110 section 5.6.7). */
    static String date(Instant at) {
        return DATE.format(at.atOffset(ZoneOffset.UTC));
    }

    private Answer listing(Path directory, String escaped) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (names.size() == MOST_LISTED) {
                    break;
                }
                names.add(entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        var page = new StringBuilder("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>")
                .append(escape(escaped))
                .append("</title>\n<ul>\n");
        if (!directory.equals(root)) {
            page.append("<li><a href=\"../\">../</a>\n");
        }
        for (String name : names) {
            page.append("<li><a href=\"./")
                    .append(encode(name))
                    .append("\">")
                    .append(escape(name))
                    .append("</a>\n");
        }
        return Answer.of(200, page.append("</ul>\n").toString(), List.of("Content-Type: text/html; charset=utf-8"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String encode(String name) {
        var text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (Character.toString(b & 0xff).matches("[A-Za-z0-9._~/-]")) {
                text.append((char) b);
            } else {
                text.append(String.format("%%%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
