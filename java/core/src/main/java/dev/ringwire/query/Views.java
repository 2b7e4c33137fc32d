package dev.ringwire.query;

import dev.ringwire.wire.Header;
import dev.ringwire.wire.PacketParser;
import dev.ringwire.wire.Protocol;
import dev.ringwire.wire.Protocols;
import java.util.HashMap;
import java.util.Map;

/** One header view for each protocol that a query asks about, aimed at most once a frame. */
final class Views {
    final PacketParser parser;
    private final Map<Protocol, View> views = new HashMap<>();
    private long frame;

    Views(Protocols protocols) {
        parser = new PacketParser(protocols);
    }

    /** The outermost header of one protocol. */
    final class View {
        final Header header;
        private long aimedAt;
        private int next;

        private View(Header header) {
            this.header = header;
        }

        /** Aims the header; where to look for a further one, or -1 if the frame has none. */
        int aim() {
            if (aimedAt != frame) {
                aimedAt = frame;
                next = parser.viewAny(header, 0);
            }
            return next;
        }

        /** Aims the header at the next one behind {@code from}, or returns -1. */
        int aim(int from) {
            aimedAt = 0;
            return parser.viewAny(header, from);
        }
    }

    View of(Protocol protocol) {
        return views.computeIfAbsent(protocol, p -> new View(p.newHeader().get()));
    }

    /** Forgets where the headers of the last frame were. */
    void nextFrame() {
        frame++;
    }

    /** Whether anything asked for is inside the frame. */
    boolean any() {
        return !views.isEmpty();
    }
}
