package dev.ringwire.query;

import dev.ringwire.device.afpacket.PacketRing;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Runs inside a namespace: writes the rows of a ring to a file, and takes what {@link TrafficMain} sends. Says "ready",
 * and ends when its input does. Arguments: interface, file, TCP port, fields.
 */
final class RingRows {
    private RingRows() {}

    public static void main(String[] args) throws Exception {
        Query query = Query.of(Arrays.asList(args).subList(3, args.length));
        try (PacketRing ring = PacketRing.open(args[0]);
                OutputStream out = new FileOutputStream(args[1]);
                ServerSocket server = new ServerSocket(Integer.parseInt(args[2]), 50, InetAddress.getByName("::"))) {
            Rows rows = query.over(ring);
            daemon(() -> {
                while (true) {
                    try (Socket socket = server.accept()) {
                        InputStream in = socket.getInputStream();
                        long sum = in.transferTo(OutputStream.nullOutputStream());
                        socket.getOutputStream().write(("got " + sum).getBytes(StandardCharsets.US_ASCII));
                    }
                }
            });
            daemon(() -> {
                System.in.transferTo(OutputStream.nullOutputStream());
                rows.stop();
            });
            RowWriter writer = RowFormat.TSV.writer(query, out);
            System.out.println("ready");
            while (rows.next()) {
                writer.write(rows.row());
            }
            writer.flush();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The process is ending.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
