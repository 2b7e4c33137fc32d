package dev.ringwire.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The kernel takes IPv6 packets to an address of its own only some time after the interface is up: an answer that comes
 * sooner is lost, and a test that asks but once waits for it in vain.
 */
public final class LocalRoute {
    private static final int TRIES = 1000;

    private LocalRoute() {}

    /**
     * Waits until the kernel knows that the address is its own.
     *
     * @param host runs a command there: {@code Command::run}, or that of a {@link Netns}
     */
    public static void await(Function<String[], String> host, String address) {
        String[] show = {"ip", "-6", "route", "show", "table", "local"};
        for (int i = 0; i < TRIES; i++) {
            if (host.apply(show).contains("local " + address + " ")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new IllegalStateException("the kernel does not take " + address + " for its own");
    }
}
