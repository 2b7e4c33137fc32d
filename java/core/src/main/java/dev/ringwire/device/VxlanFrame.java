package dev.ringwire.device;

import dev.ringwire.frame.Direction;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frame that came through a VXLAN tunnel. A VNI counts as an interface of its own, so that files keep it: its number
 * is the {@link #interfaceId()}. So that a flood of numbers does not make as many interfaces, those after the first 1024
 * share interface 0.
 */
public final class VxlanFrame extends Frame {
    private static final int MAXIMUM_INTERFACES = 1024;
    private static final String OTHER = "vxlan";

    private final Map<Integer, String> names = new HashMap<>();
    private int vni;
    private int namedVni = -1;
    private String vniName = OTHER;
    private long timestampNanos;
    private @Nullable InetSocketAddress sender;

    VxlanFrame() {}

    void aimAt(ByteBuffer bytes, int offset, int length, int number, InetSocketAddress from, long time) {
        vni = number;
        sender = from;
        timestampNanos = time;
        aim(bytes, offset, length);
    }

    void drop() {
        release();
    }

    /** The VXLAN network identifier, 24 bits. */
    public int vni() {
        buffer();
        return vni;
    }

    /** The tunnel end point that sent it: its address, and a port that tells flows apart and is none to answer to. */
    public InetSocketAddress sender() {
        buffer();
        InetSocketAddress from = sender;
        if (from == null) {
            throw new IllegalStateException("no frame here");
        }
        return from;
    }

    @Override
    public int originalLength() {
        buffer();
        return length();
    }

    /** When it was read from the socket; datagrams do not tell when the kernel received them. */
    @Override
    public long timestampNanos() {
        buffer();
        return timestampNanos;
    }

    @Override
    public LinkType linkType() {
        return LinkType.ETHERNET;
    }

    @Override
    public int interfaceId() {
        return interfaceName().equals(OTHER) ? 0 : vni;
    }

    /** {@code vni N}. */
    @Override
    public String interfaceName() {
        buffer();
        if (vni != namedVni) {
            namedVni = vni;
            String known = names.get(vni);
            if (known == null && names.size() < MAXIMUM_INTERFACES) {
                known = "vni " + vni;
                names.put(vni, known);
            }
            vniName = known == null ? OTHER : known;
        }
        return vniName;
    }

    @Override
    public Direction direction() {
        return Direction.INBOUND;
    }
}
