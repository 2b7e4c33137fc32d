package dev.ringwire.cli;

import dev.ringwire.stack.Timer;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/** The server's side of one HTTP/1.1 connection (RFC 9112): request, answer, request... */
final class HttpConnection implements TcpApplication {
    private static final int LARGEST_HEAD = 16 * 1024;
    private static final int PIECE = 64 * 1024;
    private static final long IDLE_NANOS = 60_000_000_000L;

    /** How long what the client still sends is thrown away after the last answer, so that no reset overtakes it. */
    private static final long LINGER_NANOS = 2_000_000_000L;

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            206, "Partial Content",
            301, "Moved Permanently",
            400, "Bad Request",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            416, "Range Not Satisfiable",
            500, "Internal Server Error");

    private enum State {
        HEAD,
        ANSWER,
        LINGER
    }

    private final HttpFiles files;
    private final TcpSession session;
    private final Consumer<String> log;
    private final Timer timer;
    private final StringBuilder head = new StringBuilder();
    private State state = State.HEAD;
    private boolean lineEmpty = true;
    private boolean inputEnded;
    private boolean keepAlive;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private HttpFiles.Answer answer;
    private long left;

    HttpConnection(HttpFiles files, TcpSession session, Consumer<String> log) {
        this.files = files;
        this.session = session;
        this.log = log;
        timer = session.layer().context().timers().timer(this::timedOut);
        timer.after(IDLE_NANOS);
    }

    private void timedOut() {
        if (state == State.ANSWER) {
            session.abort();
        } else {
            session.close();
        }
    }

    @Override
    public void received(TcpSession same, ByteBuffer data) {
        if (state == State.LINGER) {
            data.position(data.limit());
            return;
        }
        timer.after(IDLE_NANOS);
        while (state == State.HEAD && data.hasRemaining()) {
            take((char) (data.get() & 0xff));
        }
    }

    private void take(char c) {
        if (c != '\n') {
            lineEmpty = lineEmpty && c == '\r';
            head.append(c);
            if (head.length() > LARGEST_HEAD) {
                keepAlive = false;
                send(HttpFiles.Answer.text(400, "the head is too long"), false, "-");
            }
        } else if (!lineEmpty) {
            lineEmpty = true;
            head.append(c);
        } else if (head.toString().isBlank()) {
            // Empty lines before a request are left over from the one before.
            head.setLength(0);
        } else {
            String text = head.toString().stripTrailing();
            head.setLength(0);
            respond(text);
        }
    }

    private void respond(String text) {
        try {
            HttpRequest request = HttpRequest.parse(text);
            keepAlive = request.keepsAlive();
            send(files.answer(request), request.isHead(), request.method() + " " + request.target());
        } catch (HttpRequest.Bad e) {
            keepAlive = false;
            send(HttpFiles.Answer.text(e.status, e.getMessage()), false, "-");
        }
    }

    private void send(HttpFiles.Answer made, boolean headOnly, String request) {
        log.accept(session.remote() + " " + request + " " + made.status() + " " + (headOnly ? 0 : made.length()));
        state = State.ANSWER;
        answer = made;
        left = headOnly || made.body() != null ? 0 : made.length();
        var text = new StringBuilder("HTTP/1.1 ")
                .append(made.status())
                .append(' ')
                .append(REASONS.getOrDefault(made.status(), "Error"))
                .append("\r\nDate: ")
                .append(HttpFiles.date(Instant.now()))
                .append("\r\nServer: ringwire\r\nContent-Length: ")
                .append(made.length())
                .append("\r\nConnection: ")
                .append(keepAlive ? "keep-alive\r\n" : "close\r\n");
        made.fields().forEach(field -> text.append(field).append("\r\n"));
        byte[] first = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer body = headOnly || made.body() == null ? ByteBuffer.allocate(0) : made.body();
        out = ByteBuffer.allocate(first.length + body.remaining())
                .put(first)
                .put(body)
                .flip();
        pump();
    }

    @Override
    public void writable(TcpSession same) {
        if (state == State.ANSWER) {
            timer.after(IDLE_NANOS);
            pump();
        }
    }

    /** Hands over as much of the answer as there is room for. */
    private void pump() {
        try {
            while (out.hasRemaining() || left > 0) {
                if (!out.hasRemaining()) {
                    out = read();
                }
                session.trySend(out);
                if (out.hasRemaining()) {
                    return;
                }
            }
            answered();
        } catch (IOException e) {
            // The length was promised: nothing but an end that is no proper one can say that it is not kept.
            session.abort();
        }
    }

    private ByteBuffer read() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(left, PIECE));
        int count = answer.file().read(piece, answer.position() + answer.length() - left);
        if (count <= 0) {
            throw new IOException("the file has become shorter");
        }
        left -= count;
        return piece.flip();
    }

    private void answered() throws IOException {
        answer.close();
        answer = null;
        if (keepAlive && !inputEnded) {
            state = State.HEAD;
            // Behind this request the next may have come already.
            session.resumeReceive();
        } else if (inputEnded) {
            session.close();
        } else {
            state = State.LINGER;
            timer.after(LINGER_NANOS);
            session.shutdownOutput();
            session.resumeReceive();
        }
    }

    @Override
    public void inputClosed(TcpSession same) {
        inputEnded = true;
        if (state != State.ANSWER) {
            session.close();
        }
    }

    @Override
    public void closed(TcpSession same, IOException error) {
        timer.cancel();
        if (answer != null) {
            try {
                answer.close();
            } catch (IOException e) {
                // It was only read.
            }
        }
    }
}
