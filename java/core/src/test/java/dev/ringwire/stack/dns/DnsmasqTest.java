package dev.ringwire.stack.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.stack.NetStack;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.KernelAndStack;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T75 against a real dnsmasq. */
@RingTest
@Timeout(60)
class DnsmasqTest {
    private KernelAndStack here;
    private NetStack stack;
    private Process dnsmasq;

    private void start(DnsSettings settings) throws IOException {
        Command.assumeInstalled("dnsmasq");
        here = new KernelAndStack(b -> b.dns(settings));
        stack = here.stack;
        List<String> command = new ArrayList<>(List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--user=root",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=10.77.0.1,fd77::1",
                "--local=/example/",
                "--local-ttl=300",
                "--host-record=www.example,192.0.2.1,2001:db8::1",
                "--host-record=four.example,192.0.2.4",
                "--cname=alias.example,www.example",
                "--cname=second.example,alias.example",
                "--txt-record=text.example,hello"));
        for (int i = 0; i < 10; i++) {
            command.add("--host-record=host-" + i + ".example,198.51.100." + i);
        }
        for (int i = 0; i < 200; i++) {
            command.add("--txt-record=long.example,"
                    + "a text that is repeated until no datagram holds all of it, number " + i);
        }
        dnsmasq = Command.start(command);
        for (var told = lookup("four.example"); told.error != null; told = lookup("four.example")) {
            assertTrue(told.error.getMessage().contains("nothing answers"), told.error::getMessage);
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (dnsmasq != null) {
            dnsmasq.destroy();
            dnsmasq.waitFor();
        }
        if (here != null) {
            here.close();
        }
    }

    private static final class Told<T> implements DnsCallback<T> {
        private boolean over;
        private T result;
        private UnknownHostException error;

        @Override
        public void done(T value, UnknownHostException why) {
            over = true;
            result = value;
            error = why;
        }
    }

    private List<String> query(String name, int type) throws IOException {
        Told<List<DnsRecord>> told = new Told<>();
        stack.dns().query(name, type, told);
        here.until("an answer about " + name, () -> told.over);
        assertNull(told.error);
        return told.result.stream().map(DnsRecord::toString).toList();
    }

    private Told<List<InetAddress>> lookup(String name) throws IOException {
        Told<List<InetAddress>> told = new Told<>();
        stack.dns().lookup(name, told);
        here.until("an answer about " + name, () -> told.over);
        return told;
    }

    private List<String> addresses(String name) throws IOException {
        Told<List<InetAddress>> told = lookup(name);
        assertNull(told.error);
        return told.result.stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void t75NamesAliasesAndWhatThereIsNot() throws IOException {
        start(new DnsSettings().server("10.77.0.1"));
        assertEquals(List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1"), addresses("www.example"));
        assertEquals(List.of("192.0.2.4"), addresses("four.example"));
        assertEquals(List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1"), addresses("second.example"));
        assertEquals(
                List.of(
                        "second.example. 300 IN CNAME alias.example.",
                        "alias.example. 300 IN CNAME www.example.",
                        "www.example. 300 IN A 192.0.2.1"),
                query("second.example", DnsType.A));
        assertEquals(List.of("text.example. 300 IN TXT \"hello\""), query("text.example", DnsType.TXT));
        assertEquals(List.of(), query("text.example", DnsType.A));
        Told<List<InetAddress>> none = lookup("none.example");
        assertNotNull(none.error);
        assertTrue(none.error.getMessage().contains("NXDOMAIN"), none.error::getMessage);
        // It has nobody to ask about others.
        Told<List<InetAddress>> refused = lookup("www.riverbed.com");
        assertTrue(refused.error.getMessage().contains("REFUSED"), refused.error::getMessage);
        assertEquals(0, stack.dns().counters().ignored);
        long sent = stack.dns().counters().sent;
        addresses("www.example");
        assertEquals(sent, stack.dns().counters().sent);
    }

    @Test
    void t75WhatIsTooLongForUdpComesOverTcp() throws IOException {
        start(new DnsSettings().server("10.77.0.1"));
        assertEquals(200, query("long.example", DnsType.TXT).size());
        assertEquals(1, stack.dns().counters().truncated);
    }

    @Test
    void lettersMixedAtRandomComeBackAsTheyWere() throws IOException {
        start(new DnsSettings().server("fd77::1").mixedCase(true));
        for (int i = 0; i < 10; i++) {
            assertEquals(List.of("198.51.100." + i), addresses("host-" + i + ".example"));
        }
        assertEquals(0, stack.dns().counters().ignored);
    }
}
