package dev.ringwire.cli;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What picocli makes of the annotations of one option or positional argument, as a line of text that the build keeps for
 * {@link PlainArguments}.
 *
 * @param names of an option, with spaces between; empty for a positional argument
 * @param index the first place of a positional argument
 * @param most how many words may stand behind an option; 0 for a flag
 * @param list whether it is a list of all words that are given
 * @param required whether there must be one
 * @param holder the field of the command whose object has the argument, or empty for the command itself
 * @param field the field of that object
 * @param converter the class that makes the value out of the word; empty if the word is the value
 * @param otherwise the word that counts where none is given, behind a =; empty if the field stays as it is
 */
record ArgumentNote(
        String names,
        int index,
        int most,
        boolean list,
        boolean required,
        String holder,
        String field,
        String converter,
        String otherwise) {
    /** The notes of a command, a line each; null if it has an argument that counts always and cannot be put so. */
    static String allOf(CommandSpec command) {
        var lines = new StringJoiner("\n");
        for (ArgSpec argument : command.args()) {
            if (argument instanceof OptionSpec option && option.usageHelp()) {
                continue;
            }
            ArgumentNote note = of(argument, command);
            if (note != null) {
                lines.add(note.line());
            } else if (argument.isPositional() || argument.required() || argument.defaultValue() != null) {
                return null;
            }
        }
        return lines.toString();
    }

    private static ArgumentNote of(ArgSpec argument, CommandSpec command) {
        Object converter = argument.converters().length == 0 ? null : argument.converters()[0];
        boolean list = argument.type() == List.class && argument.auxiliaryTypes()[0] == String.class;
        boolean flag = argument.type() == boolean.class && argument.arity().max() == 0;
        boolean simple = list || flag || argument.type() == String.class || converter != null;
        int most = argument.arity().max();
        String holder = holder(argument, command);
        if (!simple || argument.arity().min() > 1 || !flag && !list && most != 1 || holder == null) {
            return null;
        }
        return new ArgumentNote(
                argument instanceof OptionSpec option ? String.join(" ", option.names()) : "",
                argument instanceof PositionalParamSpec positional
                        ? positional.index().min()
                        : 0,
                most,
                list,
                argument.required(),
                holder,
                ((Field) argument.userObject()).getName(),
                converter == null ? "" : converter.getClass().getName(),
                argument.defaultValue() == null ? "" : "=" + argument.defaultValue());
    }

    private static String holder(ArgSpec argument, CommandSpec command) {
        try {
            Object object = argument.scope().get();
            if (object == command.userObject()) {
                return "";
            }
            for (Map.Entry<String, CommandSpec> mixin : command.mixins().entrySet()) {
                if (mixin.getValue().userObject() == object) {
                    return mixin.getKey();
                }
            }
            return null;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String line() {
        return String.join(
                "\t", names, "" + index, "" + most, "" + list, "" + required, holder, field, converter, otherwise);
    }

    static ArgumentNote parse(String line) {
        String[] parts = line.split("\t", -1);
        return new ArgumentNote(
                parts[0],
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                parts[3].equals("true"),
                parts[4].equals("true"),
                parts[5],
                parts[6],
                parts[7],
                parts[8]);
    }
}
