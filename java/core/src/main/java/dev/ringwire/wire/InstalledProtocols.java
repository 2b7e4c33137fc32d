package dev.ringwire.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The protocols that are known where none are named, and the search for those that jars bring along. */
final class InstalledProtocols {
    /** Failures after which a search ends: a service loader may fail for ever. */
    private static final int MAX_FAILURES = 64;

    private static volatile @Nullable Protocols installed;
    private static boolean searching;

    private InstalledProtocols() {}

    static Protocols get() {
        Protocols known = installed;
        return known != null ? known : search();
    }

    static synchronized Protocols replace(Protocols by) {
        Protocols former = get();
        installed = by;
        return former;
    }

    private static synchronized Protocols search() {
        Protocols known = installed;
        if (known != null) {
            return known;
        }
        if (searching) {
            // A provider parses packets while it is made.
            return Protocols.standard();
        }
        searching = true;
        Protocols found;
        try {
            found = search(
                    Protocols.standard(),
                    ServiceLoader.load(ProtocolProvider.class),
                    (what, e) -> System.getLogger("dev.ringwire.wire")
                            .log(System.Logger.Level.WARNING, what + " is left out", e));
        } finally {
            searching = false;
        }
        installed = found;
        return found;
    }

    /** {@code protocols}, and those of each provider that can be had; of the others, {@code failed} is told. */
    static Protocols search(
            Protocols protocols, ServiceLoader<ProtocolProvider> loader, BiConsumer<String, Throwable> failed) {
        Iterator<ProtocolProvider> providers = loader.iterator();
        Protocols found = protocols;
        for (int failures = 0; failures < MAX_FAILURES; ) {
            String what = "a provider of protocols";
            try {
                if (!providers.hasNext()) {
                    break;
                }
                ProtocolProvider provider = providers.next();
                what = "provider of protocols " + provider.getClass().getName();
                List<Protocol> more = new ArrayList<>(provider.protocols());
                for (Protocol protocol : more) {
                    found = found.with(protocol);
                }
            } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
                failed.accept(what, e);
                failures++;
            }
        }
        return found;
    }
}
