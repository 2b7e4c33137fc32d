package dev.ringwire.query;

import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Socket;

/**
 * Runs inside a namespace: joins multicast groups, sends UDP and a TCP transfer through the kernel. Arguments: TCP port,
 * interface, addresses.
 */
final class TrafficMain {
    private TrafficMain() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        NetworkInterface device = NetworkInterface.getByName(args[1]);
        try (MulticastSocket groups = new MulticastSocket()) {
            groups.joinGroup(new InetSocketAddress("239.1.2.3", 0), device);
            groups.joinGroup(new InetSocketAddress("ff05::99", 0), device);
        }
        for (int i = 2; i < args.length; i++) {
            InetAddress address = InetAddress.getByName(args[i]);
            try (DatagramSocket socket = new DatagramSocket()) {
                // Up to 4000 bytes: the last ones are fragmented. Nobody listens, so errors come back.
                for (int size = 0; size <= 4000; size += 250) {
                    socket.send(new DatagramPacket(new byte[size], size, address, 9));
                }
            }
            try (Socket socket = new Socket(address, port)) {
                OutputStream out = socket.getOutputStream();
                for (int block = 0; block < 64; block++) {
                    out.write(new byte[16 * 1024]);
                }
                socket.shutdownOutput();
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        }
    }
}
