package dev.ringwire.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The answer to one HTTP/1.1 GET (RFC 9112): its head, then its body to somewhere. */
final class HttpResponse {
    private static final int LONGEST_LINE = 16 * 1024;
    private static final int MOST_LINES = 1000;
    private static final int PIECE = 64 * 1024;

    private final InputStream in;
    private final Map<String, String> fields = new HashMap<>();
    private int status;
    private String reason;

    private HttpResponse(InputStream in) {
        this.in = in;
    }

    /** Reads the head; what is only information, such as 103, is passed over. */
    static HttpResponse read(InputStream in) throws IOException {
        var response = new HttpResponse(in);
        do {
            response.head();
        } while (response.status < 200);
        return response;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    String field(String name) {
        return fields.get(name);
    }

    private void head() throws IOException {
        String first = line();
        if (!first.matches("HTTP/1\\.[0-9] [1-9][0-9]{2}( .*)?")) {
            throw new IOException("the server does not speak HTTP/1: \"" + printable(first) + "\"");
        }
        status = Integer.parseInt(first.substring(9, 12));
        reason = printable(first.substring(12).strip());
        fields.clear();
        int count = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || ++count > MOST_LINES) {
                throw new IOException("no header field of HTTP, or too many: \"" + printable(line) + "\"");
            }
            fields.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (one, two) -> one + ", " + two);
        }
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(80, text.length())).replaceAll("[^ -~]", "?");
    }

    private String line() throws IOException {
        var text = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the server closed the connection in the middle of its answer");
            }
            if (c == '\n') {
                int end = text.length();
                return text.substring(0, end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end);
            }
            if (text.length() == LONGEST_LINE) {
                throw new IOException("a line of the answer is longer than " + LONGEST_LINE + " bytes");
            }
            text.append((char) c);
        }
    }

    /**
     * Copies the body.
     *
     * @return how many bytes
     * @throws EOFException if it is not all there
     */
    long copyTo(OutputStream out) throws IOException {
        String coding = fields.get("transfer-encoding");
        if (status == 204 || status == 304) {
            return 0;
        }
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new IOException("the transfer coding \"" + printable(coding) + "\" is not known here");
            }
            return chunks(out);
        }
        String length = fields.get("content-length");
        if (length == null) {
            return upToEnd(out);
        }
        // The same length twice is one (RFC 9112 section 6.3).
        String[] lengths = length.split(", *");
        for (String each : lengths) {
            if (!each.matches("[0-9]{1,18}") || !each.equals(lengths[0])) {
                throw new IOException("no length of a body: \"" + printable(length) + "\"");
            }
        }
        long whole = Long.parseLong(lengths[0]);
        copy(out, whole, new byte[PIECE]);
        return whole;
    }

    private long upToEnd(OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        long whole = 0;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            out.write(piece, 0, count);
            whole += count;
        }
        return whole;
    }

    private long chunks(OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        long whole = 0;
        while (true) {
            String size = line().replaceFirst("[ \t]*(;.*)?$", "");
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new IOException("no size of a chunk: \"" + printable(size) + "\"");
            }
            long count = Long.parseLong(size, 16);
            if (count == 0) {
                break;
            }
            copy(out, count, piece);
            whole += count;
            if (!line().isEmpty()) {
                throw new IOException("a chunk is longer than its size says");
            }
        }
        for (int i = 0; !line().isEmpty(); i++) {
            if (i == MOST_LINES) {
                throw new IOException("too many trailer fields");
            }
        }
        return whole;
    }

    private void copy(OutputStream out, long count, byte[] piece) throws IOException {
        for (long left = count; left > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (read < 0) {
                throw new EOFException("the server closed the connection " + left + " bytes too early");
            }
            out.write(piece, 0, read);
            left -= read;
        }
    }

    /** A GET of a path, asking that the connection be closed after the answer. */
    static byte[] request(String host, String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: ringwire\r\nAccept: */*\r\n"
                        + "Connection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
