package dev.ringwire.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;

/**
 * Arguments that cannot be taken for anything else: options by their full names, each with its values behind it, and
 * files. They are put where picocli would put them, by {@link ArgumentNote notes} that the build took of it: to look at
 * the annotations takes picocli longer than a short command takes for all the rest. What is not as plain as that is left
 * to picocli: help, errors, and the rarer ways to write an option.
 */
final class PlainArguments {
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, Slot> options = new HashMap<>();

    /** An argument, and the words that are given for it. */
    private record Slot(ArgumentNote note, List<String> words) {}

    private PlainArguments(String notes) {
        for (String line : notes.split("\n", 0)) {
            var slot = new Slot(ArgumentNote.parse(line), new ArrayList<>());
            slots.add(slot);
            for (String name : slot.note.names().split(" ", 0)) {
                options.put(name, slot);
            }
        }
    }

    /**
     * Gives a command its arguments.
     *
     * @param notes of the command, a line each
     * @return false if they are for picocli; the command may have some of them then
     */
    static boolean read(Subcommand command, String notes, List<String> args) {
        var plain = new PlainArguments(notes);
        try {
            return plain.sort(args) && plain.store(command);
        } catch (Exception e) {
            // A word that its converter does not take, say: picocli tells the user.
            return false;
        }
    }

    private boolean sort(List<String> args) {
        int position = 0;
        for (int i = 0; i < args.size(); ) {
            String arg = args.get(i);
            boolean word = isWord(arg);
            Slot slot = word ? positional(position++) : options.get(arg);
            if (slot == null || !slot.note.list() && !slot.words.isEmpty()) {
                return false;
            }
            if (word || slot.note.most() == 0) {
                slot.words.add(arg);
                i++;
                continue;
            }
            int behind = ++i;
            while (i < args.size() && i - behind < slot.note.most() && isWord(args.get(i))) {
                slot.words.add(args.get(i++));
            }
            if (i == behind) {
                return false;
            }
        }
        return true;
    }

    private Slot positional(int position) {
        for (Slot slot : slots) {
            ArgumentNote note = slot.note;
            if (note.names().isEmpty() && (note.index() == position || note.list() && note.index() < position)) {
                return slot;
            }
        }
        return null;
    }

    /** Nothing that could be an option. */
    private static boolean isWord(String arg) {
        return !arg.isEmpty() && (arg.charAt(0) != '-' || arg.length() == 1);
    }

    private boolean store(Subcommand command) throws Exception {
        for (Slot slot : slots) {
            ArgumentNote note = slot.note;
            if (slot.words.isEmpty() && note.required()) {
                return false;
            }
            if (slot.words.isEmpty() && !note.otherwise().isEmpty()) {
                slot.words.add(note.otherwise().substring(1));
            }
            if (!slot.words.isEmpty()) {
                Object holder = note.holder().isEmpty()
                        ? command
                        : field(command, note.holder()).get(command);
                field(holder, note.field()).set(holder, value(slot));
            }
        }
        return true;
    }

    private static Object value(Slot slot) throws Exception {
        ArgumentNote note = slot.note;
        if (note.most() == 0) {
            return true;
        }
        if (note.list()) {
            return slot.words;
        }
        String word = slot.words.get(0);
        if (note.converter().isEmpty()) {
            return word;
        }
        Constructor<?> maker = Class.forName(note.converter()).getDeclaredConstructor();
        maker.setAccessible(true);
        return ((ITypeConverter<?>) maker.newInstance()).convert(word);
    }

    private static Field field(Object object, String name) throws NoSuchFieldException {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
