package dev.ringwire.stack.transport;

import static dev.ringwire.stack.transport.TcpSegment.ACK;
import static dev.ringwire.stack.transport.TcpSegment.FIN;
import static dev.ringwire.stack.transport.TcpSegment.RST;
import static dev.ringwire.stack.transport.TcpSegment.SYN;
import static dev.ringwire.stack.transport.TcpState.CLOSED;
import static dev.ringwire.stack.transport.TcpState.CLOSE_WAIT;
import static dev.ringwire.stack.transport.TcpState.CLOSING;
import static dev.ringwire.stack.transport.TcpState.ESTABLISHED;
import static dev.ringwire.stack.transport.TcpState.FIN_WAIT_1;
import static dev.ringwire.stack.transport.TcpState.FIN_WAIT_2;
import static dev.ringwire.stack.transport.TcpState.LAST_ACK;
import static dev.ringwire.stack.transport.TcpState.SYN_RECEIVED;
import static dev.ringwire.stack.transport.TcpState.SYN_SENT;
import static dev.ringwire.stack.transport.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every transition of the state diagram of RFC 9293 (section 3.3.2, figure 5) by name. The one from LISTEN by SEND does
 * not exist here, since a listener is no connection that could send; LISTEN itself is a {@link TcpListener}, and what it
 * has in SYN-RECEIVED no session yet.
 */
class TcpStateWalkTest {
    private final TcpPeer peer = new TcpPeer();
    private final List<String> steps = new ArrayList<>();
    private TcpSession session;

    @AfterEach
    void stop() {
        peer.close();
    }

    // Ways to each state.

