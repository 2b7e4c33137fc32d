package dev.ringwire.natives;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a shared library before the linker does, which believes what the headers say: a library that is cut off
 * ends the process with SIGBUS instead of an error (System V ABI, "Object Files"; {@code man 5 elf}).
 */
final class ElfFile {
    private static final int MAGIC = 0x7f454c46;
    private static final int IDENTITY_LENGTH = 16;
    private static final int PT_LOAD = 1;

    private ElfFile() {}

    /**
     * Why a file cannot be a library for a platform.
     *
     * @param platform as in {@link NativeLibrary.Status}; of an architecture unknown here any machine will do
     * @return in words, or null if nothing speaks against it
     * @throws IOException if the file cannot be read
     */
    static @Nullable String problem(Path file, String platform) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer identity = read(channel, 0, IDENTITY_LENGTH);
            if (identity.getInt(0) != MAGIC) {
                return "no shared library (it does not begin with the ELF mark)";
            }
            boolean wide = identity.get(4) == 2;
            ByteOrder order = identity.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            ByteBuffer header = read(channel, 0, wide ? 64 : 52).order(order);
            String arch = platform.substring(platform.lastIndexOf('-') + 1);
            int machine = header.getShort(18) & 0xffff;
            int wanted = machine(arch);
            if (wanted >= 0 && machine != wanted) {
                return "for another machine (ELF machine " + machine + ", " + arch + " is " + wanted + ")";
            }
            long needed = lastByte(channel, header, wide);
            return needed < 0 || needed > channel.size()
                    ? "cut off or damaged (" + channel.size() + " bytes; its headers speak of more)"
                    : null;
        } catch (EOFException e) {
            return "cut off (no whole ELF header)";
        }
    }

    /** Up to where segments and section headers reach, or -1 if nowhere sensible. */
    private static long lastByte(SeekableByteChannel channel, ByteBuffer header, boolean wide) throws IOException {
        long segments = wide ? header.getLong(32) : header.getInt(28) & 0xffff_ffffL;
        long sections = wide ? header.getLong(40) : header.getInt(32) & 0xffff_ffffL;
        int counts = wide ? 54 : 42;
        int segmentSize = header.getShort(counts) & 0xffff;
        int segmentCount = header.getShort(counts + 2) & 0xffff;
        int sectionSize = header.getShort(counts + 4) & 0xffff;
        int sectionCount = header.getShort(counts + 6) & 0xffff;
        if (segmentSize != (wide ? 56 : 32) || segmentCount == 0 || segments < 0 || sections < 0) {
            return -1;
        }
        long last = sections + (long) sectionSize * sectionCount;
        ByteBuffer table = read(channel, segments, segmentSize * segmentCount).order(header.order());
        for (int at = 0; at < table.limit(); at += segmentSize) {
            if (table.getInt(at) == PT_LOAD) {
                long offset = wide ? table.getLong(at + 8) : table.getInt(at + 4) & 0xffff_ffffL;
                long size = wide ? table.getLong(at + 32) : table.getInt(at + 16) & 0xffff_ffffL;
                if (last < 0 || offset < 0 || size < 0 || offset + size < 0) {
                    return -1;
                }
                last = Math.max(last, offset + size);
            }
        }
        return last;
    }

    private static ByteBuffer read(SeekableByteChannel channel, long position, int length) throws IOException {
        if (position > channel.size() - length) {
            throw new EOFException();
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        channel.position(position);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.flip();
    }

    private static int machine(String arch) {
        return switch (arch) {
            case "x86" -> 3;
            case "ppc64", "ppc64le" -> 21;
            case "s390x" -> 22;
            case "arm" -> 40;
            case "x86_64" -> 62;
            case "aarch64" -> 183;
            case "riscv64" -> 243;
            case "loongarch64" -> 258;
            default -> -1;
        };
    }
}
