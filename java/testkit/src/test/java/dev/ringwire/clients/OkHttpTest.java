package dev.ringwire.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.socket.Resolver;
import dev.ringwire.socket.StackSocketFactory;
import dev.ringwire.testing.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OkHttp as it is, over a stack; Python's web server on the kernel's side. */
@RingTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class OkHttpTest {
    private static final int PORT = 8000;
    private static final int BYTES = 3_000_000;

    private final AtomicInteger connects = new AtomicInteger();
    private byte[] expected;
    private Clients clients;
    private OkHttpClient http;

    @BeforeAll
    void start(@TempDir Path files) throws Exception {
        for (String program : List.of("python3", "dnsmasq")) {
            Clients.assumeInstalled(Command.attempt(List.of("which", program)).exit() == 0, program);
        }
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(files.resolve("bytes"), bytes);
        expected = Clients.sha256().digest(bytes);

        clients = new Clients();
        clients.serveNames();
        clients.serve(
                PORT,
                List.of(
                        "python3",
                        "-m",
                        "http.server",
                        "--bind",
                        Clients.KERNEL,
                        "--directory",
                        files.toString(),
                        "--protocol",
                        "HTTP/1.1",
                        Integer.toString(PORT)));
        Resolver resolver = new Resolver(clients.loop());
        http = new OkHttpClient.Builder()
                .socketFactory(new StackSocketFactory(clients.loop(), null))
                .dns(resolver::lookup)
                .proxy(Proxy.NO_PROXY)
                .readTimeout(Duration.ofSeconds(30))
                .eventListener(new EventListener() {
                    @Override
                    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                        connects.incrementAndGet();
                    }
                })
                .build();
    }

    @AfterAll
    void stop() throws Exception {
        if (http != null) {
            http.connectionPool().evictAll();
            http.dispatcher().executorService().shutdown();
        }
        if (clients != null) {
            clients.close();
        }
    }

    private Response get(String host, String path) throws IOException {
        Request request =
                new Request.Builder().url("http://" + host + ":" + PORT + path).build();
        return http.newCall(request).execute();
    }

    private byte[] fetch() throws IOException {
        MessageDigest digest = Clients.sha256();
        try (Response response = get("kernel.example", "/bytes")) {
            assertEquals(200, response.code());
            InputStream body = response.body().byteStream();
            byte[] buffer = new byte[20_000];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return digest.digest();
    }

    @Test
    void requestsShareAConnection() throws IOException {
        http.connectionPool().evictAll();
        int before = connects.get();
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(expected, fetch());
        }
        try (Response response = get("kernel.example", "/none")) {
            assertEquals(404, response.code());
        }
        assertEquals(1, connects.get() - before);
    }

    @Test
    void requestsAtTheSameTime() throws Exception {
        http.connectionPool().evictAll();
        int before = connects.get();
        int threads = 4;
        int requests = 12;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                answers.add(pool.submit(this::fetch));
            }
            for (Future<byte[]> answer : answers) {
                assertArrayEquals(expected, answer.get());
            }
        } finally {
            pool.shutdownNow();
        }
        assertTrue(connects.get() - before <= threads, () -> connects.get() - before + " connections");
    }

    @Test
    void whatIsNotThere() {
        UnknownHostException noName = assertThrows(UnknownHostException.class, () -> get("nobody.example", "/"));
        assertTrue(noName.getMessage().contains("nobody.example"), noName::getMessage);
    }
}
