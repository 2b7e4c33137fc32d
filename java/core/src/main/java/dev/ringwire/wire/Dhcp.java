package dev.ringwire.wire;

import dev.ringwire.address.Ipv4Address;
import dev.ringwire.address.MacAddress;
import dev.ringwire.bytes.Bits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Dynamic Host Configuration Protocol, RFC 2131, and BOOTP, RFC 951, which is the same without options. All of the
 * datagram is the header, with the padding behind the options. Options that stand in the file and server name fields
 * (option overload) are read as these fields, not as options.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |      op       |     htype     |     hlen      |     hops      |
 * |                              xid                              |
 * |             secs              |B|           flags             |
 * |                            ciaddr                             |
 * |                            yiaddr                             |
 * |                            siaddr                             |
 * |                            giaddr                             |
 * |                       chaddr, 16 bytes                        |
 * |                        sname, 64 bytes                        |
 * |                        file, 128 bytes                        |
 * |           magic cookie 99.130.83.99, then options ...         |
 * </pre>
 */
public final class Dhcp extends ListHeader {
    /** Bytes of the fixed part, which is the header where no magic cookie follows: BOOTP. */
    public static final int LENGTH = 236;

    /** Bytes in front of the options: the fixed part and the magic cookie. */
    public static final int OPTIONS_AT = LENGTH + 4;

    /** Values of {@link #op}. */
    public static final int BOOTREQUEST = 1;

    public static final int BOOTREPLY = 2;

    private static final int MAGIC_COOKIE = 0x63825363;
    private static final int ETHERNET = 1;
    private static final int HARDWARE_ADDRESS = 28;
    private static final int SERVER_NAME = 44;
    private static final int FILE = 108;

    public static final FixedField TYPE = FixedField.decimal("dhcp.type", 0, 8, "1 request, 2 reply");
    public static final FixedField HW_TYPE = FixedField.hex("dhcp.hw.type", 8, 8, "hardware type, as in ARP");
    public static final FixedField HW_LEN = FixedField.decimal("dhcp.hw.len", 16, 8, "bytes of a hardware address");
    public static final FixedField HOPS = FixedField.decimal("dhcp.hops", 24, 8, "relay agents on the way");
    public static final FixedField ID = FixedField.hex("dhcp.id", 32, 32, "transaction id");
    public static final FixedField SECS = FixedField.decimal("dhcp.secs", 64, 16, "seconds since the client began");
    public static final FixedField FLAGS = FixedField.hex("dhcp.flags", 80, 16, "flags");
    public static final FixedField BROADCAST =
            FixedField.flag("dhcp.flags.bc", 80, "the client cannot take unicast yet");
    public static final FixedField CLIENT_IP = FixedField.ipv4("dhcp.ip.client", 96, "address the client has");
    public static final FixedField YOUR_IP = FixedField.ipv4("dhcp.ip.your", 128, "address the client gets");
    public static final FixedField SERVER_IP = FixedField.ipv4("dhcp.ip.server", 160, "server to go on with");
    public static final FixedField RELAY_IP = FixedField.ipv4("dhcp.ip.relay", 192, "relay agent");
    public static final FixedField COOKIE =
            FixedField.ipv4("dhcp.cookie", 8 * LENGTH, "magic cookie in front of options");
    static final ComputedField HW_MAC_ADDR = ComputedField.number(
            "dhcp.hw.mac_addr",
            FieldType.MAC,
            "the client's Ethernet address",
            HARDWARE_ADDRESS + 6,
            h -> h.get(HW_TYPE) == ETHERNET && h.get(HW_LEN) == 6
                    ? Bits.u48(h.buffer(), h.offset() + HARDWARE_ADDRESS)
                    : -1);
    static final ComputedField SERVER = text("dhcp.server", "server name", SERVER_NAME, FILE);
    static final ComputedField BOOT_FILE = text("dhcp.file", "boot file", FILE, LENGTH);
    public static final Protocol PROTOCOL =
            Protocol.of("DHCP", "dhcp", Dhcp::new, fields(), Dhcp::dissect, Selector.udpPort(67), Selector.udpPort(68));

