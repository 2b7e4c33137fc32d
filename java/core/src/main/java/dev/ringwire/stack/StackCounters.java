package dev.ringwire.stack;

/** What a stack counts over all its layers. Read on the stack's thread; another thread may see them a little late. */
public final class StackCounters {
    /** Packets that a hook dropped. */
    public long droppedByHook;

    /** Frames that came in. */
    public long received;

    /** Frames handed to the device. */
    public long sent;

    /** Frames that the device would not take. */
    public long sendErrors;

    /** Packets for a protocol that no layer is registered for. */
    public long unknownProtocol;

    /** Exceptions thrown by code of the user: hooks, applications, listeners, alarms. The 1st, 2nd, 4th... is logged. */
    public long applicationErrors;

    /** All zero. */
    public StackCounters() {}
}
