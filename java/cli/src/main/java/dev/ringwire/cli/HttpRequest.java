package dev.ringwire.cli;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an HTTP/1 request (RFC 9112 section 3).
 *
 * @param target as it was sent
 * @param fields by name in lower case; values of the same name are joined with commas
 */
record HttpRequest(String method, String target, boolean http11, Map<String, String> fields) {
    /** What the answer is an error for. */
    static final class Bad extends Exception {
        private static final long serialVersionUID = 1;

        final int status;

        Bad(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    /** Reads lines that end with a line feed, with or without a carriage return before it, up to the empty one. */
    static HttpRequest parse(String head) throws Bad {
        String[] lines = head.split("\r?\n");
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !isToken(words[0]) || !words[1].matches("[!-~]+")) {
            throw new Bad(400, "no request line");
        }
        if (!words[2].matches("HTTP/1\\.[0-9]")) {
            throw new Bad(words[2].matches("HTTP/[0-9](\\.[0-9])?") ? 505 : 400, "HTTP/1.0 and HTTP/1.1 only");
        }
        boolean http11 = !words[2].equals("HTTP/1.0");
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            // A space before the colon or at the start of a line would let two readers see different fields.
            if (colon <= 0 || !isToken(lines[i].substring(0, colon))) {
                throw new Bad(400, "no header field");
            }
            fields.merge(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        String host = fields.get("host");
        if (http11 && host == null || host != null && host.contains(",")) {
            throw new Bad(400, "one Host field is needed");
        }
        return new HttpRequest(words[0], words[1], http11, fields);
    }

    private static boolean isToken(String text) {
        return text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether something follows the head, which nobody here reads. */
    boolean hasBody() {
        return fields.containsKey("transfer-encoding")
                || !fields.getOrDefault("content-length", "0").equals("0");
    }

    /** Whether the connection is to be used again (RFC 9112 section 9.3). */
    boolean keepsAlive() {
        String connection = ","
                + fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT).replace(" ", "") + ",";
        return !hasBody() && !connection.contains(",close,") && (http11 || connection.contains(",keep-alive,"));
    }

    /** The path, still with its escapes, without the query. */
    String path() throws Bad {
        String path = target.replaceFirst("^(?i)http://[^/?#]*", "").replaceFirst("[?#].*", "");
        if (path.isEmpty() && !target.startsWith("/") && !target.startsWith("?")) {
            return "/";
        }
        if (!path.startsWith("/")) {
            throw new Bad(400, "the target is no path");
        }
        return path;
    }
}
