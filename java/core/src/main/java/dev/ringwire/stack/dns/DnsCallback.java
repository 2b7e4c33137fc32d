package dev.ringwire.stack.dns;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Gets what {@link DnsClient} was asked for. Called once, on the stack's thread: it must not wait. */
@FunctionalInterface
public interface DnsCallback<T> {
    /**
     * It is over: one of both is null.
     *
     * @param result what was asked for
     * @param error why there is none: the name does not exist or has no address, no server answers
     */
    void done(@Nullable T result, @Nullable UnknownHostException error);
}