    private void synSent() {
        try {
            session = peer.tcp()
                    .create(
                            new TcpEndpoint(peer.here.high(), peer.here.low(), peer.peerPort),
                            null,
                            TcpOptions.DEFAULT.noDelay(true));
            session.addStateListener((s, before, after) -> steps.add(before + " " + after));
            session.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        peer.stackPort = session.local().port();
        peer.poll();
        peer.ack = peer.expect(SYN).end();
    }

    private void synReceived() {
        synSent();
        receive(SYN);
        peer.expect(SYN | ACK);
    }

    private void established() {
        synSent();
        receive(SYN | ACK);
        peer.expect(ACK);
    }

    private void finWait1() {
        established();
        close();
        peer.expect(ACK | FIN);
    }

    private void finWait2() {
        finWait1();
        receive(ACK);
    }

    private void closeWait() {
        established();
        receive(FIN | ACK);
        peer.expect(ACK);
    }

    private void closing() {
        finWait1();
        receiveFinOnly();
        peer.expect(ACK);
    }

    private void lastAck() {
        closeWait();
        close();
        peer.expect(ACK | FIN);
    }

    private void timeWait() {
        finWait2();
        receive(FIN | ACK);
        peer.expect(ACK);
    }

    // Events.

    private void receive(int flags) {
        peer.send(flags);
    }

    /** FIN of a side that has not seen ours. */
    private void receiveFinOnly() {
        Segment fin = Segment.of(FIN | ACK).seq(peer.seq).ack(peer.ack - 1);
        peer.seq++;
        peer.raw(fin);
    }

    private void close() {
        session.close();
        peer.poll();
    }

    private void sends(int flags) {
        peer.expect(flags);
    }

    private static Arguments edge(
            String name,
            TcpState before,
            TcpState after,
            Consumer<TcpStateWalkTest> way,
            Consumer<TcpStateWalkTest> event) {
        return Arguments.of(name, before, after, way, event);
    }

    static Stream<Arguments> edges() {
        return Stream.of(
                edge("active OPEN / snd SYN", null, SYN_SENT, w -> {}, TcpStateWalkTest::synSent),
                edge("CLOSE in SYN-SENT", SYN_SENT, CLOSED, TcpStateWalkTest::synSent, TcpStateWalkTest::close),
                edge("rcv SYN / snd SYN,ACK", SYN_SENT, SYN_RECEIVED, TcpStateWalkTest::synSent, w -> {
                    w.receive(SYN);
                    w.sends(SYN | ACK);
                }),
                edge("rcv SYN,ACK / snd ACK", SYN_SENT, ESTABLISHED, TcpStateWalkTest::synSent, w -> {
                    w.receive(SYN | ACK);
                    w.sends(ACK);
                }),
                edge("rcv ACK of SYN", SYN_RECEIVED, ESTABLISHED, TcpStateWalkTest::synReceived, w -> w.receive(ACK)),
                edge(
                        "rcv RST after an active OPEN",
                        SYN_RECEIVED,
                        CLOSED,
                        TcpStateWalkTest::synReceived,
                        w -> w.receive(RST)),
                // The FIN waits until the SYN is acknowledged (section 3.10.4).
                edge("CLOSE in SYN-RECEIVED / snd FIN", SYN_RECEIVED, FIN_WAIT_1, TcpStateWalkTest::synReceived, w -> {
                    w.close();
                    w.receive(ACK);
                    w.sends(FIN | ACK);
                }),
                edge("CLOSE / snd FIN", ESTABLISHED, FIN_WAIT_1, TcpStateWalkTest::established, w -> {
                    w.close();
                    w.sends(FIN | ACK);
                }),
                edge("rcv FIN / snd ACK", ESTABLISHED, CLOSE_WAIT, TcpStateWalkTest::established, w -> {
                    w.receive(FIN | ACK);
                    w.sends(ACK);
                }),
                edge("rcv ACK of FIN", FIN_WAIT_1, FIN_WAIT_2, TcpStateWalkTest::finWait1, w -> w.receive(ACK)),
                edge("rcv FIN / snd ACK, ours not acknowledged", FIN_WAIT_1, CLOSING, TcpStateWalkTest::finWait1, w -> {
                    w.receiveFinOnly();
                    w.sends(ACK);
                }),
                edge("rcv FIN and ACK of FIN / snd ACK", FIN_WAIT_1, TIME_WAIT, TcpStateWalkTest::finWait1, w -> {
                    w.receive(FIN | ACK);
                    w.sends(ACK);
                }),
                edge("rcv FIN / snd ACK in FIN-WAIT-2", FIN_WAIT_2, TIME_WAIT, TcpStateWalkTest::finWait2, w -> {
                    w.receive(FIN | ACK);
                    w.sends(ACK);
                }),
                edge("rcv ACK of FIN in CLOSING", CLOSING, TIME_WAIT, TcpStateWalkTest::closing, w -> w.receive(ACK)),
                edge("CLOSE in CLOSE-WAIT / snd FIN", CLOSE_WAIT, LAST_ACK, TcpStateWalkTest::closeWait, w -> {
                    w.close();
                    w.sends(FIN | ACK);
                }),
                edge("rcv ACK of FIN in LAST-ACK", LAST_ACK, CLOSED, TcpStateWalkTest::lastAck, w -> w.receive(ACK)),
                edge("timeout of 2 MSL", TIME_WAIT, CLOSED, TcpStateWalkTest::timeWait, w -> w.peer.pass(60_100)));
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("edges")
    void isAsTheFigureSays(
            String name,
            TcpState before,
            TcpState after,
            Consumer<TcpStateWalkTest> way,
            Consumer<TcpStateWalkTest> event) {
        way.accept(this);
        if (before != null) {
            assertEquals(before, session.state(), name);
        }
        event.accept(this);
        assertEquals(after, session.state(), name);
        peer.expectNothing();
        if (after == CLOSED) {
            assertEquals(List.of(), peer.tcp().sessions());
            assertEquals(0, peer.tcp().counters().timeWait);
        }
    }

    @Test
    void listenersAreToldEachStepOfTheWay() {
        lastAck();
        receive(ACK);
        assertEquals(
                List.of(
                        "CLOSED SYN_SENT",
                        "SYN_SENT ESTABLISHED",
                        "ESTABLISHED CLOSE_WAIT",
                        "CLOSE_WAIT LAST_ACK",
                        "LAST_ACK CLOSED"),
                steps);
    }

    // LISTEN.

    @Test
    void passiveOpenIsListenAndItsCloseIsClosed() {
        receive(SYN);
        sends(RST | ACK);
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        receive(SYN);
        sends(SYN | ACK);
        listener.close();
        peer.poll();
        peer.forget();
        peer.peerPort++;
        receive(SYN);
        sends(RST | ACK);
    }

    @Test
    void synAtAListenerIsSynReceivedAndItsAckEstablished() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        receive(SYN);
        peer.ack = peer.expect(SYN | ACK).end();
        assertEquals(0, listener.waiting());
        receive(ACK);
        session = listener.tryAccept();
        assertEquals(ESTABLISHED, session.state());
        peer.expectNothing();
    }

    @Test
    void resetOfWhatAListenerHasInSynReceivedIsListenAgain() {
        TcpListener listener = peer.listen(TcpOptions.DEFAULT);
        receive(SYN);
        sends(SYN | ACK);
        receive(RST);
        peer.expectNothing();
        assertEquals(0, peer.tcp().counters().halfOpen);
        assertEquals(0, listener.waiting());
        // Nothing is left of it: its ACK comes for nobody, and the next SYN opens another one.
        receive(ACK);
        sends(RST);
        synAtAListener(listener);
    }

    private void synAtAListener(TcpListener listener) {
        peer.seq += 100_000;
        assertEquals(ESTABLISHED, peer.accept(listener, Segment.of(SYN)).state());
    }
}
