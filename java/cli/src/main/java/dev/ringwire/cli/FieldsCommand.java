package dev.ringwire.cli;

import dev.ringwire.query.FieldInfo;
import dev.ringwire.query.FieldRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ringwire fields}: what can be asked for. */
@Command(
        name = "fields",
        header = "Lists the fields that query and capture print.",
        description = "Name, type, protocol, meaning, and other names it answers to.",
        footer = {"", "Example: ringwire fields tcp."})
final class FieldsCommand extends Subcommand {
    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            defaultValue = "",
            description = "Only fields whose name, or other name, begins with it.")
    private String prefix;

    @Mixin
    private final ProtocolOptions protocolOptions = new ProtocolOptions();

    FieldsCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        List<FieldInfo> fields = FieldRegistry.of(protocolOptions.protocols(this)).fields().stream()
                .filter(field -> field.name().startsWith(prefix)
                        || field.aliases().stream().anyMatch(alias -> alias.startsWith(prefix)))
                .toList();
        if (fields.isEmpty()) {
            console.err().println("ringwire: no field begins with \"" + prefix + "\"");
            return ExitCode.SOFTWARE;
        }
        List<String[]> lines = fields.stream().map(FieldsCommand::cells).toList();
        console.print(Table.format(lines));
        return ExitCode.OK;
    }

    private static String[] cells(FieldInfo field) {
        String others = field.aliases().isEmpty() ? "" : " (also " + String.join(", ", field.aliases()) + ")";
        String type = field.type().name().toLowerCase(Locale.ROOT);
        return new String[] {field.name(), type, field.protocol(), field.label() + others};
    }
}
