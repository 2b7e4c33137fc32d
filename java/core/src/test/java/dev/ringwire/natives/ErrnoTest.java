package dev.ringwire.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void mapsToTheExceptionsOfTheJdk() {
        Map<Integer, Class<? extends IOException>> expected = Map.ofEntries(
                Map.entry(1, AccessDeniedException.class),
                Map.entry(13, AccessDeniedException.class),
                Map.entry(2, NoSuchFileException.class),
                Map.entry(6, NoSuchFileException.class),
                Map.entry(19, NoSuchFileException.class),
                Map.entry(4, InterruptedIOException.class),
                Map.entry(17, FileAlreadyExistsException.class),
                Map.entry(98, BindException.class),
                Map.entry(99, BindException.class),
                Map.entry(101, NoRouteToHostException.class),
                Map.entry(113, NoRouteToHostException.class),
                Map.entry(110, SocketTimeoutException.class),
                Map.entry(111, ConnectException.class),
                Map.entry(22, IOException.class),
                Map.entry(4095, IOException.class));
        expected.forEach((errno, type) -> {
            IOException e = Errno.toException(-errno, "open eth0");
            assertEquals(type, e.getClass());
            assertEquals("open eth0: " + Errno.describe(errno), e.getMessage());
        });
    }

    @Test
    void describesKnownAndUnknownNumbers() {
        assertEquals("EPERM (1): Operation not permitted", Errno.describe(1));
        assertEquals("EPERM (1): Operation not permitted", Errno.describe(-1));
        assertEquals("errno 4095", Errno.describe(4095));
    }
}
