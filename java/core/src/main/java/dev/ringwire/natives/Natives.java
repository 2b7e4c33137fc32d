package dev.ringwire.natives;

/** Every native method of Ringwire: the only class with the keyword. */
public final class Natives {
    private Natives() {}

    /**
     * Returns the number of the interface between this class and the library.
     *
     */
    static native int abi();
}
