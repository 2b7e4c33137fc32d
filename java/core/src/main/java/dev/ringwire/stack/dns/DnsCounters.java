package dev.ringwire.stack.dns;

/** What a {@link DnsClient} counts. Written on the stack's thread; another thread may see them a little late. */
public final class DnsCounters {
    /** Questions that the cache answered. */
    public long cached;

    /** Queries sent over UDP, the repeated ones included. */
    public long sent;

    /** Queries sent again, to the same server or another, because nothing or nothing good came back. */
    public long repeated;

    /** Answers that were taken. */
    public long answers;

    /** Datagrams ignored: damaged, or with another identifier or question than the query. */
    public long ignored;

    /** Answers that a server cut because UDP has no room for them. */
    public long truncated;

    /** Questions that failed because no server gave an answer. */
    public long failures;

    /** All zero. */
    public DnsCounters() {}
}
