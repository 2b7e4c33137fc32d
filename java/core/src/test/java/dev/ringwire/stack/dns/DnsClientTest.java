package dev.ringwire.stack.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.stack.network.IpAddresses;
import dev.ringwire.stack.transport.Datagram;
import dev.ringwire.stack.transport.UdpSession;
import dev.ringwire.testing.TwoStacks;
import dev.ringwire.wire.dns.DnsClass;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsName;
import dev.ringwire.wire.dns.DnsQuestion;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsClientTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress SECOND_PORT =
            new InetSocketAddress(Ipv4Address.of("10.0.0.2").toInetAddress(), 5353);

    private TwoStacks stacks = stacks(s -> s.server("10.0.0.2"));
    private final List<DnsMessage> asked = new ArrayList<>();
    private final List<Integer> askedFrom = new ArrayList<>();

    private static TwoStacks stacks(UnaryOperator<DnsSettings> settings) {
        return new TwoStacks(b -> b.dns(settings.apply(new DnsSettings())));
    }

    private DnsClient with(UnaryOperator<DnsSettings> settings) {
        stacks.close();
        stacks = stacks(settings);
        return stacks.first.dns();
    }

    @AfterEach
    void close() {
        stacks.close();
    }

    /** What a callback was told. */
    private static final class Told<T> implements DnsCallback<T> {
        private int times;
        private @Nullable T result;
        private @Nullable UnknownHostException error;

        @Override
        public void done(@Nullable T value, @Nullable UnknownHostException why) {
            times++;
            result = value;
            error = why;
        }

        T result() {
            assertEquals(1, times, "not told once");
            assertNull(error);
            assertNotNull(result);
            return result;
        }

        String error() {
            assertEquals(1, times, "not told once");
            assertNull(result);
            return error.getMessage();
        }
    }

    /** A server on the second stack that answers with what the function makes of a query; null for no answer. */
    private UdpSession serve(int port, Function<DnsMessage, DnsMessage.@Nullable Builder> answers) {
        try {
            return stacks.second.udp().bind(port).application((session, d) -> {
                DnsMessage query = DnsMessage.decode(d.toBytes());
                asked.add(query);
                askedFrom.add(d.sourcePort());
                DnsMessage.Builder answer = answers.apply(query);
                if (answer != null) {
                    reply(session, d, answer.build());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void reply(UdpSession session, Datagram to, DnsMessage message) {
        byte[] bytes = message.toBytes();
        try {
            session.reply(to, ByteBuffer.wrap(bytes), 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DnsMessage.Builder answer(DnsMessage query, String... records) {
        DnsMessage.Builder answer = DnsMessage.builder()
                .id(query.id())
                .response(true)
                .recursionDesired(true)
                .recursionAvailable(true)
                .question(query.questions().get(0));
        for (String record : records) {
            answer.answer(DnsRecord.parse(record));
        }
        return answer;
    }

    private Told<List<DnsRecord>> query(String name, int type) {
        Told<List<DnsRecord>> told = new Told<>();
        stacks.first.dns().query(name, type, told);
        stacks.run();
        return told;
    }

    private Told<List<InetAddress>> lookup(String name) {
        Told<List<InetAddress>> told = new Told<>();
        stacks.first.dns().lookup(name, told);
        stacks.run();
        return told;
    }

    private static List<String> text(List<?> things) {
        return things.stream().map(Object::toString).toList();
    }

    @Test
    void t75AAndAaaaAreAskedTogether() {
        serve(
                53,
                q -> q.questions().get(0).type() == DnsType.A
                        ? answer(q, "www.example. 300 A 192.0.2.1", "www.example. 300 A 192.0.2.2")
                        : answer(q, "www.example. 300 AAAA 2001:db8::1"));
        assertEquals(
                List.of("www.example/192.0.2.1", "www.example/192.0.2.2", "www.example/2001:db8:0:0:0:0:0:1"),
                text(lookup("www.example").result()));
        assertEquals(2, asked.size());
        assertTrue(asked.get(0).isRecursionDesired());
        assertTrue(asked.get(0).edns().isPresent());
        assertEquals(2, stacks.first.dns().counters().answers);
    }

    @Test
    void oneVersionOfIpIsEnough() {
        serve(
                53,
                q -> q.questions().get(0).type() == DnsType.A
                        ? answer(q).rcode(2)
                        : answer(q, "v6.example. 300 AAAA 2001:db8::1"));
        assertEquals(
                List.of("v6.example/2001:db8:0:0:0:0:0:1"),
                text(lookup("v6.example").result()));
        stacks.close();
        stacks = stacks(s -> s.server("10.0.0.2"));
        serve(53, q -> answer(q));
        assertEquals("no.example: it has no address", lookup("no.example").error());
    }

    @Test
    void t75EveryQueryHasAnotherIdentifierAndPort() {
        with(s -> s.server("10.0.0.2").mostQuestions(10_000));
        serve(53, q -> answer(q, q.questions().get(0).name() + ". 0 A 192.0.2.1"));
        Set<Integer> ids = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        Set<Integer> steps = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            query("n" + i + ".example", DnsType.A).result();
            ids.add(asked.get(i).id());
            ports.add(askedFrom.get(i));
            steps.add(askedFrom.get(i) - askedFrom.get(Math.max(0, i - 1)));
        }
        assertTrue(ids.size() > 480, () -> ids.size() + " identifiers");
        assertTrue(ports.size() > 480, () -> ports.size() + " ports");
        assertTrue(steps.size() > 480, () -> "ports follow each other in " + steps.size() + " steps");
        assertTrue(Collections.max(ids) > 60_000 && Collections.min(ids) < 5_000);
        for (int port : ports) {
            assertTrue(stacks.first.udp().isPortFree(port));
        }
    }

    /** Sends what a spoofer would; whoever it comes from, it must not be believed. */
    private void spoof(String from, int fromPort, int toPort, DnsMessage forged) throws IOException {
        InetAddress address = InetAddress.getByName(from);
        byte[] bytes = forged.toBytes();
        try (UdpSession session = stacks.second.udp().bind(0, 0, fromPort, true)) {
            stacks.second.udp().addOutgoingHook(packet -> {
                packet.source(0, IpAddresses.low(address));
                return dev.ringwire.stack.Verdict.PASS;
            });
            session.send(ByteBuffer.wrap(bytes), new InetSocketAddress(InetAddress.getByName("10.0.0.1"), toPort));
        }
    }

    @Test
    void t75ForgedAnswersAreNotBelieved() throws IOException {
        with(s -> s.server(SECOND_PORT));
        Datagram query = new Datagram(512);
        UdpSession server = stacks.second.udp().bind(0, 0, 5353, true);
        Told<List<DnsRecord>> told = query("bank.example", DnsType.A);
        assertTrue(server.tryReceive(query));
        DnsMessage asked = DnsMessage.decode(query.toBytes());
        int port = query.sourcePort();
        String good = "bank.example. 300 A 192.0.2.1";
        String bad = "bank.example. 300 A 203.0.113.66";

        spoof("10.0.0.3", 5353, port, answer(asked, bad).build());
        spoof("10.0.0.2", 53, port, answer(asked, bad).build());
        spoof("10.0.0.2", 5353, port ^ 1, answer(asked, bad).build());
        stacks.run();
        assertEquals(0, stacks.first.dns().counters().ignored, "it has come as far as the client");
        for (int bit = 0; bit < 16; bit++) {
            spoof(
                    "10.0.0.2",
                    5353,
                    port,
                    answer(asked, bad).id(asked.id() ^ 1 << bit).build());
        }
        DnsMessage.Builder other = DnsMessage.builder().id(asked.id()).response(true);
        spoof("10.0.0.2", 5353, port, other.answer(DnsRecord.parse(bad)).build());
        for (DnsQuestion question : List.of(
                DnsQuestion.of("bank.example.org", DnsType.A),
                DnsQuestion.of("bank.example", DnsType.AAAA),
                new DnsQuestion(DnsName.of("bank.example"), DnsType.A, DnsClass.IN + 2))) {
            spoof(
                    "10.0.0.2",
                    5353,
                    port,
                    DnsMessage.builder()
                            .id(asked.id())
                            .response(true)
                            .recursionAvailable(true)
                            .question(question)
                            .answer(DnsRecord.parse(bad))
                            .build());
        }
        spoof("10.0.0.2", 5353, port, answer(asked, bad).response(false).build());
        spoof("10.0.0.2", 5353, port, answer(asked, bad).opcode(4).build());
        stacks.run();
        assertEquals(0, told.times);
        assertEquals(22, stacks.first.dns().counters().ignored);

        reply(server, query, answer(asked, good).build());
        stacks.run();
        assertEquals(good, told.result().get(0).toString().replace(" IN ", " "));
    }

    @Test
    void t75RecordsOfOtherNamesAreIgnored() {
        serve(
                53,
                q -> answer(
                                q,
                                "other.example. 300 A 203.0.113.1",
                                "www.example. 300 A 192.0.2.1",
                                "bank.example. 300 A 203.0.113.2")
                        .additional(DnsRecord.parse("bank.example. 300 A 203.0.113.3")));
        assertEquals(
                List.of("www.example. 300 IN A 192.0.2.1"),
                text(query("www.example", DnsType.A).result()));
        query("bank.example", DnsType.A);
        assertEquals(2, asked.size(), "the cache believed what nobody had asked for");
    }

    @Test
    void t75SilentServersAreAskedInTurnWithGrowingPatience() throws IOException {
        with(s -> s.server("10.0.0.2").server(SECOND_PORT).timeout(Duration.ofMillis(500)));
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        long start = stacks.now();
        serve(53, q -> {
            first.add((stacks.now() - start) / 1_000_000);
            return null;
        });
        serve(5353, q -> {
            second.add((stacks.now() - start) / 1_000_000);
            return null;
        });
        Told<List<InetAddress>> told = lookup("www.example");
        stacks.pass(6999 * SECOND / 1000);
        assertEquals(0, told.times);
        stacks.pass(SECOND);
        // Twice each: A and AAAA.
        assertEquals(List.of(0L, 0L, 1000L, 1000L, 3000L, 3000L), first);
        assertEquals(List.of(500L, 500L, 2000L, 2000L, 5000L, 5000L), second);
        assertEquals("www.example: no answer from 10.0.0.2, 10.0.0.2 port 5353 in 3 rounds", told.error());
        assertEquals(2, stacks.first.dns().counters().failures);
        assertEquals(12, stacks.first.dns().counters().sent);
        assertEquals(10, stacks.first.dns().counters().repeated);
    }

    @Test
    void t75ALateAnswerIsStillGood() throws IOException {
        with(s -> s.server("10.0.0.2").server(SECOND_PORT));
        UdpSession slow = stacks.second.udp().bind(53);
        serve(5353, q -> null);
        Told<List<DnsRecord>> told = query("www.example", DnsType.A);
        Datagram query = new Datagram(512);
        assertTrue(slow.tryReceive(query));
        stacks.pass(SECOND + SECOND / 2);
        assertEquals(1, asked.size());
        reply(
                slow,
                query,
                answer(DnsMessage.decode(query.toBytes()), "www.example. 300 A 192.0.2.1")
                        .build());
        stacks.run();
        assertEquals(1, told.result().size());
        stacks.pass(60 * SECOND);
        assertEquals(1, asked.size());
    }

    @Test
    void aServerThatRefusesIsNotAskedAgain() throws IOException {
        with(s -> s.server("10.0.0.2").server(SECOND_PORT));
        serve(53, q -> answer(q).rcode(5));
        serve(5353, q -> answer(q, "www.example. 300 A 192.0.2.1"));
        assertEquals(1, query("www.example", DnsType.A).result().size());
        assertEquals(2, asked.size());
        with(s -> s.server("10.0.0.2"));
        serve(53, q -> answer(q).rcode(2));
        assertEquals(
                "www.example: 10.0.0.2: it says SERVFAIL",
                query("www.example", DnsType.A).error());
        assertEquals(3, asked.size());
    }

    @Test
    void aReferralIsNoAnswer() {
        serve(53, q -> answer(q).recursionAvailable(false).authority(DnsRecord.parse("example. 300 NS ns.example.")));
        assertEquals(
                "www.example: 10.0.0.2: it says NOERROR",
                query("www.example", DnsType.A).error());
    }

    @Test
    void nobodyThereIsNotWaitedFor() {
        Told<List<DnsRecord>> told = query("www.example", DnsType.A);
        assertTrue(told.error().startsWith("www.example: nothing answers at 10.0.0.2: PORT_UNREACHABLE"), told::error);
        assertEquals(3, stacks.first.dns().counters().sent);
    }

    @Test
    void anOldServerIsAskedWithoutEdns() {
        serve(
                53,
                q -> q.edns().isPresent()
                        ? DnsMessage.builder().id(q.id()).response(true).rcode(1)
                        : answer(q, "www.example. 300 A 192.0.2.1"));
        assertEquals(1, query("www.example", DnsType.A).result().size());
        assertEquals(2, asked.size());
    }

    @Test
    void t75AliasesAreFollowed() {
        serve(
                53,
                q -> answer(
                        q,
                        "c.example. 50 A 192.0.2.1",
                        "WWW.example. 300 CNAME b.example.",
                        "b.example. 100 CNAME C.example."));
        List<DnsRecord> records = query("www.example", DnsType.A).result();
        assertEquals(
                List.of(
                        "WWW.example. 300 IN CNAME b.example.",
                        "b.example. 100 IN CNAME C.example.",
                        "c.example. 50 IN A 192.0.2.1"),
                text(records));
        stacks.pass(49 * SECOND);
        assertEquals(
                "c.example. 1 IN A 192.0.2.1",
                query("www.example", DnsType.A).result().get(2).toString());
        assertEquals(1, asked.size());
        stacks.pass(SECOND);
        query("www.example", DnsType.A);
        assertEquals(2, asked.size());
    }

    @Test
    void t75AliasesThatAServerDoesNotFollowAreAskedFor() {
        serve(53, q -> switch (q.questions().get(0).name().toString()) {
            case "a.example" -> answer(q, "a.example. 300 CNAME b.example.");
            case "b.example" -> answer(q, "b.example. 300 CNAME c.example.");
            default -> answer(q, "c.example. 300 A 192.0.2.1");
        });
        assertEquals(3, query("a.example", DnsType.A).result().size());
        assertEquals(3, asked.size());
        query("a.example", DnsType.A).result();
        assertEquals(3, asked.size());
    }

    @Test
    void t75AliasesInACircleEnd() {
        serve(53, q -> answer(q, "a.example. 300 CNAME b.example.", "b.example. 300 CNAME a.example."));
        assertTrue(query("a.example", DnsType.A).error().contains("more than 16 aliases"));
        stacks.close();
        stacks = stacks(s -> s.server("10.0.0.2"));
        serve(53, q -> {
            String name = q.questions().get(0).name().toString();
            return answer(q, name + ". 300 CNAME x" + name + ".");
        });
        assertTrue(query("a.example", DnsType.A).error().contains("more than 16 aliases"));
        assertEquals(18, asked.size());
    }

    @Test
    void t75AnswersAreKeptAsLongAsTheySay() {
        serve(53, q -> answer(q, "www.example. 60 A 192.0.2.1"));
        query("www.example", DnsType.A);
        stacks.pass(59 * SECOND + 999_999_999L);
        assertEquals(
                "www.example. 1 IN A 192.0.2.1",
                query("WWW.EXAMPLE", DnsType.A).result().get(0).toString());
        assertEquals(1, stacks.first.dns().counters().cached);
        query("www.example", DnsType.AAAA);
        assertEquals(2, asked.size());
        stacks.pass(1);
        query("www.example", DnsType.A).result();
        assertEquals(3, asked.size());
        stacks.first.dns().clearCache();
        query("www.example", DnsType.A).result();
        assertEquals(4, asked.size());
    }

    @Test
    void t75WhatMustNotBeKeptIsNot() {
        serve(53, q -> answer(q, "www.example. 0 A 192.0.2.1"));
        query("www.example", DnsType.A).result();
        query("www.example", DnsType.A).result();
        assertEquals(2, asked.size());
        stacks.close();
        stacks = stacks(s -> s.server("10.0.0.2"));
        serve(53, q -> answer(q, "www.example. 4294967295 A 192.0.2.1"));
        query("www.example", DnsType.A).result();
        query("www.example", DnsType.A).result();
        assertEquals(4, asked.size());
    }

    @Test
    void t75ThatThereIsNoneIsKeptAsTheZoneSays() {
        DnsRecord soa = DnsRecord.parse("example. 900 SOA ns.example. h.example. 1 2 3 4 30");
        serve(53, q -> answer(q).rcode(3).authority(soa));
        assertEquals(
                "no.example: there is no such name (NXDOMAIN)",
                query("no.example", DnsType.A).error());
        stacks.pass(29 * SECOND);
        query("no.example", DnsType.A).error();
        assertEquals(1, asked.size());
        stacks.pass(SECOND);
        query("no.example", DnsType.A).error();
        assertEquals(2, asked.size());

        stacks.close();
        stacks = stacks(s -> s.server("10.0.0.2"));
        serve(53, q -> answer(q).authority(soa));
        assertEquals(List.of(), query("a.example", DnsType.MX).result());
        assertEquals(List.of(), query("a.example", DnsType.MX).result());
        assertEquals(3, asked.size());

        stacks.close();
        stacks = stacks(s -> s.server("10.0.0.2"));
        // Of another zone, or without one, it says nothing.
        serve(53, q -> answer(q).rcode(3).authority(DnsRecord.parse("org. 900 SOA a. b. 1 2 3 4 30")));
        query("no.example", DnsType.A).error();
        query("no.example", DnsType.A).error();
        assertEquals(5, asked.size());
    }

    @Test
    void theCacheIsBounded() {
        with(s -> s.server("10.0.0.2").cacheEntries(10));
        serve(53, q -> answer(q, q.questions().get(0).name() + ". 300 A 192.0.2.1"));
        for (int i = 0; i < 20; i++) {
            query("n" + i + ".example", DnsType.A).result();
            query("n0.example", DnsType.A).result();
        }
        assertEquals(20, asked.size(), "what is used stays");
        query("n1.example", DnsType.A).result();
        assertEquals(21, asked.size());
        query("n19.example", DnsType.A).result();
        assertEquals(21, asked.size());
    }

    @Test
    void questionsAlikeAreAskedOnce() {
        serve(53, q -> answer(q, "www.example. 300 A 192.0.2.1"));
        List<Told<List<DnsRecord>>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Told<List<DnsRecord>> told = new Told<>();
            all.add(told);
            stacks.first.dns().query(i % 2 == 0 ? "www.example" : "www.Example.", DnsType.A, told);
        }
        stacks.run();
        all.forEach(told -> assertEquals(1, told.result().size()));
        assertEquals(1, asked.size());
    }

    @Test
    void openQuestionsAreBounded() {
        with(s -> s.server("10.0.0.2").mostQuestions(5));
        serve(53, q -> null);
        for (int i = 0; i < 5; i++) {
            query("n" + i + ".example", DnsType.A);
        }
        assertTrue(query("n5.example", DnsType.A).error().contains("5 questions are open"));
        stacks.pass(60 * SECOND);
        assertEquals(0, query("n5.example", DnsType.A).times);
    }

    @Test
    void t75LettersOfAQueryAreMixedAndMustComeBackSo() {
        with(s -> s.server("10.0.0.2").mixedCase(true).rounds(1));
        serve(53, q -> answer(q, "www.long-enough.example. 300 A 192.0.2.1"));
        assertEquals(1, query("www.long-enough.example", DnsType.A).result().size());
        String sent = asked.get(0).questions().get(0).name().toString();
        assertNotEquals("www.long-enough.example", sent);
        assertEquals("www.long-enough.example", sent.toLowerCase(java.util.Locale.ROOT));
        with(s -> s.server("10.0.0.2").mixedCase(true).rounds(1));
        serve(
                53,
                q -> DnsMessage.builder()
                        .id(q.id())
                        .response(true)
                        .question(DnsQuestion.of("www.long-enough.example", DnsType.A))
                        .answer(DnsRecord.parse("www.long-enough.example. 300 A 192.0.2.1")));
        Told<List<DnsRecord>> told = query("www.long-enough.example", DnsType.A);
        stacks.pass(SECOND);
        assertTrue(told.error().contains("no answer from 10.0.0.2"));
    }

    @Test
    void aDamagedAnswerIsNone() {
        serve(53, q -> answer(q, "www.example. 300 A 192.0.2.1"));
        stacks.second.udp().addOutgoingHook(packet -> {
            packet.truncate(packet.length() - 3);
            packet.udp().length(packet.length());
            return dev.ringwire.stack.Verdict.PASS;
        });
        assertEquals(0, query("www.example", DnsType.A).times);
        assertEquals(1, stacks.first.dns().counters().ignored);
    }

    @Test
    void addressesAndHostsNeedNoServer() {
        with(s -> s.host("printer", "192.0.2.9", "2001:db8::9"));
        assertEquals(List.of("/192.0.2.1"), text(lookup("192.0.2.1").result()));
        assertEquals(
                List.of("/2001:db8:0:0:0:0:0:1"), text(lookup("2001:db8::1").result()));
        assertEquals(
                List.of("/2001:db8:0:0:0:0:0:1"), text(lookup("[2001:db8::1]").result()));
        assertEquals(2, lookup("PRINTER").result().size());
        assertEquals(2, lookup("localhost").result().size());
        assertEquals(
                "www.example: no DNS server is known to this stack",
                lookup("www.example").error());
        assertTrue(lookup("a..b").error().contains("label"));
        assertThrows(IllegalArgumentException.class, () -> query("a..b", DnsType.A));
        assertEquals(0, stacks.first.udp().counters().sent);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        DnsSettings settings = new DnsSettings();
        assertThrows(IllegalArgumentException.class, () -> settings.server("dns.example"));
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.server(InetSocketAddress.createUnresolved("dns.example", 53)));
        assertThrows(IllegalArgumentException.class, () -> settings.rounds(0));
        assertThrows(IllegalArgumentException.class, () -> settings.timeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> settings.cacheEntries(0));
        assertThrows(IllegalArgumentException.class, () -> settings.mostQuestions(20_000));
        assertThrows(IllegalArgumentException.class, () -> settings.host("a", "b"));
    }

    /** An exchange over TCP that a test ends. */
    private static final class HeldStream implements DnsStream {
        private byte[] query = {};
        private @Nullable Result result;
        private boolean givenUp;

        @Override
        public Runnable exchange(InetSocketAddress server, byte[] asked, Result to) {
            query = asked;
            result = to;
            return () -> givenUp = true;
        }
    }

    @Test
    void t75ATruncatedAnswerIsAskedForOverTcp() {
        HeldStream stream = new HeldStream();
        stacks.first.dns().stream(stream);
        serve(53, q -> answer(q, "www.example. 300 A 203.0.113.1").truncated(true));
        Told<List<DnsRecord>> told = query("www.example", DnsType.A);
        assertEquals(0, told.times);
        stream.result.answered(answer(DnsMessage.decode(stream.query), "www.example. 300 A 192.0.2.1")
                .build()
                .toBytes());
        assertEquals(List.of("www.example. 300 IN A 192.0.2.1"), text(told.result()));
        assertEquals(1, stacks.first.dns().counters().truncated);

        Told<List<DnsRecord>> bad = query("bad.example", DnsType.A);
        stream.result.answered(new byte[] {1, 2, 3});
        assertTrue(bad.error().contains("damaged"), bad::error);
        Told<List<DnsRecord>> other = query("other.example", DnsType.A);
        stream.result.answered(answer(DnsMessage.decode(stream.query))
                .id(0)
                .response(false)
                .build()
                .toBytes());
        assertTrue(other.error().contains("another question"), other::error);
        Told<List<DnsRecord>> refused = query("refused.example", DnsType.A);
        stream.result.failed(new IOException("connection refused"));
        assertTrue(refused.error().contains("connection refused"), refused::error);

        Told<List<DnsRecord>> silent = query("silent.example", DnsType.A);
        stacks.pass(60 * SECOND);
        assertTrue(stream.givenUp);
        assertEquals(1, silent.times);
    }

    @Test
    void runsRepeatToTheByte() {
        List<String> first = schedule();
        asked.clear();
        askedFrom.clear();
        with(s -> s.server("10.0.0.2"));
        assertEquals(first, schedule());
    }

    private List<String> schedule() {
        Random loss = new Random(3);
        serve(
                53,
                q -> loss.nextInt(3) == 0
                        ? null
                        : answer(q, q.questions().get(0).name() + ". 3 A 192.0.2.1"));
        for (int i = 0; i < 50; i++) {
            query("n" + i % 7 + ".example", DnsType.A);
            stacks.pass(SECOND / 2);
        }
        return text(List.of(asked, askedFrom));
    }
}
