package dev.ringwire.accel;

import static dev.ringwire.accel.NameDecompressor.FULL;
import static dev.ringwire.accel.NameDecompressor.LABEL_TYPE;
import static dev.ringwire.accel.NameDecompressor.POINTER;
import static dev.ringwire.accel.NameDecompressor.TOO_LONG;
import static dev.ringwire.accel.NameDecompressor.TRUNCATED;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads the names of one DNS message in an array into arrays; the twin of native/src/dnsnames.c, step by step. */
final class NameReader {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final int HEADER = 12;
    private static final int LONGEST = 255;
    private static final int MEMO = 16;
    private static final int NAPTR = 35;

    private final int[] entries;
    private final byte[] out;

    /** Names that a pointer may mean: target in the message, offset in the output and length. No target is 0. */
    private final long[] memo = new long[MEMO];

    private byte[] message = new byte[0];
    private int base;
    private int length;
    private int count;
    private int used;
    private int wrong;

    /** Writes to these arrays, whose lengths say how many names and bytes there is room for. */
    NameReader(int[] entries, byte[] names) {
        this.entries = entries;
        out = names;
    }

    /** Reads a message whose range has been checked; returns 0 or a reason. */
    int read(byte[] message, int offset, int length) {
        this.message = message;
        base = offset;
        this.length = length;
        count = 0;
        used = 0;
        Arrays.fill(memo, 0);
        return readMessage();
    }

    /** Number of names. */
    int count() {
        return count;
    }

    /** Bytes that the names take. */
    int used() {
        return used;
    }

    /** See {@link NameTable#where}. */
    int where() {
        return wrong;
    }

    private int readMessage() {
        wrong = 0;
        if (length < HEADER) {
            return TRUNCATED;
        }
        int at = HEADER;
        for (int i = u16(4); i > 0; i--) {
            wrong = at;
            at = readName(at, length);
            if (at < 0) {
                return at;
            }
            if (length - at < 4) {
                return TRUNCATED;
            }
            at += 4;
        }
        for (int i = u16(6) + u16(8) + u16(10); i > 0; i--) {
            wrong = at;
            at = readName(at, length);
            if (at < 0) {
                return at;
            }
            if (length - at < 10) {
                return TRUNCATED;
            }
            int type = u16(at);
            int end = at + 10 + u16(at + 8);
            at += 10;
            if (end > length) {
                return TRUNCATED;
            }
            // Updates ask with empty data for any (RFC 2136).
            if (at < end) {
                int error = readData(type, at, end);
                if (error < 0) {
                    return error;
                }
            }
            at = end;
        }
        wrong = at;
        return 0;
    }

    private int readData(int type, int data, int end) {
        int form = namesOf(type);
        int at = data + (form >> 2);
        if (type == NAPTR) {
            form = 1;
            at = data + 4;
            for (int strings = 0; strings < 3 && at < end; strings++) {
                at += u8(at) + 1;
            }
        }
        for (int i = form & 3; i > 0; i--) {
            wrong = at < end ? at : data;
            at = at < end ? readName(at, end) : TRUNCATED;
            if (at < 0) {
                return at;
            }
        }
        return 0;
    }

    /** How record data of a type begins: bytes before the first name, times 4, plus the number of names. */
    private static int namesOf(int type) {
        return switch (type) {
            // NS MD MF CNAME MB MG MR PTR NSAP-PTR NXT DNAME NSEC TKEY TSIG
            case 2, 3, 4, 5, 7, 8, 9, 12, 23, 30, 39, 47, 249, 250 -> 1;
            // SOA MINFO RP TALINK
            case 6, 14, 17, 58 -> 2;
            // MX AFSDB RT KX SVCB HTTPS LP
            case 15, 18, 21, 36, 64, 65, 107 -> 2 * 4 + 1;
            // PX
            case 26 -> 2 * 4 + 2;
            // SRV
            case 33 -> 6 * 4 + 1;
            // SIG RRSIG
            case 24, 46 -> 18 * 4 + 1;
            default -> 0;
        };
    }

    /**
     * Reads the name at a position, whose own labels end before {@code limit}. Every pointer leads to before the labels
     * that it ends, so they cannot go on for ever.
     *
     * @return the position behind it, or a reason
     */
    private int readName(int position, int limit) {
        if (NameTable.PARTS * count == entries.length || out.length - used < NameTable.ROOM) {
            return FULL;
        }
        int to = used;
        int at = position;
        int bound = limit;
        int total = 0;
        int after = 0;
        int firstTarget = 0;
        int firstTotal = 0;
        int offset = used;
        while (true) {
            int run = at;
            int octet;
            while (true) {
                if (at >= bound) {
                    return TRUNCATED;
                }
                octet = u8(at);
                if (octet == 0 || octet >= 0x40) {
                    break;
                }
                at += octet + 1;
                if (total + (at - run) >= LONGEST) {
                    return TOO_LONG;
                }
            }
            int copied = octet == 0 ? at - run + 1 : at - run;
            copy(run, to + total, copied);
            total += copied;
            if (octet == 0) {
                after = after == 0 ? at + 1 : after;
                break;
            }
            if (octet < 0xc0) {
                return LABEL_TYPE;
            }
            if (at + 1 >= bound) {
                return TRUNCATED;
            }
            int target = u16(at) & 0x3fff;
            after = after == 0 ? at + 2 : after;
            if (target >= run || target < HEADER) {
                return POINTER;
            }
            long known = memo[slot(target)];
            if (known >>> 32 == target) {
                int more = (int) known & 0xff;
                if (total + more > LONGEST) {
                    return TOO_LONG;
                }
                if (total == 0) {
                    // A pointer alone means a name that is there already.
                    offset = (int) known >>> 8;
                } else {
                    copyKnown((int) known >>> 8, to + total, more);
                }
                total += more;
                break;
            }
            if (firstTarget == 0) {
                firstTarget = target;
                firstTotal = total;
            }
            at = target;
            bound = length;
        }
        int entry = NameTable.PARTS * count;
        entries[entry + NameTable.POSITION] = position;
        entries[entry + NameTable.END] = after;
        entries[entry + NameTable.OFFSET] = offset;
        entries[entry + NameTable.LENGTH] = total;
        count++;
        if (firstTarget != 0) {
            remember(firstTarget, offset + firstTotal, total - firstTotal);
        }
        remember(position, offset, total);
        used = offset == used ? used + total : used;
        return after;
    }

    private void remember(int target, int offset, int length) {
        memo[slot(target)] = (long) target << 32 | offset << 8 | length;
    }

    private static int slot(int target) {
        return (target ^ target >> 4) & MEMO - 1;
    }

    /** Writes up to 7 bytes more than asked for: the room behind every name allows it. */
    private void copy(int from, int to, int count) {
        byte[] bytes = message;
        int at = base + from;
        if (bytes.length - at >= count + 7) {
            for (int i = 0; i < count; i += 8) {
                LONGS.set(out, to + i, (long) LONGS.get(bytes, at + i));
            }
        } else {
            System.arraycopy(bytes, at, out, to, count);
        }
    }

    private void copyKnown(int from, int to, int count) {
        for (int i = 0; i < count; i += 8) {
            LONGS.set(out, to + i, (long) LONGS.get(out, from + i));
        }
    }

    private int u8(int position) {
        return message[base + position] & 0xff;
    }

    private int u16(int position) {
        return (short) SHORTS.get(message, base + position) & 0xffff;
    }
}
