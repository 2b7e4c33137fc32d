package dev.ringwire.stack.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.device.afpacket.RingTest;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.KernelAndStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our UDP against the kernel's and its tools. */
@RingTest
@Timeout(60)
class UdpKernelTest {
    private static void echo(KernelAndStack here, int port) throws IOException {
        here.stack.udp().bind(port).application((session, d) -> {
            try {
                session.reply(d, d.bytes(), d.offset(), d.length());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static int available(Process process) {
        try {
            return process.getInputStream().available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UDP4:10.77.0.2:7", "UDP6:[fd77::2]:7"})
    void socatIsAnswered(String address) throws IOException {
        Command.assumeInstalled("socat");
        try (var here = new KernelAndStack(b -> b)) {
            echo(here, 7);
            Process socat = Command.start(List.of("socat", "-t0.3", "-", address));
            String text = "hello, stack\n";
            socat.getOutputStream().write(text.getBytes(US_ASCII));
            socat.getOutputStream().flush();
            // At the end of its input it would not wait long for the answer.
            here.until("what socat prints", () -> available(socat) >= text.length());
            socat.getOutputStream().close();
            assertEquals(text, here.until(socat));
        }
    }

    @ParameterizedTest
    @CsvSource({"10.77.0.1,UDP4-LISTEN", "fd77::1,UDP6-LISTEN"})
    void socatAnswers(String kernel, String listen) throws IOException {
        Command.assumeInstalled("socat");
        try (var here = new KernelAndStack(b -> b)) {
            Process socat = Command.start(List.of(
                    "socat",
                    listen + ":9999,bind=" + (kernel.contains(":") ? "[" + kernel + "]" : kernel),
                    "EXEC:cat"));
            try {
                UdpSession client = here.stack.udp().bind(0);
                client.connect(new InetSocketAddress(InetAddress.getByName(kernel), 9999));
                Datagram answer = new Datagram(2000);
                String text = "hello, kernel";
                here.until("an answer of socat", () -> {
                    try {
                        // It may not listen yet.
                        client.send(ByteBuffer.wrap(text.getBytes(US_ASCII)));
                        return client.tryReceive(answer);
                    } catch (IOException notYet) {
                        return false;
                    }
                });
                // To cat the datagrams are a stream: it may give several back in one.
                String said = new String(answer.toBytes(), US_ASCII);
                assertTrue(said.startsWith(text) && text.repeat(200).startsWith(said), said);
                assertEquals(new InetSocketAddress(InetAddress.getByName(kernel), 9999), answer.source());
            } finally {
                socat.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.2", "fd77::2"})
    void everyLengthThatFitsOnePacketPasses(String ours) throws IOException {
        try (var here = new KernelAndStack(b -> b);
                DatagramChannel kernel = DatagramChannel.open()) {
            echo(here, 7);
            kernel.configureBlocking(false);
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(ours), 7);
            byte[] bytes = new byte[1452];
            for (int length = 0; length <= bytes.length; length += 33) {
                new Random(length).nextBytes(bytes);
                kernel.send(ByteBuffer.wrap(bytes, 0, length), to);
                ByteBuffer answer = ByteBuffer.allocate(2000);
                here.until("an answer of " + length + " bytes", () -> {
                    try {
                        return kernel.receive(answer) != null;
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertEquals(ByteBuffer.wrap(bytes, 0, length), answer.flip());
            }
            assertEquals(0, here.stack.udp().counters().badChecksum);
            assertTrue(here.stack.udp().counters().received >= 45);
        }
    }
}
