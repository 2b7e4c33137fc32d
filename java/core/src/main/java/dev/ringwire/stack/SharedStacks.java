package dev.ringwire.stack;

import dev.ringwire.device.InterfaceInfo;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.afpacket.PacketDevice;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One stack for all in this process that use an interface: the first that asks for it opens it and starts its
 * {@link StackLoop}, the last that closes it stops it. It speaks from the addresses it was given; where the kernel has one
 * of them, too, the caller keeps it silent by a {@code Firewall}.
 */
public final class SharedStacks {
    /** By interface; guards itself. */
    private static final Map<String, Entry> ENTRIES = new HashMap<>();

    private SharedStacks() {}

    /** Makes the stack of an interface that has none yet. */
    @FunctionalInterface
    public interface Opener {
        /**
         * A stack over a device just opened, which the loop closes.
         *
         * @throws IOException if the device cannot be opened
         */
        NetStack open(String interfaceName) throws IOException;
    }

    private static final class Entry {
        final StackLoop loop;
        int users;
        boolean closing;

        Entry(StackLoop loop) {
            this.loop = loop;
        }
    }

    /** A share in a stack, until it is closed. */
    public static final class Share implements Closeable {
        private final String name;
        private final Entry entry;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Share(String name, Entry entry) {
            this.name = name;
            this.entry = entry;
        }

        /** The loop that runs the stack; not to be stopped while others share it. */
        public StackLoop loop() {
            return entry.loop;
        }

        /** The stack, to be used by {@link StackLoop#execute}. */
        public NetStack stack() {
            return entry.loop.stack();
        }

        /**
         * Gives the share back; with the last one, connections are ended and the interface is closed.
         *
         * @throws IOException as {@link StackLoop#close()}
         */
        @Override
        public void close() throws IOException {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            synchronized (ENTRIES) {
                if (--entry.users > 0) {
                    return;
                }
                entry.closing = true;
            }
            // Until it has ended it answers for its addresses, so nobody opens another one.
            try {
                entry.loop.close();
            } finally {
                synchronized (ENTRIES) {
                    ENTRIES.remove(name, entry);
                }
            }
        }
    }

    /**
     * The stack over an interface's packet socket, with the addresses that the kernel has on it.
     *
     * @throws IOException as {@link PacketDevice#open(String)}
     */
    public static Share of(String interfaceName) throws IOException {
        return of(interfaceName, SharedStacks::overPacketSocket);
    }

    /**
     * The stack of an interface.
     *
     * @param opener asked if there is none, or its loop has ended
     * @throws IOException from the opener
     */
    public static Share of(String interfaceName, Opener opener) throws IOException {
        while (true) {
            Entry ending;
            synchronized (ENTRIES) {
                Entry entry = ENTRIES.get(interfaceName);
                if (entry == null || entry.loop.ended()) {
                    entry = new Entry(new StackLoop(opener.open(interfaceName))
                            .ownsDevice(true)
                            .start());
                    ENTRIES.put(interfaceName, entry);
                }
                if (!entry.closing) {
                    entry.users++;
                    return new Share(interfaceName, entry);
                }
                ending = entry;
            }
            ending.loop.close();
        }
    }

    private static NetStack overPacketSocket(String interfaceName) throws IOException {
        InterfaceInfo info = NetworkInterfaces.get(interfaceName);
        PacketDevice device = PacketDevice.open(interfaceName);
        try {
            NetStack.Builder builder = NetStack.builder(device);
            device.hardwareAddress().ifPresent(builder::macAddress);
            for (InterfaceInfo.Address address : info.addresses()) {
                builder.address(address.toString());
            }
            return builder.build();
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }
}
