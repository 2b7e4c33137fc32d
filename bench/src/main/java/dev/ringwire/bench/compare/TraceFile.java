package dev.ringwire.bench.compare;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A capture file that is the same wherever it is made: {@link TraceFrames} in pcap with microseconds. A smaller file is
 * the beginning of a larger one. Made once and kept beside what the harness builds.
 */
final class TraceFile {
    /** About 970 MiB. */
    static final int LARGE = 2_600_000;

    static final int MEDIUM = 200_000;
    static final int SMALL = 10_000;

    /** In the name of the file: to be raised with every change of what is in it. */
    private static final int VERSION = 1;

    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int SNAP_LENGTH = 262_144;
    private static final int ETHERNET = 1;
    private static final int RECORD_HEADER = 16;

    private TraceFile() {}

    /** The file of so many packets, which is told of in the report; all of it has been read just now. */
    static Path of(Bench bench, int packets) throws IOException {
        Path file = bench.toolchain().output().resolve("trace-" + VERSION + "-" + packets + ".pcap");
        Path digest = file.resolveSibling(file.getFileName() + ".sha256");
        if (!Files.exists(file) || !Files.exists(digest)) {
            Path half = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(digest, write(half, packets));
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        }
        // Into the page cache: the first touch of a large file after a while costs any reader seconds.
        Files.copy(file, OutputStream.nullOutputStream());
        bench.report()
                .say("  " + file.getFileName() + ": " + packets + " packets, " + (Files.size(file) >> 10)
                        + " KiB, SHA-256 " + Files.readString(digest));
        return file;
    }

    /** Writes it; its SHA-256. */
    private static String write(Path file, int packets) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20), digest)) {
            ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(MAGIC_MICROS).putShort((short) 2).putShort((short) 4);
            header.putInt(16, SNAP_LENGTH).putInt(20, ETHERNET);
            out.write(header.array());
            TraceFrames frames = new TraceFrames();
            ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < packets; i++) {
                int length = frames.next();
                long micros = frames.micros();
                record.putInt(0, (int) (micros / 1_000_000)).putInt(4, (int) (micros % 1_000_000));
                record.putInt(8, length).putInt(12, length);
                out.write(record.array());
                out.write(frames.bytes(), 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
