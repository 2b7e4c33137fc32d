package dev.ringwire.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets made of other packets. */
final class PacketEdit {
    private PacketEdit() {}

    static Packet copy(Packet packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.toBytes());
        int[] offsets = packet.offsets();
        int[] ends = packet.ends();
        var layers = new ArrayList<Header>();
        for (int i = 0; i < offsets.length; i++) {
            layers.add(packet.layers().get(i).over(bytes, offsets[i], ends[i]));
        }
        return made(
                packet,
                layers,
                packet.slack().clone(),
                packet.trailer(),
                packet.error().orElse(null));
    }

    /** Puts {@code more} in the place of {@code removed} layers from {@code shift} behind {@code layer} on. */
    static Packet splice(Packet packet, Header layer, int shift, int removed, Header... more) {
        int at = indexOf(packet, layer) + shift;
        var layers = new ArrayList<>(packet.layers());
        var slack = new ArrayList<Integer>();
        Arrays.stream(packet.slack(), 0, layers.size()).forEach(slack::add);
        int freed = 0;
        for (int i = 0; i < removed; i++) {
            layers.remove(at);
            freed += slack.remove(at);
        }
        if (at < layers.size()) {
            freed += slack.set(at, 0);
        }
        layers.addAll(at, List.of(more));
        slack.addAll(at, Collections.nCopies(more.length, 0));
        if (!layers.isEmpty()) {
            // What was behind the end of a layer stays behind the end of a new one around it that has a length, or of
            // the one in its place, or of the last.
            int heir = Math.min(at + more.length, layers.size() - 1);
            for (int i = at + more.length - 1; i >= at; i--) {
                heir = hasLength(more[i - at]) ? i : heir;
            }
            slack.set(heir, slack.get(heir) + freed);
        }
        return made(packet, layers, slack.stream().mapToInt(Integer::intValue).toArray(), packet.trailer(), null);
    }

    @SuppressWarnings("ReferenceEquality") // equal headers may occur twice
    private static int indexOf(Packet packet, Header layer) {
        for (int i = 0; i < packet.layers().size(); i++) {
            if (packet.layers().get(i) == layer) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "this " + layer.protocol().name() + " header is none of the packet's layers");
    }

    static Packet payload(Packet packet, Raw payload) {
        int n = packet.layers().size();
        Header last = n == 0 ? null : packet.layers().get(n - 1);
        Header[] by = payload.headerLength() == 0 ? new Header[0] : new Header[] {payload};
        if (last instanceof Raw) {
            return splice(packet, last, 0, 1, by);
        }
        return last == null
                ? made(packet, List.of(by), new int[by.length], new byte[0], null)
                : splice(packet, last, 1, 0, by);
    }

    static Packet trailer(Packet packet, byte[] bytes) {
        int[] slack = new int[packet.layers().size()];
        if (slack.length > 0) {
            slack[delimited(packet.layers())] = bytes.length;
        }
        return made(packet, packet.layers(), slack, bytes, packet.error().orElse(null));
    }

    /** The first layer whose length field leaves a trailer out, or else the last. */
    private static int delimited(List<Header> layers) {
        for (int i = 0; i < layers.size(); i++) {
            if (hasLength(layers.get(i))) {
                return i;
            }
        }
        return layers.size() - 1;
    }

    /** Whether it limits what it carries; of a frame with an EtherType, Ethernet and VLAN tags do not. */
    private static boolean hasLength(Header header) {
        Protocol protocol = header.protocol();
        return protocol.fields().stream()
                .anyMatch(field -> field.name().equals(protocol.lengthField()) && header.has(field));
    }

    private static Packet made(
            Packet from, List<Header> layers, int[] slack, byte[] trailer, @Nullable DecodeError error) {
        if (layers.isEmpty() && trailer.length > 0) {
            throw new IllegalArgumentException("a packet with a trailer has at least one layer");
        }
        return new Packet(from.linkType(), layers, slack, Raw.of(trailer), error, from.protocols());
    }
}
