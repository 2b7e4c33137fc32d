package dev.ringwire.device;

import dev.ringwire.address.MacAddress;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** A device that hands everything on to another one, for those that do more than that. Closing closes the other. */
abstract class DeviceWrapper implements Device {
    final Device inner;

    /** From the beginning of {@link #close()} on: whatever takes a frame from a reader then, it is the end. */
    volatile boolean closed;

    DeviceWrapper(Device inner) {
        this.inner = Objects.requireNonNull(inner);
    }

    @Override
    public Frame frame() {
        return inner.frame();
    }

    @Override
    public boolean next(long timeoutNanos) throws IOException {
        return inner.next(timeoutNanos);
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length) throws IOException {
        inner.send(bytes, offset, length);
    }

    @Override
    public boolean offloads() {
        return inner.offloads();
    }

    @Override
    public void send(ByteBuffer bytes, int offset, int length, Offload offload) throws IOException {
        inner.send(bytes, offset, length, offload);
    }

    @Override
    public void flush() throws IOException {
        inner.flush();
    }

    @Override
    public boolean ended() {
        return inner.ended();
    }

    @Override
    public LinkType linkType() {
        return inner.linkType();
    }

    @Override
    public long position() {
        return inner.position();
    }

    @Override
    public long size() {
        return inner.size();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public int mtu() {
        return inner.mtu();
    }

    @Override
    public Optional<MacAddress> hardwareAddress() {
        return inner.hardwareAddress();
    }

    @Override
    public CaptureStatistics statistics() throws IOException {
        return inner.statistics();
    }

    @Override
    public void wake() {
        inner.wake();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        inner.close();
    }
}
