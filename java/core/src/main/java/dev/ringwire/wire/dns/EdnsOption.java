package dev.ringwire.wire.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;

/** An option of EDNS, RFC 6891 section 6.1.2. Data that makes no sense for its code is {@link Unknown}. */
public sealed interface EdnsOption {
    int NSID = 3;
    int CLIENT_SUBNET = 8;
    int COOKIE = 10;
    int TCP_KEEPALIVE = 11;
    int PADDING = 12;
    int EXTENDED_ERROR = 15;

    /** What it is. */
    int code();

    /** Its wire form, without code and length. */
    Octets data();

    /** Reads the data of an option. */
    static EdnsOption decode(int code, Octets data) {
        int length = data.length();
        return switch (code) {
            case NSID -> new Nsid(data);
            case CLIENT_SUBNET -> {
                boolean fits = length >= 4 && length == 4 + (data.at(2) + 7) / 8 && isAddress(data);
                yield fits
                        ? new ClientSubnet(data.u16(0), data.at(2), data.at(3), data.slice(4, length))
                        : new Unknown(code, data);
            }
            case COOKIE -> {
                boolean fits = length == 8 || length >= 16 && length <= 40;
                yield fits ? new Cookie(data.slice(0, 8), data.slice(8, length)) : new Unknown(code, data);
            }
            case TCP_KEEPALIVE ->
                switch (length) {
                    case 0 -> new TcpKeepalive(OptionalInt.empty());
                    case 2 -> new TcpKeepalive(OptionalInt.of(data.u16(0)));
                    default -> new Unknown(code, data);
                };
            case PADDING -> new Padding(data);
            case EXTENDED_ERROR ->
                length >= 2 ? new ExtendedError(data.u16(0), data.slice(2, length)) : new Unknown(code, data);
            default -> new Unknown(code, data);
        };
    }

    private static boolean isAddress(Octets subnet) {
        int bits = subnet.u16(0) == 1 ? 32 : subnet.u16(0) == 2 ? 128 : -1;
        return subnet.at(2) <= bits && subnet.at(3) <= bits;
    }

    /**
     * Which network the question comes from, RFC 7871.
     *
     * @param family 1 for IPv4, 2 for IPv6
     * @param sourcePrefix bits of the address that are told
     * @param scopePrefix bits of it that the answer depends on
     * @param address as many octets as the bits need
     */
    record ClientSubnet(int family, int sourcePrefix, int scopePrefix, Octets address) implements EdnsOption {
        /** In a query: the first bits of an address. */
        public static ClientSubnet of(InetAddress address, int sourcePrefix) {
            byte[] bytes = Arrays.copyOf(address.getAddress(), (sourcePrefix + 7) / 8);
            if (sourcePrefix % 8 != 0) {
                bytes[bytes.length - 1] &= (byte) (0xff00 >> sourcePrefix % 8);
            }
            int family = address.getAddress().length == 4 ? 1 : 2;
            return new ClientSubnet(family, sourcePrefix, 0, Octets.of(bytes));
        }

        /** The address, zeros where nothing is told. */
        public InetAddress toAddress() {
            try {
                return InetAddress.getByAddress(Arrays.copyOf(address.toBytes(), family == 1 ? 4 : 16));
            } catch (UnknownHostException e) {
                throw new AssertionError(e); // of 4 and 16 octets all are addresses
            }
        }

        @Override
        public int code() {
            return CLIENT_SUBNET;
        }

        @Override
        public Octets data() {
            var out = new WireSink(false);
            out.u16(family);
            out.u8(sourcePrefix);
            out.u8(scopePrefix);
            out.octets(address);
            return Octets.of(out.toBytes());
        }

        /** {@code CLIENT-SUBNET: 192.0.2.0/24/0}. */
        @Override
        public String toString() {
            return "CLIENT-SUBNET: " + toAddress().getHostAddress() + "/" + sourcePrefix + "/" + scopePrefix;
        }
    }

    /**
     * What makes forged answers harder, RFC 7873.
     *
     * @param client 8 octets
     * @param server none, or 8 to 32 octets
     */
    record Cookie(Octets client, Octets server) implements EdnsOption {
        @Override
        public int code() {
            return COOKIE;
        }

        @Override
        public Octets data() {
            return Octets.ofHex(client.toHex() + server.toHex());
        }

        /** {@code COOKIE: } and hexadecimal digits. */
        @Override
        public String toString() {
            return "COOKIE: " + data();
        }
    }

    /**
     * Why, RFC 8914.
     *
     * @param infoCode as IANA's registry has it
     * @param extraText in UTF-8, for people
     */
    record ExtendedError(int infoCode, Octets extraText) implements EdnsOption {
        @Override
        public int code() {
            return EXTENDED_ERROR;
        }

        @Override
        public Octets data() {
            return Octets.ofHex(HexFormat.of().toHexDigits((short) infoCode) + extraText.toHex());
        }

        /** {@code EDE: 9: "no DNSKEY matches"}. */
        @Override
        public String toString() {
            var out = new StringBuilder("EDE: ").append(infoCode);
            if (extraText.length() > 0) {
                out.append(": ");
                Escapes.quoted(extraText, out);
            }
            return out.toString();
        }
    }

    /** Which server answered, RFC 5001; empty in a query. */
    record Nsid(Octets data) implements EdnsOption {
        @Override
        public int code() {
            return NSID;
        }

        /** {@code NSID: } and the identifier as text. */
        @Override
        public String toString() {
            var out = new StringBuilder("NSID: ");
            Escapes.quoted(data, out);
            return out.toString();
        }
    }

    /**
     * How long an idle TCP connection stays open, RFC 7828.
     *
     * @param timeout in units of 100 ms; empty in a query
     */
    record TcpKeepalive(OptionalInt timeout) implements EdnsOption {
        @Override
        public int code() {
            return TCP_KEEPALIVE;
        }

        @Override
        public Octets data() {
            if (timeout.isEmpty()) {
                return Octets.EMPTY;
            }
            var out = new WireSink(false);
            out.u16(timeout.getAsInt());
            return Octets.of(out.toBytes());
        }

        /** {@code TCP-KEEPALIVE: 12.5 secs}. */
        @Override
        public String toString() {
            return timeout.isEmpty()
                    ? "TCP-KEEPALIVE"
                    : "TCP-KEEPALIVE: " + timeout.getAsInt() / 10 + "." + timeout.getAsInt() % 10 + " secs";
        }
    }

    /** Hides the length of a message, RFC 7830; the octets should be zero. */
    record Padding(Octets data) implements EdnsOption {
        /** As many zeros. */
        public static Padding of(int octets) {
            return new Padding(Octets.of(new byte[octets]));
        }

        @Override
        public int code() {
            return PADDING;
        }

        /** {@code PADDING: 12 octets}. */
        @Override
        public String toString() {
            return "PADDING: " + data.length() + " octets";
        }
    }

    /** Any other. */
    record Unknown(int code, Octets data) implements EdnsOption {
        /** {@code OPT=65001: } and hexadecimal digits. */
        @Override
        public String toString() {
            return "OPT=" + code + ": " + data;
        }
    }
}
