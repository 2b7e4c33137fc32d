package dev.ringwire.cli;

import dev.ringwire.query.Query;
import dev.ringwire.query.RowFormat;
import dev.ringwire.query.RowWriter;
import dev.ringwire.wire.Protocols;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which fields, and how they are printed: the same for files and live captures. */
final class RowOptions {
    @Option(
            names = "-e",
            paramLabel = "FIELD",
            arity = "1..*",
            description = "Fields to print, by Wireshark's names, with spaces or commas between; may be given more "
                    + "than once. \"ringwire fields\" lists them.")
    List<String> words = new ArrayList<>();

    @Option(
            names = "-T",
            paramLabel = "FORMAT",
            defaultValue = "tsv",
            converter = FormatConverter.class,
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
    Query query(Subcommand command, Protocols protocols) {
        var fields = new ArrayList<String>();
        words.forEach(word -> fields.addAll(split(word)));
        Query query;
        try {
            query = Query.of(protocols, fields);
        } catch (IllegalArgumentException e) {
            boolean unknown = String.valueOf(e.getMessage()).startsWith("no field");
            throw command.usage(e.getMessage() + (unknown ? " (\"ringwire fields\" lists all)" : ""));
        }
        if (format == RowFormat.JSON) {
            // Names of an object that occur twice mean something else to every program that reads it.
            var seen = new HashSet<String>();
            for (String field : fields) {
                if (!seen.add(field)) {
                    throw command.usage("-e " + field + " is given twice; -T json has each name once");
                }
            }
        }
        return query.allOccurrences(all).skipEmpty(skipEmpty);
    }

    /** The names in a word with commas; a word without names stays, so that it is missed nowhere. */
    static List<String> split(String word) {
        // Without those behind the last comma.
        List<String> names = Arrays.asList(word.split(",", 0));
        return names.isEmpty() ? List.of(word) : names;
    }

    /** Where the rows go; the header is written. */
    RowWriter writer(Query query, Console console) {
        RowWriter writer = format.writer(query, console.out());
        if (header) {
            writer.header();
        }
        return writer;
    }

    /** Names the formats as the help does. */
    static final class FormatConverter implements ITypeConverter<RowFormat> {
        @Override
        public RowFormat convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "tsv" -> RowFormat.TSV;
                case "csv" -> RowFormat.CSV;
                case "json" -> RowFormat.JSON;
                default -> throw new TypeConversionException("\"" + text + "\" is none of tsv, csv and json");
            };
        }
    }
}