    private static List<Field> fields() {
        var all = new ArrayList<Field>(List.of(
                TYPE,
                HW_TYPE,
                HW_LEN,
                HOPS,
                ID,
                SECS,
                FLAGS,
                BROADCAST,
                CLIENT_IP,
                YOUR_IP,
                SERVER_IP,
                RELAY_IP,
                HW_MAC_ADDR,
                SERVER,
                BOOT_FILE,
                COOKIE));
        all.addAll(DhcpOptions.FIELDS);
        return all;
    }

    private static ComputedField text(String name, String label, int from, int to) {
        return ComputedField.of(
                name,
                FieldType.TEXT,
                label,
                (h, occurrence, out) -> occurrence == 0
                        && h.headerLength() >= to
                        && DhcpOptions.text(h.buffer(), h.offset() + from, h.offset() + to, out));
    }

    /** A request of an Ethernet host, without options. */
    public Dhcp() {
        super(OPTIONS_AT);
        op(BOOTREQUEST).hardwareType(ETHERNET).hardwareLength(6);
        put(COOKIE, MAGIC_COOKIE);
    }

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static Dhcp wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new Dhcp(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    /** 1 request, 2 reply. */
    public int op() {
        return getInt(TYPE);
    }

    /** Sets op. */
    public Dhcp op(int value) {
        put(TYPE, value);
        return this;
    }

    /** Hardware type, as in ARP. */
    public int hardwareType() {
        return getInt(HW_TYPE);
    }

    /** Sets hardwareType. */
    public Dhcp hardwareType(int value) {
        put(HW_TYPE, value);
        return this;
    }

    /** Bytes of a hardware address. */
    public int hardwareLength() {
        return getInt(HW_LEN);
    }

    /** Sets hardwareLength. */
    public Dhcp hardwareLength(int value) {
        put(HW_LEN, value);
        return this;
    }

    /** Relay agents on the way. */
    public int hops() {
        return getInt(HOPS);
    }

    /** Sets hops. */
    public Dhcp hops(int value) {
        put(HOPS, value);
        return this;
    }

    /** Transaction id. */
    public long transactionId() {
        return get(ID);
    }

    /** Sets transactionId. */
    public Dhcp transactionId(long value) {
        put(ID, value);
        return this;
    }

    /** Seconds since the client began. */
    public int seconds() {
        return getInt(SECS);
    }

    /** Sets seconds. */
    public Dhcp seconds(int value) {
        put(SECS, value);
        return this;
    }

    /** Flags. */
    public int flags() {
        return getInt(FLAGS);
    }

    /** Sets flags. */
    public Dhcp flags(int value) {
        put(FLAGS, value);
        return this;
    }

    /** The client cannot take unicast yet. */
    public boolean broadcast() {
        return getFlag(BROADCAST);
    }

    /** Sets broadcast. */
    public Dhcp broadcast(boolean value) {
        put(BROADCAST, value ? 1 : 0);
        return this;
    }

    /** Address the client has. */
    public Ipv4Address clientIp() {
        return getIpv4(CLIENT_IP);
    }

    /** Sets clientIp. */
    public Dhcp clientIp(Ipv4Address value) {
        put(CLIENT_IP, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Address the client gets. */
    public Ipv4Address yourIp() {
        return getIpv4(YOUR_IP);
    }

    /** Sets yourIp. */
    public Dhcp yourIp(Ipv4Address value) {
        put(YOUR_IP, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Server to go on with. */
    public Ipv4Address serverIp() {
        return getIpv4(SERVER_IP);
    }

    /** Sets serverIp. */
    public Dhcp serverIp(Ipv4Address value) {
        put(SERVER_IP, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** Relay agent. */
    public Ipv4Address relayIp() {
        return getIpv4(RELAY_IP);
    }

    /** Sets relayIp. */
    public Dhcp relayIp(Ipv4Address value) {
        put(RELAY_IP, value.bits() & 0xffff_ffffL);
        return this;
    }

    /** The client's hardware address, sixteen bytes of which {@link #hardwareLength} count. */
    public byte[] hardwareAddress() {
        byte[] address = new byte[SERVER_NAME - HARDWARE_ADDRESS];
        buffer().get(offset() + HARDWARE_ADDRESS, address);
        return address;
    }

    /** Sets hardwareAddress: an Ethernet address. */
    public Dhcp hardwareAddress(MacAddress address) {
        fill(HARDWARE_ADDRESS, SERVER_NAME, address.toBytes(), "chaddr");
        return this;
    }

    /** Name of the server to go on with, or empty. */
    public String serverName() {
        return text(SERVER_NAME, FILE);
    }

    /** Sets serverName, in UTF-8. */
    public Dhcp serverName(String name) {
        fill(SERVER_NAME, FILE, name.getBytes(StandardCharsets.UTF_8), "sname");
        return this;
    }

    /** Name of the boot file, or empty. */
    public String file() {
        return text(FILE, LENGTH);
    }

    /** Sets file, in UTF-8. */
    public Dhcp file(String name) {
        fill(FILE, LENGTH, name.getBytes(StandardCharsets.UTF_8), "file");
        return this;
    }

    private String text(int from, int to) {
        var value = new FieldValue();
        return DhcpOptions.text(buffer(), offset() + from, offset() + to, value) ? value.text() : "";
    }

    private void fill(int from, int to, byte[] bytes, String name) {
        if (bytes.length > to - from) {
            throw new IllegalArgumentException(name + " takes " + (to - from) + " bytes at most, not " + bytes.length);
        }
        for (int i = 0; i < to - from; i++) {
            Bits.put8(buffer(), offset() + from + i, i < bytes.length ? bytes[i] : 0);
        }
    }

    /** The options up to the end option. */
    public List<DhcpOption> options() {
        var options = new ArrayList<DhcpOption>();
        each(DhcpOptions.LAYOUT, (at, size) -> {
            if (size > 1) {
                options.add(DhcpOption.decode(buffer(), at, size));
            }
        });
        return options;
    }

    /** The first option of a code. */
    public Optional<DhcpOption> option(int code) {
        return options().stream().filter(option -> option.type() == code).findFirst();
    }

    /** Replaces the options, and the padding behind them; the end option comes by itself. */
    public Dhcp options(List<DhcpOption> options) {
        tail(OPTIONS_AT, DhcpOption.encode(options));
        return this;
    }

    /** {@link #options(List)}. */
    public Dhcp options(DhcpOption... options) {
        return options(List.of(options));
    }

    static void dissect(PacketParser p, int offset, int end) {
        int available = p.available(offset, end);
        // BOOTP has a vendor area of 64 bytes there.
        if (available < OPTIONS_AT) {
            p.truncated(PROTOCOL, offset, end, OPTIONS_AT);
            return;
        }
        ByteBuffer b = p.buffer();
        if (Bits.i32(b, offset + LENGTH) != MAGIC_COOKIE) {
            p.add(PROTOCOL, offset, offset + LENGTH, end);
            return;
        }
        int at = OPTIONS_AT;
        while (at < available) {
            int size = DhcpOptions.size(b, offset + at, offset + available);
            if (size < 0) {
                break;
            }
            at += size;
        }
        if (at > end - offset) {
            String reason = "dhcp.option.length of the last option reaches " + (at - (end - offset))
                    + " bytes over the end of the message";
            p.malformed(PROTOCOL, offset, end, available, at, reason);
        } else if (end - offset > available) {
            p.truncated(PROTOCOL, offset, end, end - offset);
        } else {
            p.add(PROTOCOL, offset, end, end);
        }
    }

    @Override
    public String summary() {
        String what = option(DhcpOption.DHCP_MESSAGE_TYPE)
                .filter(option -> option.length() == 1)
                .map(option -> switch (option.data()[0]) {
                    case DhcpOption.DISCOVER -> "discover";
                    case DhcpOption.OFFER -> "offer " + yourIp();
                    case DhcpOption.REQUEST -> "request";
                    case DhcpOption.DECLINE -> "decline";
                    case DhcpOption.ACK -> "ack " + yourIp();
                    case DhcpOption.NAK -> "nak";
                    case DhcpOption.RELEASE -> "release";
                    case DhcpOption.INFORM -> "inform";
                    default -> "message type " + option.data()[0];
                })
                .orElse(op() == BOOTREPLY ? "BOOTP reply" : "BOOTP request");
        return "DHCP " + what + ", xid 0x" + Long.toHexString(transactionId());
    }
}
