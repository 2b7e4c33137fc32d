package dev.ringwire.device.afpacket;

/** What a ring does when its interface goes down or is deleted. */
public enum WhenDown {
    /**
     * The next {@code next} that finds no frame throws an {@link java.io.IOException}, once; frames follow when the
     * interface comes up again. A ring whose interface was deleted has ended.
     */
    THROW,
    /**
     * Waits until the interface is up again; one that was deleted is looked for by its name, ten times a second while
     * waiting. The ring ends only by close; but the kernel moves no member of a {@link Fanout} group to another
     * interface, so that where its own is deleted, it has ended as with {@link #THROW}.
     */
    WAIT
}
