package dev.ringwire.cli;

import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.dns.DnsMessage;
import dev.ringwire.wire.dns.DnsRecord;
import dev.ringwire.wire.dns.DnsType;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Asks one DNS server through an ordinary socket. */
final class DnsExchange {
    private static final int MAX_MESSAGES = 100_000;

    private final InetSocketAddress server;
    private final int seconds;
    private final int tries;

    DnsExchange(InetSocketAddress server, int seconds, int tries) {
        this.server = server;
        this.seconds = seconds;
        this.tries = tries;
    }

    /**
     * What came back: one message, or several of a zone transfer.
     *
     * @param bytes of all
     */
    record Answer(List<DnsMessage> messages, long bytes) {
        DnsMessage message() {
            return messages.get(0);
        }
    }

    Answer overUdp(DnsMessage query) throws IOException {
        byte[] asked = query.toBytes();
        byte[] buffer = new byte[DnsMessage.MAX_LENGTH];
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            for (int i = 0; i < tries; i++) {
                socket.send(new DatagramPacket(asked, asked.length));
                long end = System.nanoTime() + seconds * 1_000_000_000L;
                for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                    socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
                    var packet = new DatagramPacket(buffer, buffer.length);
                    try {
                        socket.receive(packet);
                    } catch (SocketTimeoutException none) {
                        break;
                    }
                    // Anybody may send to this port; what does not answer the question is not for us.
                    if (packet.getLength() > 1 && id(buffer) == query.id()) {
                        return new Answer(List.of(decode(buffer, packet.getLength(), query)), packet.getLength());
                    }
                }
            }
        } catch (PortUnreachableException e) {
            throw new IOException(
                    "nothing answers at " + where() + "; is it the right server? -p names another port", e);
        }
        throw new IOException("no answer from " + where() + " in " + tries + " times " + seconds
                + " s; +timeout=N waits longer, +tcp asks over TCP");
    }

    private static int id(byte[] message) {
        return (message[0] & 0xff) << 8 | message[1] & 0xff;
    }

    private DnsMessage decode(byte[] bytes, int length, DnsMessage query) throws IOException {
        DnsMessage message;
        try {
            message = DnsMessage.decode(ByteBuffer.wrap(bytes), 0, length);
        } catch (DecodeException e) {
            throw new IOException("the answer of " + where() + " is damaged: " + e.getMessage(), e);
        }
        if (message.id() != query.id() || !message.isResponse()) {
            throw new IOException(where() + " sent something that is no answer to the question");
        }
        return message;
    }

    Answer overTcp(DnsMessage query) throws IOException {
        byte[] asked = query.toBytes();
        byte[] framed = new byte[asked.length + 2];
        framed[0] = (byte) (asked.length >> 8);
        framed[1] = (byte) asked.length;
        System.arraycopy(asked, 0, framed, 2, asked.length);
        try (var socket = new Socket()) {
            socket.connect(server, seconds * 1000);
            socket.setSoTimeout(seconds * 1000);
            socket.getOutputStream().write(framed);
            return read(new DataInputStream(socket.getInputStream()), query);
        } catch (ConnectException e) {
            throw new IOException("nothing answers over TCP at " + where() + "; -p names another port", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "no answer over TCP from " + where() + " in " + seconds + " s; +timeout=N waits longer", e);
        } catch (EOFException e) {
            throw new IOException(where() + " closed the connection before its answer was whole", e);
        }
    }

    private Answer read(DataInputStream in, DnsMessage query) throws IOException {
        var messages = new ArrayList<DnsMessage>();
        long bytes = 0;
        do {
            byte[] message = new byte[in.readUnsignedShort()];
            in.readFully(message);
            bytes += message.length;
            messages.add(decode(message, message.length, query));
        } while (!isWhole(query, messages) && messages.size() < MAX_MESSAGES);
        return new Answer(messages, bytes);
    }

    /** A zone transfer ends with the SOA record that it began with. */
    private static boolean isWhole(DnsMessage query, List<DnsMessage> messages) {
        if (query.questions().get(0).type() != DnsType.AXFR || messages.get(0).rcode() != 0) {
            return true;
        }
        List<DnsRecord> last = messages.get(messages.size() - 1).answers();
        int records = messages.size() == 1 ? last.size() : 2;
        return last.isEmpty() || records > 1 && last.get(last.size() - 1).type() == DnsType.SOA;
    }

    private String where() {
        return server.getAddress().getHostAddress() + " port " + server.getPort();
    }
}
