package dev.ringwire.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS of the platform layered over a stack's sockets, as HTTPS clients do it. */
@Timeout(60)
class TlsOverStackTest {
    private static final char[] PASSWORD = "password".toCharArray();

    private static SSLContext context(Path directory) throws Exception {
        Path file = directory.resolve("store");
        Command.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=server.test",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void tlsIsLayeredOverOurSockets(@TempDir Path directory) throws Exception {
        SSLContext context = context(directory);
        byte[] bytes = SocketContract.random(1_000_000);
        try (Network.Stacks stacks = new Network.Stacks();
                StackServerSocket listener = new StackServerSocket(stacks.second, 0)) {
            Background<byte[]> server = Background.start(() -> {
                Socket plain = listener.accept();
                try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
                    byte[] got = tls.getInputStream().readNBytes(bytes.length);
                    tls.getOutputStream().write("seen".getBytes(US_ASCII));
                    return got;
                }
            });
            Socket plain = StackSocketFactory.of(stacks.first).createSocket();
            plain.connect(new InetSocketAddress(stacks.server(), listener.getLocalPort()), 5000);
            try (SSLSocket tls = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, "server.test", listener.getLocalPort(), true)) {
                tls.getOutputStream().write(bytes);
                assertEquals("seen", new String(tls.getInputStream().readAllBytes(), US_ASCII));
                assertTrue(tls.getSession().isValid());
                assertArrayEquals(bytes, server.get());
            }
            assertTrue(plain.isClosed());
        }
    }
}
