package dev.ringwire.cli;

import dev.ringwire.bytes.Bits;
import dev.ringwire.device.Device;
import dev.ringwire.device.afpacket.PacketSender;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSink;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * What frames of a file go out on. A frame that cannot be sent is counted and left out; where nothing can be sent any
 * more, that is an error.
 */
final class Outlet implements FrameSink {
    private static final int VLAN_TAG = 4;
    private static final int ETHERTYPE_VLAN = 0x8100;
    private static final double NANOS = 1e9;

    private final String name;
    private final LinkType linkType;
    private final IntSupplier mtu;
    private final FrameSink sink;
    private final PacketSender sender;
    private final boolean segment;

    private long taken;
    private long bytes;
    private long tooLong;
    private long tooShort;
    private long cut;
    private long startNanos;
    private String refusal = "";

    private Outlet(
            String name, LinkType linkType, IntSupplier mtu, FrameSink sink, PacketSender sender, boolean segment) {
        this.name = name;
        this.linkType = linkType;
        this.mtu = mtu;
        this.sink = sink;
        this.sender = sender;
        this.segment = segment;
    }

    Outlet(PacketSender sender, boolean segment) {
        this(sender.interfaceName(), sender.linkType(), sender::mtu, sender, sender, segment);
    }

    Outlet(Device device) {
        this(device.name(), device.linkType(), device::mtu, device, null, false);
    }

    /** Counts what would be sent, of any link type and length. */
    static Outlet toNowhere() {
        return new Outlet("", null, () -> Integer.MAX_VALUE, new Nowhere(), null, false);
    }

    /** @throws IOException if frames of this type cannot be sent here */
    void check(LinkType type) throws IOException {
        if (!takes(type)) {
            throw new IOException("frames that start with " + type.name() + " cannot be sent on " + name
                    + ", which takes " + linkType.name()
                    + (type.value() == LinkType.LINUX_SLL.value() || type.equals(LinkType.LINUX_SLL2)
                            ? ": they were captured on any; capture on one interface instead"
                            : ""));
        }
    }

    private boolean takes(LinkType type) {
        return linkType == null
                || type.equals(linkType)
                || linkType.equals(LinkType.RAW)
                        && (type.equals(LinkType.DLT_RAW) || type.equals(LinkType.IPV4) || type.equals(LinkType.IPV6));
    }

    @Override
    public void write(Frame frame) throws IOException {
        check(frame.linkType());
        if (taken == 0) {
            startNanos = System.nanoTime();
        }
        int length = frame.length();
        if (length < linkHeader() || length == 0) {
            tooShort++;
            return;
        }
        boolean isLong = length > longest(frame);
        if (isLong && !segment) {
            tooLong++;
            return;
        }
        try {
            sink.write(frame);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (isLong) {
                tooLong++;
                return;
            }
            goOnAfter(e);
        }
        taken++;
        bytes += length;
        cut += length < frame.originalLength() ? 1 : 0;
    }

    private int linkHeader() {
        return LinkType.ETHERNET.equals(linkType) ? 14 : 0;
    }

    /** The kernel lets a tag go on top. */
    private long longest(Frame frame) {
        long most = (long) mtu.getAsInt() + linkHeader();
        boolean tagged = linkHeader() > 0 && Bits.u16(frame.buffer(), frame.offset() + 12) == ETHERTYPE_VLAN;
        return tagged ? most + VLAN_TAG : most;
    }

    @Override
    public void flush() throws IOException {
        try {
            sink.flush();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            goOnAfter(e);
        }
    }

    /** A frame that the kernel refuses is out of the batch, and the others go on; or else nothing moves any more. */
    private void goOnAfter(IOException first) throws IOException {
        if (sender == null) {
            throw first;
        }
        IOException failure = first;
        while (true) {
            refusal = Errors.message(failure);
            int before = sender.pending();
            try {
                sender.flush();
                return;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (sender.pending() >= before) {
                    throw e;
                }
                failure = e;
            }
        }
    }

    /** What was sent, how fast, and what was not. */
    String summary() {
        long sent = sender == null ? taken : sender.sentFrames();
        long sentBytes = sender == null ? bytes : sender.sentBytes();
        long refused = sender == null ? 0 : taken - sent - sender.pending();
        var text = new StringBuilder(rate(sent, sentBytes, taken == 0 ? 0 : System.nanoTime() - startNanos));
        append(text, cut, "of them in part, as they were captured");
        append(text, tooLong, "not sent, too long for the MTU of " + name + ", " + mtu.getAsInt());
        append(text, tooShort, "not sent, shorter than a link header");
        append(text, refused, "not sent, refused: " + refusal);
        return text.toString();
    }

    /** So many packets and bytes in so long a time, and what rate that is where the time is enough to say. */
    static String rate(long packets, long bytes, long nanos) {
        double seconds = nanos / NANOS;
        String text = String.format(
                Locale.ROOT,
                "%s, %d bytes sent in %.3f s",
                packets == 1 ? "1 packet" : packets + " packets",
                bytes,
                seconds);
        return seconds < 0.001
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                ": %.0f packets/s, %.3f Mbit/s",
                                packets / seconds,
                                bytes * 8 / seconds / 1e6);
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append("; ").append(count).append(' ').append(what);
        }
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }

    private static final class Nowhere implements FrameSink {
        @Override
        public void write(Frame frame) {}

        @Override
        public void close() {}
    }
}
