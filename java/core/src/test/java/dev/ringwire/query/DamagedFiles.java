package dev.ringwire.query;

import dev.ringwire.file.CaptureFormatException;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.frame.LinkType;
import dev.ringwire.testing.Corpus;
import dev.ringwire.wire.DecodeException;
import dev.ringwire.wire.Header;
import dev.ringwire.wire.Packet;
import dev.ringwire.wire.dns.Dns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The program of {@link DamagedCorpusTest}: damages its share of the files, reads what that gives, and prints what goes
 * wrong. One that reads a file for too long ends with where it stands.
 */
final class DamagedFiles implements FrameSource {
    private static final int VARIANTS = 100;

    /** Bytes of a file that are damaged; the rest is left out. */
    private static final int MOST = 256 * 1024;

    /** Every so many variants, all fields of each new frame are asked for. */
    private static final int QUERIED = 10;

    private static final int HANG_SECONDS = 60;

    private static final Query QUERY = Query.of(FieldRegistry.standard().fields().stream()
                    .map(FieldInfo::name)
                    .distinct()
                    .toList())
            .allOccurrences(true);

    /** Length of all the texts that were made. */
    private static long characters;

    private final CaptureReader reader;
    private final Set<Long> seen;

    private DamagedFiles(CaptureReader reader, Set<Long> seen) {
        this.reader = reader;
        this.seen = seen;
    }

    /** The share {@code args[0]} of {@code args[1]}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int share = Integer.parseInt(args[0]);
        int shares = Integer.parseInt(args[1]);
        List<Corpus.Entry> entries = Corpus.entries();
        long frames = 0;
        for (int i = share; i < entries.size(); i += shares) {
            frames += damage(entries.get(i));
        }
        System.out.println(frames + " frames, " + characters + " characters");
    }

    /** Returns how many different frames were read. */
    private static int damage(Corpus.Entry entry) throws IOException, InterruptedException {
        byte[] file;
        try (InputStream in = Files.newInputStream(entry.path())) {
            file = in.readNBytes(MOST);
        }
        Set<Long> seen = new HashSet<>();
        var random = new Random(entry.name().hashCode());
        for (int variant = 0; variant <= VARIANTS; variant++) {
            byte[] bytes = variant == 0 ? file : damaged(file, variant, random);
            var where = entry.name() + ", variant " + variant;
            boolean queried = variant % QUERIED == 0;
            var reading = new Thread(() -> read(bytes, where, seen, queried), where);
            reading.start();
            reading.join(HANG_SECONDS * 1000L);
            if (reading.isAlive()) {
                System.out.println(where + " hangs: " + List.of(reading.getStackTrace()));
                Runtime.getRuntime().halt(1);
            }
        }
        return seen.size();
    }

    /** With one to eight bits turned over; every other variant is cut first. */
    private static byte[] damaged(byte[] file, int variant, Random random) {
        byte[] bytes = Arrays.copyOf(file, variant % 2 == 0 ? file.length : random.nextInt(file.length + 1));
        for (int flips = 1 + random.nextInt(8); flips > 0 && bytes.length > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static void read(byte[] bytes, String where, Set<Long> seen, boolean queried) {
        var channel = Channels.newChannel(new ByteArrayInputStream(bytes));
        try (CaptureReader reader = CaptureReader.open(channel, where)) {
            reader.onBlock(DamagedFiles::show);
            var source = new DamagedFiles(reader, seen);
            if (queried) {
                Rows rows = QUERY.over(source);
                while (rows.next()) {
                    show(rows.row());
                    decode(source.frame());
                }
            } else {
                while (source.next()) {
                    decode(source.frame());
                }
            }
        } catch (CaptureFormatException documented) {
            // What a damaged file is to end with.
        } catch (Throwable e) {
            System.out.println(where + ": " + e + " " + List.of(e.getStackTrace()));
        }
    }

    private static void decode(Frame frame) {
        Packet packet = Packet.copyOf(frame);
        show(packet.summary());
        show(packet.dump());
        if (!Arrays.equals(frame.bytes(), packet.toBytes())) {
            throw new AssertionError("other bytes: " + packet.hexDump());
        }
        for (Header layer : packet.layers()) {
            if (layer instanceof Dns dns) {
                try {
                    show(dns.message());
                } catch (DecodeException documented) {
                    // The message is damaged.
                }
            }
        }
    }

    private static void show(Object what) {
        characters += what.toString().length();
    }

    /** Goes on to the next frame that is not like one before: the same bytes would give the same again. */
    @Override
    public boolean next(long timeoutNanos) throws IOException {
        while (reader.next(timeoutNanos)) {
            Frame frame = reader.frame();
            var crc = new CRC32();
            crc.update(frame.bytes());
            crc.update(frame.linkType().value());
            if (seen.add(crc.getValue() << 32 | frame.length())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Frame frame() {
        return reader.frame();
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public LinkType linkType() {
        return reader.linkType();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
