package dev.ringwire.wire.dns;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Numbers of 16 bits and their names; those without have a prefix before the number. */
final class Mnemonics {
    private final String prefix;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * @param prefix of numbers without a name
     * @param table numbers and names, separated by spaces
     */
    Mnemonics(String prefix, String table) {
        this.prefix = prefix;
        String[] words = table.split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            names.put(Integer.valueOf(words[i]), words[i + 1]);
            numbers.put(words[i + 1], Integer.valueOf(words[i]));
        }
    }

    String text(int number) {
        String name = names.get(number);
        return name == null ? prefix + number : name;
    }

    /** The number of a word, or -1. */
    int find(String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        Integer number = numbers.get(upper);
        if (number != null) {
            return number;
        }
        String digits = upper.startsWith(prefix.toUpperCase(Locale.ROOT)) ? upper.substring(prefix.length()) : "";
        if (!digits.matches("\\d{1,5}")) {
            return -1;
        }
        int value = Integer.parseInt(digits);
        return value <= 0xffff ? value : -1;
    }

    int number(String word, String what) {
        int number = find(word);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "no " + what + " \"" + word + "\"; one without a name is written " + prefix + "1234");
        }
        return number;
    }
}
