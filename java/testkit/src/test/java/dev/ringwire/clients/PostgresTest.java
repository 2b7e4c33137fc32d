package dev.ringwire.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.socket.StackSocketFactory;
import dev.ringwire.testing.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLState;

/** PostgreSQL JDBC as it is, over a stack; a PostgreSQL server on the kernel's side. */
@RingTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PostgresTest {
    private static final int PORT = 5432;
    private static final int ROWS = 10_240;
    /** Of each row: 32 bytes, 32 times, so 10 MiB in all. */
    private static final int REPEATED = 32;

    private static final String RESULT =
            "select i, repeat(md5(i::text), " + REPEATED + ") from generate_series(1, " + ROWS + ") i order by i";

    private Clients clients;
    private String url;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path programs = programs();
        Clients.assumeInstalled(programs != null, "PostgreSQL server in /usr/lib/postgresql");
        clients = new Clients();
        // The server refuses to run as root.
        Path data = Files.createDirectory(directory.resolve("data"));
        Command.run("chmod", "a+rx", directory.toString());
        Command.run("chown", "nobody", data.toString());
        Command.run(asNobody(
                programs.resolve("initdb"),
                "--auth=trust",
                "--username=ringwire",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--pgdata=" + data));
        Files.writeString(
                data.resolve("pg_hba.conf"), "host all all 203.0.113.0/24 trust\n", StandardOpenOption.APPEND);
        clients.serve(
                PORT,
                List.of(asNobody(
                        programs.resolve("postgres"),
                        "-D",
                        data.toString(),
                        "-h",
                        Clients.KERNEL,
                        "-p",
                        Integer.toString(PORT),
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "shared_buffers=16MB",
                        "-c",
                        "fsync=off")));
        url = "jdbc:postgresql://" + Clients.KERNEL + ":" + PORT
                + "/postgres?user=ringwire&sslmode=disable&socketFactory=" + StackSocketFactory.class.getName()
                + "&socketFactoryArg=" + clients.interfaceName();
    }

    /** The newest installed, or null. */
    private static Path programs() throws IOException {
        Path newest = null;
        Path all = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(all)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(all, "[0-9]*")) {
                for (Path version : versions) {
                    Path programs = version.resolve("bin");
                    if (Files.isExecutable(programs.resolve("initdb"))
                            && (newest == null || number(programs) > number(newest))) {
                        newest = programs;
                    }
                }
            }
        }
        return newest;
    }

    private static double number(Path programs) {
        return Double.parseDouble(programs.getParent().getFileName().toString());
    }

    /** The server ends with this JVM, however that ends. */
    private static String[] asNobody(Path program, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                "setpriv",
                                "--reuid=nobody",
                                "--regid=nogroup",
                                "--clear-groups",
                                "--pdeathsig=INT",
                                program.toString()),
                        Stream.of(arguments))
                .toArray(String[]::new);
    }

    @AfterAll
    void stop() throws Exception {
        if (clients != null) {
            clients.close();
        }
    }

    private static byte[] digest(ResultSet rows) throws SQLException {
        MessageDigest digest = Clients.sha256();
        int last = 0;
        while (rows.next()) {
            assertEquals(++last, rows.getInt(1));
            digest.update(rows.getString(2).getBytes(StandardCharsets.US_ASCII));
        }
        assertEquals(ROWS, last);
        return digest.digest();
    }

    /** Of the same result, made here. */
    private static byte[] expected() throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        MessageDigest digest = Clients.sha256();
        for (int i = 1; i <= ROWS; i++) {
            String hex = HexFormat.of().formatHex(md5.digest(Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
            digest.update(hex.repeat(REPEATED).getBytes(StandardCharsets.US_ASCII));
        }
        return digest.digest();
    }

    @Test
    void tenMebibytes() throws Exception {
        byte[] expected = expected();
        try (Connection connection = DriverManager.getConnection(url)) {
            try (Statement statement = connection.createStatement();
                    ResultSet whole = statement.executeQuery(RESULT)) {
                assertArrayEquals(expected, digest(whole));
            }
            // By a cursor: many questions and answers on the same connection.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                try (ResultSet parts = statement.executeQuery(RESULT)) {
                    assertArrayEquals(expected, digest(parts));
                }
            }
        }
    }

    @Test
    void theServerSeesTheStacksAddress() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select host(inet_client_addr())")) {
            assertTrue(row.next());
            assertEquals("203.0.113.2", row.getString(1));
        }
    }

    @Test
    void copyIn() throws Exception {
        int lines = 100_000;
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        MessageDigest digest = Clients.sha256();
        for (int i = 0; i < lines; i++) {
            String hex = HexFormat.of().toHexDigits(random.nextLong())
                    + HexFormat.of().toHexDigits(random.nextLong());
            digest.update(hex.getBytes(StandardCharsets.US_ASCII));
            text.append(i).append('\t').append(hex).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create temporary table lines (i int, line text)");
            long copied = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy lines from stdin", new ByteArrayInputStream(bytes));
            assertEquals(lines, copied);
            try (ResultSet row = statement.executeQuery(
                    "select encode(sha256(string_agg(line, '' order by i)::bytea), 'hex') from lines")) {
                assertTrue(row.next());
                assertEquals(HexFormat.of().formatHex(digest.digest()), row.getString(1));
            }
        }
    }

    /** The driver asks for the end of a query by a second connection. */
    @Test
    void aQueryIsCancelled() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement sleep = connection.prepareStatement("select pg_sleep(50)")) {
            sleep.setQueryTimeout(1);
            SQLException cancelled = assertThrows(SQLException.class, sleep::execute);
            assertEquals(PSQLState.QUERY_CANCELED.getState(), cancelled.getSQLState());
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select 1")) {
                assertTrue(row.next());
            }
        }
    }
}
