package dev.ringwire.query;

import dev.ringwire.frame.Frame;

/** Fills one row again and again with the values of a frame. One thread at a time uses it. */
final class RowReader {
    final Row row;

    private final Views views;
    private final boolean allOccurrences;
    private final boolean skipEmpty;

    RowReader(Query query) {
        views = new Views(query.protocols);
        row = new Row(query.columns(views));
        allOccurrences = query.allOccurrences;
        skipEmpty = query.skipEmpty;
    }

    /**
     * Fills the row.
     *
     * @param number of the frame in its source, from 1
     * @return false if the query wants no row of this frame
     */
    boolean read(Frame frame, long number) {
        if (views.any()) {
            views.parser.parse(frame);
            views.nextFrame();
        }
        boolean found = false;
        for (Column column : row.columns) {
            read(column, frame, number);
            found |= column.count > 0 && column.inside;
        }
        return found || !skipEmpty;
    }

    /** A reader of the user's that fails is found by the field and the frame. */
    private void read(Column column, Frame frame, long number) {
        try {
            column.read(frame, number, allOccurrences);
        } catch (RuntimeException e) {
            throw new IllegalStateException(column.name + " of frame " + number + " cannot be read: " + e, e);
        }
    }
}
