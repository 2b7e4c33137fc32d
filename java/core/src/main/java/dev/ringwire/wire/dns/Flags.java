package dev.ringwire.wire.dns;

/** Bits of the header's second 16, RFC 1035 section 4.1.1 and RFC 4035 section 3. */
final class Flags {
    static final int RESPONSE = 0x8000;
    static final int OPCODE_SHIFT = 11;
    static final int AUTHORITATIVE = 0x0400;
    static final int TRUNCATED = 0x0200;
    static final int RECURSION_DESIRED = 0x0100;
    static final int RECURSION_AVAILABLE = 0x0080;
    static final int AUTHENTIC_DATA = 0x0020;
    static final int CHECKING_DISABLED = 0x0010;

    private Flags() {}
}
