import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.stack.transport.TcpApplication;
import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A web server for a folder, at an address that the kernel does not have:
 * {@code WebServer eth0 192.0.2.80/24 www}. One object for each connection, called on the stack's thread.
 */
final class WebServer implements TcpApplication {
    private static final int LONGEST_REQUEST = 8192;

    private final Path folder;
    private final StringBuilder request = new StringBuilder();
    private final ByteBuffer piece = ByteBuffer.allocateDirect(64 * 1024);
    private FileChannel file;

    private WebServer(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[2]).toRealPath();
        try (Device device = PacketDevice.open(args[0])) {
            NetStack stack = NetStack.builder(device).address(args[1]).build();
            stack.tcp().listen(TcpEndpoint.any(80), TcpOptions.DEFAULT, session -> new WebServer(folder));
            System.out.println("serving " + args[2] + " at " + args[1]);
            new StackLoop(stack).run();
        }
    }

    @Override
    public void received(TcpSession session, ByteBuffer data) throws IOException {
        request.append(StandardCharsets.ISO_8859_1.decode(data));
        if (request.length() > LONGEST_REQUEST) {
            session.abort();
        } else if (file == null && request.indexOf("\r\n\r\n") > 0) {
            answer(session);
        }
    }

    private void answer(TcpSession session) throws IOException {
        String[] words = request.substring(0, request.indexOf("\r\n")).split(" ");
        String name = words.length < 2 ? "" : words[1];
        Path path = folder.resolve(name.replaceFirst("^/+", "")).normalize();
        boolean found = words[0].equals("GET") && path.startsWith(folder) && Files.isRegularFile(path);
        System.out.println(words[0] + " " + name + (found ? " 200" : " 404"));
        if (!found) {
            session.trySend(ascii("HTTP/1.0 404 Not Found\r\nContent-Length: 10\r\n\r\nnot found\n"));
            session.close();
            return;
        }
        file = FileChannel.open(path);
        piece.put(ascii("HTTP/1.0 200 OK\r\nContent-Length: " + file.size() + "\r\n\r\n"))
                .flip();
        writable(session);
    }

    /** There is room: a file goes out as fast as the client takes it, and is never in memory as a whole. */
    @Override
    public void writable(TcpSession session) throws IOException {
        while (true) {
            session.trySend(piece);
            if (piece.hasRemaining()) {
                return;
            }
            if (file.read(piece.clear()) < 0) {
                session.close();
                return;
            }
            piece.flip();
        }
    }

    @Override
    public void inputClosed(TcpSession session) {
        if (file == null) {
            session.close();
        } // else the file still goes out
    }

    @Override
    public void closed(TcpSession session, IOException error) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }

    private static ByteBuffer ascii(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }
}
