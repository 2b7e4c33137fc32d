package dev.ringwire.wire.dns;

/** Numbers of classes, and their names. */
public final class DnsClass {
    public static final int IN = 1;
    public static final int CH = 3;
    public static final int HS = 4;
    public static final int NONE = 254;
    public static final int ANY = 255;

    private static final Mnemonics NAMES = new Mnemonics("CLASS", "1 IN 3 CH 4 HS 254 NONE 255 ANY");

    private DnsClass() {}

    /** A class's name; {@code CLASS32} if it has none (RFC 3597, section 5). */
    public static String text(int dnsClass) {
        return NAMES.text(dnsClass);
    }

    /**
     * A class by name, any case, or {@code CLASS32}.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    public static int of(String name) {
        return NAMES.number(name, "class");
    }

    /** Whether a word means a class. */
    static boolean isClass(String word) {
        return NAMES.find(word) >= 0;
    }
}
