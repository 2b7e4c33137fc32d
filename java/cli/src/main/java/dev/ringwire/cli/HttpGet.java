package dev.ringwire.cli;

import dev.ringwire.socket.StackSocket;
import dev.ringwire.stack.transport.TcpEndpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import picocli.CommandLine.ExitCode;

/** Fetches one address by HTTP/1.1 and writes the body to standard output; follows no redirects. */
final class HttpGet {
    private static final int HTTP_PORT = 80;
    private static final int PATIENCE_MILLIS = 60_000;

    private final String host;
    private final int port;
    private final String path;

    private HttpGet(String host, int port, String path) {
        this.host = host;
        this.port = port;
        this.path = path;
    }

    /** @throws IllegalArgumentException if it is no http address */
    static HttpGet of(String url) {
        URI uri;
        try {
            uri = new URI(url.contains("://") ? url : "http://" + url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("get takes an address such as http://192.0.2.1/: " + e.getMessage(), e);
        }
        if (!uri.getScheme().toLowerCase(Locale.ROOT).equals("http")) {
            throw new IllegalArgumentException(
                    "get speaks plain http only, not " + uri.getScheme() + ": TLS is not part of it");
        }
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getPort() > 65_535 || uri.getPort() == 0) {
            throw new IllegalArgumentException("get takes an address such as http://192.0.2.1/, not " + url);
        }
        return new HttpGet(uri.getHost(), uri.getPort() < 0 ? HTTP_PORT : uri.getPort(), target(uri));
    }

    /** What of an address goes into the request line (RFC 9112 section 3.2.1). */
    private static String target(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath();
        String query = ascii.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    int run(StackHost stack, Console console) throws IOException {
        InetAddress address = stack.lookUp(host);
        if (address == null) {
            return Subcommand.INTERRUPTED;
        }
        var remote = new InetSocketAddress(address, port);
        TcpEndpoint local = new StackConnector(stack).local(remote);
        if (local == null) {
            return Subcommand.INTERRUPTED;
        }
        try (Socket socket = new StackSocket(stack.loop())) {
            stack.closeOnInterrupt(socket);
            if (local.port() != 0) {
                socket.bind(local.toInetSocketAddress());
            }
            socket.connect(remote, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(HttpResponse.request(port == HTTP_PORT ? host : host + ":" + port, path));
            HttpResponse response = HttpResponse.read(new BufferedInputStream(socket.getInputStream()));
            response.copyTo(console.out());
            if (response.status() >= 300) {
                String location = response.field("location");
                console.err()
                        .println("ringwire: the server answered " + response.status() + " " + response.reason()
                                + (location == null ? "" : "; it is at " + location.replaceAll("[^ -~]", "?")));
                return ExitCode.SOFTWARE;
            }
            return ExitCode.OK;
        } catch (OutputException e) {
            throw e;
        } catch (IOException e) {
            if (stack.interrupted()) {
                return Subcommand.INTERRUPTED;
            }
            throw StackConnector.failure(remote, e);
        }
    }
}
