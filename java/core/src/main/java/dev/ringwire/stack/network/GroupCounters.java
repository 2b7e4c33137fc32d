package dev.ringwire.stack.network;

/** What telling of groups counts, for one version of IP. Read on the stack's thread; another may see them a little late. */
public final class GroupCounters {
    /** Questions that came in, of routers and switches. */
    public long queries;

    /** Messages sent that tell of groups. */
    public long reports;

    /** Messages dropped: not a question, or not from this link. */
    public long ignored;

    GroupCounters() {}
}
