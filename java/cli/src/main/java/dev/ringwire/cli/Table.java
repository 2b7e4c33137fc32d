package dev.ringwire.cli;

import java.util.List;

/** Text in columns. */
final class Table {
    private Table() {}

    /** Lines of equally many cells, each column as wide as its widest cell; the last one runs on. */
    static String format(List<String[]> lines) {
        int columns = lines.get(0).length;
        int[] widths = new int[columns];
        for (String[] line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        var out = new StringBuilder();
        for (String[] line : lines) {
            for (int i = 0; i < columns - 1; i++) {
                out.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
            }
            out.append(line[columns - 1]).append('\n');
        }
        return out.toString();
    }
}
