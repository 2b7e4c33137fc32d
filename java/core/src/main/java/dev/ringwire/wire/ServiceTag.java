package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An IEEE 802.1ad service tag, announced by EtherType 0x88a8: a {@link Vlan} tag for which Wireshark has field names of
 * its own.
 */
public final class ServiceTag extends Vlan {
    public static final FixedField PRIORITY = FixedField.decimal(
                    "ieee8021ad.priority", 0, 3, "priority of a service tag")
            .alias("eth.vlan.pri");
    public static final FixedField DEI =
            FixedField.flag("ieee8021ad.dei", 3, "drop eligible indicator").alias("eth.vlan.cfi");
    public static final FixedField ID = FixedField.decimal("ieee8021ad.id", 4, 12, "VLAN identifier of a service tag")
            .alias("eth.vlan.id");

    public static final Protocol PROTOCOL = Protocol.of(
            "802.1ad",
            "ieee8021ad",
            ServiceTag::new,
            "vlan.len",
            List.of(TPID, PRIORITY, DEI, ID),
            ServiceTag::dissect,
            Selector.etherType(0x88a8));

    /** A tag of its own with the protocol's defaults. */
    public ServiceTag() {}

    /**
     * The header that these bytes start with, in place.
     *
     * @throws DecodeException if they hold none
     * @throws IndexOutOfBoundsException if the range is not within the buffer
     */
    public static ServiceTag wrap(ByteBuffer bytes, int offset, int length) {
        return Protocol.wrap(new ServiceTag(), bytes, offset, length);
    }

    @Override
    public Protocol protocol() {
        return PROTOCOL;
    }

    static void dissect(PacketParser p, int offset, int end) {
        dissect(p, PROTOCOL, offset, end);
    }

    @Override
    public String summary() {
        return "service " + super.summary();
    }
}
