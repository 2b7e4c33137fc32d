package dev.ringwire.cli;

import dev.ringwire.device.afpacket.PacketSender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** Sends datagrams to ports 53 and 80 over and over, without a tag, with one and with two, until it is ended. */
final class TaggedTraffic {
    private TaggedTraffic() {}

    /** Takes the name of the interface. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (PacketSender sender = PacketSender.open(args[0])) {
            while (true) {
                for (int port : new int[] {53, 80}) {
                    for (int[] tags : new int[][] {{}, {0x8100_0005}, {0x8100_0007, 0x8100_0006}}) {
                        byte[] frame = frame(port, tags);
                        sender.send(ByteBuffer.wrap(frame), 0, frame.length);
                    }
                }
                sender.flush();
                Thread.sleep(100);
            }
        }
    }

    private static byte[] frame(int port, int... tags) {
        ByteBuffer frame = ByteBuffer.allocate(80);
        frame.put(HexFormat.of().parseHex("ffffffffffff020000000001"));
        for (int tag : tags) {
            frame.putInt(tag);
        }
        frame.putShort((short) 0x0800).put(HexFormat.of().parseHex("450000200000000040110000c6120001c6120002"));
        frame.putShort((short) 1000).putShort((short) port).putShort((short) 12).putShort((short) 0);
        frame.putInt(0);
        return Arrays.copyOf(frame.array(), frame.position());
    }
}
