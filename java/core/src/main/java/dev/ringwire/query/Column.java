package dev.ringwire.query;

import dev.ringwire.frame.Frame;
import dev.ringwire.wire.ComputedField;
import dev.ringwire.wire.Field;
import dev.ringwire.wire.FieldValue;
import dev.ringwire.wire.Header;
import java.util.Arrays;
import java.util.List;

/** One asked field: finds its values in the frame at hand, and holds them until the next. */
abstract class Column {
    final String name;

    /** Whether the field is inside the frame, and not a fact about the frame. */
    final boolean inside;

    /** Says how the values are shown. */
    final Field field;

    FieldValue[] values = {new FieldValue()};
    int count;

    private Column(String name, Field field, boolean inside) {
        this.name = name;
        this.field = field;
        this.inside = inside;
    }

    /** Finds the outermost value, or all of them. */
    abstract void read(Frame frame, long number, boolean all);

    /** Where the next value goes. */
    final FieldValue slot() {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
            for (int i = count; i < values.length; i++) {
                values[i] = new FieldValue();
            }
        }
        return values[count];
    }

    static Column of(String name, FrameField frameField) {
        FieldInfo info = frameField.info();
        // Only its type and name are looked at: its values do not come out of a header.
        Field shown = ComputedField.of(info.name(), info.type(), info.label(), (header, occurrence, out) -> false);
        return new Column(name, shown, false) {
            @Override
            void read(Frame frame, long number, boolean all) {
                count = frameField.read(frame, number, values[0]) ? 1 : 0;
            }
        };
    }

    static Column of(String name, List<FieldRegistry.Source> sources, Views views, int from, int to) {
        return new HeaderColumn(name, sources, views, from, to);
    }

    /** A field of one protocol, or of several that state the same name. */
    private static final class HeaderColumn extends Column {
        private final Views.View[] headers;
        private final Field[] fields;
        private final int[] next;
        private final int from;
        private final int to;

        HeaderColumn(String name, List<FieldRegistry.Source> sources, Views views, int from, int to) {
            super(name, sources.get(0).field(), true);
            headers = new Views.View[sources.size()];
            fields = new Field[sources.size()];
            next = new int[sources.size()];
            for (int i = 0; i < fields.length; i++) {
                headers[i] = views.of(sources.get(i).protocol());
                fields[i] = sources.get(i).field();
            }
            this.from = from;
            this.to = to;
        }

        @Override
        void read(Frame frame, long number, boolean all) {
            count = 0;
            if (headers.length == 1) {
                Views.View view = headers[0];
                for (int next = view.aim(); next >= 0 && (all || count == 0); next = view.aim(next)) {
                    read(view.header, fields[0], all);
                }
                return;
            }
            for (int i = 0; i < headers.length; i++) {
                next[i] = headers[i].aim();
            }
            for (int i = outermost(); i >= 0 && (all || count == 0); i = outermost()) {
                read(headers[i].header, fields[i], all);
                next[i] = headers[i].aim(next[i]);
            }
        }

        /** Whose header comes first in the frame; -1 if none is left. */
        private int outermost() {
            int best = -1;
            for (int i = 0; i < next.length; i++) {
                if (next[i] >= 0 && (best < 0 || next[i] < next[best])) {
                    best = i;
                }
            }
            return best;
        }

        private void read(Header header, Field source, boolean all) {
            for (int n = 0; source.read(header, n, slot()); n++) {
                if (cut(slot())) {
                    count++;
                    if (!all) {
                        return;
                    }
                }
            }
        }

        /** Keeps the asked range of the bytes; false if none of them are in it. */
        private boolean cut(FieldValue value) {
            if (from == 0 && to == Integer.MAX_VALUE) {
                return true;
            }
            int length = Math.min(to, value.length()) - from;
            if (length <= 0) {
                return false;
            }
            value.setRange(value.buffer(), value.offset() + from, length);
            return true;
        }
    }
}
