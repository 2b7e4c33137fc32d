package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests, answers and the files of a folder, without a connection. */
class HttpTest {
    @TempDir
    Path directory;

    private static HttpRequest parse(String head) throws HttpRequest.Bad {
        return HttpRequest.parse(head.replace("|", "\r\n"));
    }

    @Test
    void aRequestHasItsParts() throws HttpRequest.Bad {
        HttpRequest request = parse("GET /a%20b?q#f HTTP/1.1|Host: x|Accept: a|ACCEPT:b");
        assertEquals("/a%20b", request.path());
        assertEquals("a, b", request.fields().get("accept"));
        assertTrue(request.keepsAlive());
        assertFalse(parse("GET / HTTP/1.1|Host: x|Connection: foo, Close").keepsAlive());
        assertFalse(parse("GET / HTTP/1.0").keepsAlive());
        assertTrue(parse("GET / HTTP/1.0|Connection: Keep-Alive").keepsAlive());
        assertFalse(parse("GET / HTTP/1.1|Host: x|Content-Length: 3").keepsAlive(), "the body would be a request");
        assertEquals("/p", parse("GET http://h:1/p?q HTTP/1.1|Host: x").path());
        assertEquals("/", parse("GET http://h HTTP/1.1|Host: x").path());
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, 400",
        "GET  / HTTP/1.1|Host: x, 400",
        "G(T / HTTP/1.1|Host: x, 400",
        "GET / HTTP/2.0|Host: x, 505",
        "GET / HTTP/1.1, 400",
        "GET / HTTP/1.1|Host: x|Host: y, 400",
        "GET / HTTP/1.1|Host : x, 400",
        "GET / HTTP/1.1|Host: x| folded, 400",
        "GET / HTTP/1.1|Host: x|nonsense, 400",
    })
    void whatIsNoRequestIsRefused(String head, int status) {
        assertEquals(status, assertThrows(HttpRequest.Bad.class, () -> parse(head)).status);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=2-, 2, 10",
        "bytes=2-99, 2, 10",
        "bytes=-3, 7, 10",
        "bytes=-30, 0, 10",
    })
    void aRangeIsAPartOfTheFile(String range, long from, long behind) {
        assertArrayEquals(new long[] {from, behind}, HttpFiles.part(range, 10));
    }

    @Test
    void aRangeMayMeanNothing() {
        assertEquals(0, HttpFiles.part("bytes=10-", 10).length);
        assertEquals(0, HttpFiles.part("bytes=-0", 10).length);
        assertEquals(0, HttpFiles.part("bytes=0-", 0).length);
        for (String ignored : new String[] {"bytes=3-2", "bytes=0-1,3-4", "bytes=-", "lines=1-2", "bytes=x-"}) {
            assertNull(HttpFiles.part(ignored, 10), ignored);
        }
    }

    private int status(String method, String target) throws IOException, HttpRequest.Bad {
        HttpFiles.Answer answer =
                new HttpFiles(directory.resolve("www")).answer(parse(method + " " + target + " HTTP/1.0"));
        answer.close();
        return answer.status();
    }

    @Test
    void nothingOutsideOfTheFolderIsGiven() throws Exception {
        Files.createDirectories(directory.resolve("www/sub"));
        Files.writeString(directory.resolve("www/in"), "in");
        Files.writeString(directory.resolve("out"), "out");
        Files.createSymbolicLink(directory.resolve("www/link"), directory.resolve("out"));
        Files.createSymbolicLink(directory.resolve("www/up"), directory);
        Files.createSymbolicLink(directory.resolve("www/fine"), directory.resolve("www/in"));
        assertEquals(200, status("GET", "/in"));
        assertEquals(200, status("GET", "//sub/./%2e/"));
        assertEquals(200, status("HEAD", "/fine"));
        assertEquals(301, status("GET", "//sub"));
        assertEquals(405, status("DELETE", "/in"));
        for (String target : new String[] {
            "/../out",
            "/%2e%2e/out",
            "/sub/../../out",
            "/sub/../in",
            "/link",
            "/up/out",
            "/up/",
            "/in/",
            "/%00",
            "/in%00x"
        }) {
            assertEquals(404, status("GET", target), target);
        }
        assertEquals(400, assertThrows(HttpRequest.Bad.class, () -> status("GET", "/%zz")).status);
        assertEquals(400, assertThrows(HttpRequest.Bad.class, () -> status("GET", "/%ff")).status);
        assertEquals(400, assertThrows(HttpRequest.Bad.class, () -> status("GET", "out")).status);
    }

    @Test
    void aListingIsNoScript() throws Exception {
        Files.createDirectories(directory.resolve("www"));
        Files.writeString(directory.resolve("www/<b> &\".txt"), "");
        HttpFiles.Answer answer = new HttpFiles(directory.resolve("www")).answer(parse("GET / HTTP/1.0"));
        String page = StandardCharsets.UTF_8.decode(answer.body()).toString();
        assertTrue(page.contains("<a href=\"./%3Cb%3E%20%26%22.txt\">&lt;b&gt; &amp;&quot;.txt</a>"), page);
    }

    /** RFC 9110 section 5.6.7. */
    @Test
    void datesHaveTwoDigits() {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", HttpFiles.date(Instant.parse("1994-11-06T08:49:37Z")));
    }

    private static String body(String answer) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] bytes = answer.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        long count = HttpResponse.read(new ByteArrayInputStream(bytes)).copyTo(out);
        assertEquals(out.size(), count);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK|Content-Length: 3||abcdef, abc",
        "HTTP/1.1 200|Content-Length: 3|Content-Length: 3||abc, abc",
        "HTTP/1.0 200 OK||all of it, all of it",
        "HTTP/1.1 103 Early||HTTP/1.1 200 OK|Content-Length: 1||x, x",
        "HTTP/1.1 200 OK|Transfer-Encoding: Chunked||3 ;e=1|abc|A|0123456789|0|T: 1||, abc0123456789",
        "HTTP/1.1 204 None|Content-Length: 3||abc, ''",
    })
    void anAnswerHasABody(String answer, String body) throws IOException {
        assertEquals(body, body(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK|Content-Length: 4||abc",
                "HTTP/1.1 200 OK|Content-Le",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|ab",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|",
            })
    void anAnswerThatIsCutOffIsAnError(String answer) {
        assertThrows(EOFException.class, () -> body(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x|",
                "HTTP/1.1 200 OK|Content-Length: -1||",
                "HTTP/1.1 200 OK|Content-Length: 3|Content-Length: 4||abcd",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||x|",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|abc|",
                "HTTP/1.1 200 OK|nonsense||",
            })
    void anAnswerThatIsNoneIsAnError(String answer) {
        IOException e = assertThrows(IOException.class, () -> body(answer));
        assertFalse(e instanceof EOFException, e::toString);
    }
}
