package dev.ringwire.stack.network;

import dev.ringwire.stack.Layer;
import dev.ringwire.stack.PacketBuffer;
import dev.ringwire.stack.StackContext;
import java.util.List;

/** A transport that keeps the payloads that come up to it. */
final class Collector extends Layer {
    private final List<byte[]> payloads;

    Collector(StackContext context, List<byte[]> payloads) {
        super(context, "collector");
        this.payloads = payloads;
    }

    @Override
    protected void process(PacketBuffer packet) {
        byte[] bytes = new byte[packet.length()];
        packet.bytes().get(packet.offset(), bytes);
        payloads.add(bytes);
    }

    @Override
    protected boolean forge(PacketBuffer packet) {
        return false;
    }

    @Override
    protected void transfer(PacketBuffer packet) {}
}
