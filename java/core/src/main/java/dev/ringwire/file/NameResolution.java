package dev.ringwire.file;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Names of addresses, as known where the capture was made (draft-ietf-opsawg-pcapng section 4.5).
 *
 * @param records laid out as options are: the code is the type, the value an address, then names with a zero behind each
 * @param options such as the server that gave the names
 */
public record NameResolution(BlockOptions records, BlockOptions options) implements CaptureBlock {
    /** Record type of an IPv4 address. */
    public static final int NRB_RECORD_IPV4 = 1;
    /** Record type of an IPv6 address. */
    public static final int NRB_RECORD_IPV6 = 2;

    /** An IP address and its names. */
    public record Entry(InetAddress address, List<String> names) {
        /** Keeps a copy of the list. */
        public Entry {
            names = List.copyOf(names);
        }
    }

    /** A block of these entries, without options. */
    public static NameResolution of(List<Entry> entries) {
        BlockOptions records = BlockOptions.NONE;
        for (Entry entry : entries) {
            byte[] octets = entry.address.getAddress();
            byte[] text = (String.join("\0", entry.names) + "\0").getBytes(StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOf(octets, octets.length + text.length);
            System.arraycopy(text, 0, value, octets.length, text.length);
            records = records.with(octets.length == 4 ? NRB_RECORD_IPV4 : NRB_RECORD_IPV6, value);
        }
        return new NameResolution(records, BlockOptions.NONE);
    }

    /** The records of IP addresses; a record of another kind, or cut short, is none. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        PcapngOptions walk = records.walk();
        while (walk.next()) {
            int octets = walk.code == NRB_RECORD_IPV4 ? 4 : walk.code == NRB_RECORD_IPV6 ? 16 : Integer.MAX_VALUE;
            if (walk.length >= octets) {
                entries.add(entry(walk.bytes(), octets));
            }
        }
        return entries;
    }

    private static Entry entry(byte[] value, int octets) {
        String text = new String(value, octets, value.length - octets, StandardCharsets.UTF_8);
        List<String> names =
                Arrays.stream(text.split("\0")).filter(name -> !name.isEmpty()).toList();
        try {
            return new Entry(InetAddress.getByAddress(Arrays.copyOf(value, octets)), names);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    @Override
    public int type() {
        return PcapngReader.NAME_RESOLUTION;
    }
}
