package dev.ringwire.wire;

import dev.ringwire.address.Ipv6Address;
import dev.ringwire.address.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * An option of neighbour discovery, RFC 4861 section 4.6 and RFC 8106 section 5.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |     Type      | Length, in 8 B|              ...              |
 * </pre>
 */
public final class NdOption extends TypedBytes {
    /** Values of {@link #type}. */
    public static final int SOURCE_LINK_LAYER_ADDRESS = 1;

    public static final int TARGET_LINK_LAYER_ADDRESS = 2;
    public static final int PREFIX_INFORMATION = 3;
    public static final int REDIRECTED_HEADER = 4;
    public static final int MTU = 5;
    public static final int RDNSS = 25;
    public static final int DNSSL = 31;

    private static final int MAX_LABEL = 63;
    private static final int MAX_DATA = 255 * 8 - 2;

    private NdOption(int type, byte[] data) {
        super(type, data);
    }

    /**
     * An option of any type; zeros fill up to a multiple of eight bytes, type and length included.
     *
     * @throws IllegalArgumentException if the data is longer than 2038 bytes, or the type is not 0..255
     */
    public static NdOption of(int type, byte[] data) {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException(
                    "a neighbour discovery option takes " + MAX_DATA + " bytes at most, not " + data.length);
        }
        return new NdOption(type, Arrays.copyOf(data, (data.length + 2 + 7 & ~7) - 2));
    }

    /** The link-layer address of who sends this. */
    public static NdOption sourceLinkLayerAddress(MacAddress address) {
        return of(SOURCE_LINK_LAYER_ADDRESS, address.toBytes());
    }

    /** The link-layer address of the target. */
    public static NdOption targetLinkLayerAddress(MacAddress address) {
        return of(TARGET_LINK_LAYER_ADDRESS, address.toBytes());
    }

    /**
     * A prefix.
     *
     * @param onLink the L flag: addresses with it are on the link
     * @param autonomous the A flag: hosts may make addresses of it
     * @param validSeconds how long it is valid; 0xffffffff is for ever
     * @param preferredSeconds how long addresses of it are preferred
     */
    public static NdOption prefixInformation(
            Ipv6Address prefix,
            int prefixLength,
            boolean onLink,
            boolean autonomous,
            long validSeconds,
            long preferredSeconds) {
        return of(
                PREFIX_INFORMATION,
                ByteBuffer.allocate(30)
                        .put((byte) prefixLength)
                        .put((byte) ((onLink ? 0x80 : 0) | (autonomous ? 0x40 : 0)))
                        .putInt((int) validSeconds)
                        .putInt((int) preferredSeconds)
                        .putInt(0)
                        .put(prefix.toBytes())
                        .array());
    }

    /** The start of the packet that led to a redirect. */
    public static NdOption redirectedHeader(byte[] packet) {
        return of(
                REDIRECTED_HEADER,
                ByteBuffer.allocate(6 + packet.length).position(6).put(packet).array());
    }

    /** The packet in a redirected header option. */
    byte[] redirectedPacket() {
        return Arrays.copyOfRange(data(), 6, length());
    }

    /** The MTU of the link. */
    public static NdOption mtu(long mtu) {
        return of(MTU, ByteBuffer.allocate(6).putInt(2, (int) mtu).array());
    }

    /** Addresses of name servers, RFC 8106 section 5.1. */
    public static NdOption rdnss(long lifetimeSeconds, List<Ipv6Address> servers) {
        ByteBuffer data = ByteBuffer.allocate(6 + 16 * servers.size()).putShort((short) 0);
        data.putInt((int) lifetimeSeconds);
        servers.forEach(server -> data.put(server.toBytes()));
        return of(RDNSS, data.array());
    }

    /**
     * Domain names to search, RFC 8106 section 5.2.
     *
     * @throws IllegalArgumentException if a label is empty or longer than 63 bytes
     */
    public static NdOption dnssl(long lifetimeSeconds, List<String> names) {
        var data = ByteBuffer.allocate(
                8 + names.stream().mapToInt(name -> 4 * name.length() + 2).sum());
        data.putShort((short) 0).putInt((int) lifetimeSeconds);
        for (String name : names) {
            for (String label : name.split("\\.", -1)) {
                byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
                if (bytes.length == 0 || bytes.length > MAX_LABEL) {
                    throw new IllegalArgumentException(
                            "a label has 1 to 63 bytes, not " + bytes.length + ": \"" + name + "\"");
                }
                data.put((byte) bytes.length).put(bytes);
            }
            data.put((byte) 0);
        }
        return of(DNSSL, Arrays.copyOf(data.array(), data.position()));
    }

    /** The bytes of options one behind the other. */
    static byte[] encode(List<NdOption> options) {
        ByteBuffer out = ByteBuffer.allocate(
                options.stream().mapToInt(option -> 2 + option.length()).sum());
        for (NdOption option : options) {
            out.put((byte) option.type()).put((byte) ((2 + option.length()) / 8));
            out.put(option.data());
        }
        return out.array();
    }

    /** The option in these bytes. */
    static NdOption decode(ByteBuffer b, int at, int size) {
        byte[] data = new byte[size - 2];
        b.get(at + 2, data);
        return new NdOption(b.get(at) & 0xff, data);
    }
}
