package dev.ringwire.file;

import java.nio.ByteOrder;

/**
 * How a capture file is written.
 *
 * @param container which of the formats
 * @param byteOrder of its headers; in pcapng of the first section
 * @param majorVersion as the header says; in pcapng of the first section
 * @param minorVersion as the header says
 */
public record CaptureFormat(Container container, ByteOrder byteOrder, int majorVersion, int minorVersion) {
    /** The formats that are read. */
    public enum Container {
        /** draft-ietf-opsawg-pcap, with 16-byte record headers. */
        PCAP("pcap"),
        /** Kuznetzov's pcap of old Linux systems, with 24-byte record headers that hold interface and direction. */
        PCAP_MODIFIED("modified pcap"),
        /** draft-ietf-opsawg-pcapng. */
        PCAPNG("pcapng");

        private final String text;

        Container(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Override
    public String toString() {
        return container + " " + majorVersion + "." + minorVersion
                + (byteOrder == ByteOrder.BIG_ENDIAN ? ", big-endian" : ", little-endian");
    }
}
