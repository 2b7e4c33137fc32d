package dev.ringwire.cli;

import dev.ringwire.query.Query;
import dev.ringwire.query.RowFormat;
import dev.ringwire.query.RowWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which fields, and how they are printed: the same for files and live captures. */
final class RowOptions {
    @Option(
            names = "-e",
            paramLabel = "FIELD",
            arity = "1..*",
            split = ",",
            description = "Fields to print, by Wireshark's names; may be given more than once. "
                    + "\"ringwire fields\" lists them.")
    List<String> fields = new ArrayList<>();

    @Option(
            names = "-T",
            paramLabel = "FORMAT",
            defaultValue = "tsv",
            description = "tsv, csv or json: how to print them (${DEFAULT-VALUE}).")
    private RowFormat format;

    @Option(
            names = {"-H", "--header"},
            description = "Begins with a line of the fields' names.")
    private boolean header;

    @Option(
            names = {"-a", "--all"},
            description = "Prints all values of a field, with commas between; otherwise the outermost.")
    private boolean all;

    @Option(names = "--skip-empty", description = "Leaves out packets that have none of the fields.")
    private boolean skipEmpty;

    /** The query for these fields; an unknown one is wrong usage. */
    Query query(Subcommand command) {
        try {
            return Query.of(fields).allOccurrences(all).skipEmpty(skipEmpty);
        } catch (IllegalArgumentException e) {
            throw command.usage(e.getMessage() + " (\"ringwire fields\" lists all)");
        }
    }

    /** Where the rows go; the header is written. */
    RowWriter writer(Query query, Console console) {
        RowWriter writer = format.writer(query, console.out());
        if (header) {
            writer.header();
        }
        return writer;
    }
}
