package dev.ringwire.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of {@code ringwire stack} is refused before any device is opened. */
class StackCommandTest {
    @ParameterizedTest
    @CsvSource({
        "dance x, none of echo",
        "echo x, takes no argument",
        "http, needs an argument",
        "get https://192.0.2.1/, plain http only",
        "get http:///x, such as http://192.0.2.1/",
        "echo -p 0, 1 to 65535",
        "get http://192.0.2.1/ -p 80, -p is for servers",
        "source 192.0.2.1:70000, HOST:PORT",
        "sink --bytes 9, are for source",
        "source --seconds 0, more than 0",
        "echo -c 1, -c is for ping",
        "ping 192.0.2.1 --interval -1, 0 seconds or more"
    })
    void whatMakesNoSenseIsRefused(String arguments, String message) {
        List<String> all = new ArrayList<>(List.of("stack", "-i", "nothing0", "--address", "192.0.2.7/24"));
        all.addAll(List.of(arguments.split(" ")));
        var result = Cli.run(all.toArray(String[]::new));
        assertEquals(2, result.status(), result.err());
        assertTrue(result.err().contains(message), result.err());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7/33, --address",
        "192.0.2/24, --address",
        "host.example/24, --address",
        "192.0.2.255/24, not of a host",
        "192.0.2.0/24, not of a host",
        "224.0.0.5/24, not of a host",
        "2001:db8::/64, not of a host",
    })
    void anAddressIsAnAddress(String address, String message) {
        var result = Cli.run("stack", "-i", "nothing0", "--address", address, "echo");
        assertEquals(2, result.status(), result.err());
        assertTrue(result.err().contains(message), result.err());
    }
}
