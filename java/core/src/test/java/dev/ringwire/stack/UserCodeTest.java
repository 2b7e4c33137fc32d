package dev.ringwire.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.stack.transport.TcpEndpoint;
import dev.ringwire.stack.transport.TcpOptions;
import dev.ringwire.stack.transport.TcpState;
import dev.ringwire.testing.TwoStacks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever code of the user's throws is counted and costs a packet or a connection, never the stack. */
class UserCodeTest {
    /** Where a mistake may be. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Place {
        INCOMING_HOOK(s -> s.ipv4().addIncomingHook(packet -> fail())),
        OUTGOING_HOOK(s -> s.tcp().addOutgoingHook(packet -> fail())),
        SESSION_FACTORY(s -> s.tcp().sessionFactory(ends -> fail())),
        ALARM(s -> s.context().timers().timer(UserCodeTest::fail).after(1)),
        COMMAND(s -> s.execute(UserCodeTest::fail)),
        PING(s -> s.icmp().ping(address(), new byte[1], Duration.ofSeconds(1), reply -> fail())),
        NAME(s -> s.dns().lookup("nobody.example", (all, error) -> fail()));

        final Consumer<NetStack> make;

        Place(Consumer<NetStack> make) {
            this.make = make;
        }
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // whatever the place wants
    private static <T> T fail() {
        throw new IllegalStateException("a mistake of the user's, as meant by the test");
    }

    private static InetAddress address() {
        return TcpEndpoint.of("10.0.0.1", 0).toInetSocketAddress().getAddress();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("The stack goes on, and counts")
    void thrown(Place place) throws Exception {
        try (TwoStacks stacks = new TwoStacks()) {
            stacks.second.tcp().listen(TcpEndpoint.any(80), 5, TcpOptions.DEFAULT);
            place.make.accept(stacks.second);
            stacks.first.tcp().connect(TcpEndpoint.of("10.0.0.2", 80), null, TcpOptions.DEFAULT, null);
            stacks.pass(Duration.ofSeconds(5).toNanos());
            assertTrue(stacks.second.context().counters().applicationErrors > 0);
        }
    }

    @Test
    @DisplayName("A listener to states that throws when the connection times out")
    void stateListener() throws Exception {
        try (TwoStacks stacks = new TwoStacks()) {
            var session = stacks.first.tcp().create(TcpEndpoint.of("10.0.0.77", 80), null, TcpOptions.DEFAULT);
            session.addStateListener((s, before, after) -> fail());
            session.connect();
            stacks.pass(Duration.ofMinutes(10).toNanos());
            assertEquals(TcpState.CLOSED, session.state());
            assertEquals(2, stacks.first.context().counters().applicationErrors);
        }
    }
}
