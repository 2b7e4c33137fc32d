package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An option of DHCP, RFC 2132: a code, a length and data. */
public final class DhcpOption extends TypedBytes {
    /** Codes. */
    public static final int SUBNET_MASK = 1;

    public static final int ROUTER = 3;
    public static final int DOMAIN_NAME_SERVER = 6;
    public static final int HOST_NAME = 12;
    public static final int DOMAIN_NAME = 15;
    public static final int INTERFACE_MTU = 26;
    public static final int BROADCAST_ADDRESS = 28;
    public static final int REQUESTED_IP_ADDRESS = 50;
    public static final int IP_ADDRESS_LEASE_TIME = 51;
    public static final int OPTION_OVERLOAD = 52;
    public static final int DHCP_MESSAGE_TYPE = 53;
    public static final int SERVER_IDENTIFIER = 54;
    public static final int PARAMETER_REQUEST_LIST = 55;
    public static final int MESSAGE = 56;
    public static final int MAXIMUM_MESSAGE_SIZE = 57;
    public static final int RENEWAL_TIME = 58;
    public static final int REBINDING_TIME = 59;
    public static final int VENDOR_CLASS_IDENTIFIER = 60;
    public static final int CLIENT_IDENTIFIER = 61;

    /** Values of {@link #messageType}. */
    public static final int DISCOVER = 1;

    public static final int OFFER = 2;
    public static final int REQUEST = 3;
    public static final int DECLINE = 4;
    public static final int ACK = 5;
    public static final int NAK = 6;
    public static final int RELEASE = 7;
    public static final int INFORM = 8;

    private static final int MAX_DATA = 255;

    private DhcpOption(int code, byte[] data) {
        super(code, data);
    }

    /**
     * An option of any code.
     *
     * @throws IllegalArgumentException if the code is not 1..254, or the data is longer than 255 bytes
     */
    public static DhcpOption of(int code, byte[] data) {
        if (code < 1 || code > 254 || data.length > MAX_DATA) {
            throw new IllegalArgumentException("a DHCP option has a code of 1..254, not " + code + ", and up to "
                    + MAX_DATA + " bytes, not " + data.length);
        }
        return new DhcpOption(code, data);
    }

    /** An option that holds addresses, such as {@link #ROUTER}. */
    public static DhcpOption addresses(int code, Ipv4Address... addresses) {
        ByteBuffer data = ByteBuffer.allocate(4 * addresses.length);
        for (Ipv4Address address : addresses) {
            data.putInt(address.bits());
        }
        return of(code, data.array());
    }

    /** An option that holds text, such as {@link #HOST_NAME}, in UTF-8. */
    public static DhcpOption text(int code, String text) {
        return of(code, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An option that holds a number of 8 bits. */
    public static DhcpOption number8(int code, int value) {
        return of(code, new byte[] {(byte) value});
    }

    /** An option that holds a number of 16 bits, such as {@link #MAXIMUM_MESSAGE_SIZE}. */
    public static DhcpOption number16(int code, int value) {
        return of(code, ByteBuffer.allocate(2).putShort((short) value).array());
    }

    /** An option that holds a number of 32 bits, such as {@link #IP_ADDRESS_LEASE_TIME}. */
    public static DhcpOption number32(int code, long value) {
        return of(code, ByteBuffer.allocate(4).putInt((int) value).array());
    }

    /** What the message is, {@link #DISCOVER} to {@link #INFORM}. */
    public static DhcpOption messageType(int type) {
        return number8(DHCP_MESSAGE_TYPE, type);
    }

    /** The options that a client asks for. */
    public static DhcpOption parameterRequestList(int... codes) {
        byte[] data = new byte[codes.length];
        for (int i = 0; i < codes.length; i++) {
            data[i] = (byte) codes[i];
        }
        return of(PARAMETER_REQUEST_LIST, data);
    }

    /** A client identified by its Ethernet address. */
    public static DhcpOption clientIdentifier(MacAddress address) {
        return of(
                CLIENT_IDENTIFIER,
                ByteBuffer.allocate(7).put((byte) 1).put(address.toBytes()).array());
    }

    /** The bytes of options one behind the other, and the end option. */
    static byte[] encode(List<DhcpOption> options) {
        ByteBuffer out = ByteBuffer.allocate(
                1 + options.stream().mapToInt(option -> 2 + option.length()).sum());
        for (DhcpOption option : options) {
            out.put((byte) option.type()).put((byte) option.length()).put(option.data());
        }
        return out.put((byte) 255).array();
    }

    /** The option in these bytes. */
    static DhcpOption decode(ByteBuffer b, int at, int size) {
        byte[] data = new byte[size - 2];
        b.get(at + 2, data);
        return new DhcpOption(b.get(at) & 0xff, data);
    }
}
