package dev.ringwire.bpf;

import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
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
        return matcher.test(frame);
    }

    private BpfMatcher matcher(LinkType type) {
        return matchers.computeIfAbsent(type, t -> Bpf.compile(expression, t).matcher());
    }

    @Override
    public String toString() {
        return expression;
    }
}
