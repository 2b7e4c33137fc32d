package dev.ringwire.bpf;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A filter expression for frames of any link types, as one file may have several: compiled for each type when its
 * first frame comes. Used by one thread at a time.
 */
public final class ExpressionFilter implements Predicate<Frame> {
    private final String expression;
    private final Map<LinkType, BpfMatcher> matchers = new HashMap<>();
    /** For headers in the byte order that is not this host's. */
    private final Map<LinkType, BpfMatcher> otherOrder = new HashMap<>();

    private @Nullable LinkType lastType;
    private @Nullable BpfMatcher lastMatcher;

    /** Nothing is compiled yet. */
    public ExpressionFilter(String expression) {
        this.expression = expression;
    }

    /**
     * Compiles for a link type now, so that an expression that is wrong is found before the first frame.
     *
     * @throws IllegalArgumentException as {@link Bpf#compile}
     * @throws UnsupportedOperationException as {@link Bpf#compile}
     */
    public void prepare(LinkType linkType) {
        matcher(linkType);
    }

    /** Whether the expression accepts the frame; throws as {@link Bpf#compile}. */
    @Override
    public boolean test(Frame frame) {
        LinkType type = frame.linkType();
        BpfMatcher matcher = lastMatcher;
        if (matcher == null || !type.equals(lastType)) {
            matcher = matcher(type);
            lastType = type;
            lastMatcher = matcher;
        }
        return isOfOtherOrder(type, frame)
                ? otherOrder
                        .computeIfAbsent(
                                type,
                                t -> Bpf.compileForOtherOrder(expression, t).matcher())
                        .test(frame)
                : matcher.test(frame);
    }

    /** The header of BSD loopback is a small number in the byte order of its host. */
    private static boolean isOfOtherOrder(LinkType type, Frame frame) {
        if (!type.equals(LinkType.NULL) || frame.length() < 4) {
            return false;
        }
        ByteBuffer bytes = frame.buffer();
        boolean little = bytes.get(frame.offset()) != 0 || bytes.get(frame.offset() + 1) != 0;
        return little != (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    private BpfMatcher matcher(LinkType type) {
        return matchers.computeIfAbsent(type, t -> Bpf.compile(expression, t).matcher());
    }

    @Override
    public String toString() {
        return expression;
    }
}
