package dev.ringwire.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class StackDatagramTest extends DatagramContract {
    StackDatagramTest() {
        super(new Network.Stacks());
    }

    @Test
    void groups() throws IOException {
        Network.Stacks stacks = (Network.Stacks) network;
        InetAddress group = Network.Stacks.address("239.1.2.3");
        try (StackDatagramSocket member = new StackDatagramSocket(stacks.second, 5000)) {
            member.setSoTimeout(5000);
            InetSocketAddress there = new InetSocketAddress(group, 5000);
            member.joinGroup(there, null);
            client.send(new DatagramPacket(new byte[] {4}, 1, there));
            DatagramPacket got = new DatagramPacket(new byte[10], 10);
            member.receive(got);
            assertEquals(4, got.getData()[0]);
            member.leaveGroup(there, null);
            client.send(new DatagramPacket(new byte[] {5}, 1, there));
            member.setSoTimeout(50);
            assertThrows(SocketTimeoutException.class, () -> member.receive(got));
        }
    }

    @Test
    void broadcastHasToBePermitted() throws IOException {
        InetSocketAddress all = new InetSocketAddress(Network.Stacks.address("255.255.255.255"), 5000);
        client.setBroadcast(false);
        assertThrows(SocketException.class, () -> client.send(new DatagramPacket(new byte[1], 1, all)));
    }
}
