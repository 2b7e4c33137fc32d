package dev.ringwire.firewall;

import java.io.Closeable;
import java.io.IOException;

/** Some traffic that is kept from the kernel, from {@link Firewall#block} until {@link #close}. */
public final class Block implements Closeable {
    private final Firewall firewall;
    private final Traffic traffic;

    Block(Firewall firewall, Traffic traffic) {
        this.firewall = firewall;
        this.traffic = traffic;
    }

    /** What is kept from the kernel. */
    public Traffic traffic() {
        return traffic;
    }

    /**
     * Lets the kernel have it again. Does nothing the second time, and when the firewall was closed.
     *
     * @throws IOException if the rule could not be taken away
     */
    @Override
    public void close() throws IOException {
        firewall.unblock(this);
    }
}
