package dev.ringwire.cli;

import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.device.CaptureStatistics;
import dev.ringwire.device.CaptureStream;
import dev.ringwire.device.NetworkInterfaces;
import dev.ringwire.device.NoSuchInterfaceException;
import dev.ringwire.device.Vxlan;
import dev.ringwire.device.afpacket.PacketRing;
import dev.ringwire.device.libpcap.PcapDevice;
import dev.ringwire.file.CaptureReader;
import dev.ringwire.frame.FrameSource;
import dev.ringwire.natives.NativeLibrary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/** Opens what {@code -i} names: an interface of this host, a URL, a file or standard input. */
final class Devices {
    /** Standard input. */
    static final String STDIN = "-";

    static final String FILE = "file:";

    private static final long LARGEST_PCAP_BUFFER = 1 << 30;
    private static final int BLOCK = 1 << 20;
    private static final int SMALL_BLOCK = 1 << 17;

    private Devices() {}

    /** What an interface is to let through; asked before it is opened. */
    interface LiveFilter {
        /** The program for an interface of this host, or null to capture all. */
        BpfProgram on(String interfaceName) throws IOException;
    }

    /**
     * Settings that only some devices have.
     *
     * @param snaplen 0 for whole frames
     */
    record Settings(boolean promiscuous, int ringMebibytes, int snaplen, boolean lowLatency, LiveFilter filter) {}

    /** What there is to say at the end. */
    interface Summary {
        /**
         * The words for the last line of a capture.
         *
         * @param read how many frames were read
         */
        String text(long read) throws IOException;
    }

    /**
     * A source that is open.
     *
     * @param name for people
     * @param ourClock whether its timestamps are those of this host's clock, taken before the frame waits to be read
     * @param typeKnown whether the link type is known before the first frame
     * @param filtered whether it gives only what the filter of the settings lets through
     */
    record Opened(
            String name, FrameSource source, boolean ourClock, boolean typeKnown, boolean filtered, Summary summary) {}

    /** Whether it is a path to read, which must not be written at the same time; null if it is none. */
    static String path(String device) {
        if (device.startsWith(FILE)) {
            return device.substring(FILE.length());
        }
        return device.equals(STDIN) || !DeviceUrl.is(device) ? device : null;
    }

    /**
     * Opens it.
     *
     * @throws IllegalArgumentException if it is none of {@link DeviceForms}
     */
    static Opened open(Console console, String device, Settings settings) throws IOException {
        if (device.equals(STDIN)) {
            return stream(CaptureStream.of(console.in(), "standard input"));
        }
        if (device.startsWith(FILE)) {
            return file(device.substring(FILE.length()));
        }
        if (DeviceUrl.is(device)) {
            return url(DeviceUrl.parse(device), device, settings);
        }
        if (NetworkInterfaces.find(device).isEmpty() && isPath(device)) {
            return file(device);
        }
        return ring(device, settings);
    }

    private static boolean isPath(String name) {
        return name.indexOf('/') >= 0 || name.matches("(?i).*\\.(pcap|pcapng|cap)") || Files.exists(Path.of(name));
    }

    private static Opened url(DeviceUrl url, String text, Settings settings) throws IOException {
        if (!url.query().isEmpty() && !url.scheme().equals("vxlan")) {
            throw new IllegalArgumentException(text + ": only vxlan:// takes settings after a ?");
        }
        return switch (url.scheme()) {
            case "pcap" -> libpcap(url, text, settings);
            case "vxlan" -> vxlan(url);
            case "tcp" -> stream(CaptureStream.connect(url.address(null, -1)));
            case "tcp-listen" -> stream(CaptureStream.listen(url.address("0.0.0.0", -1)));
            default ->
                throw new IllegalArgumentException(
                        text + ": " + url.scheme() + ":// is not known; -i takes " + DeviceForms.SHORT);
        };
    }

    private static Opened libpcap(DeviceUrl url, String text, Settings settings) throws IOException {
        String name = url.host();
        if (name.isEmpty() || url.port() >= 0) {
            throw new IllegalArgumentException(text + ": pcap:// takes the name of an interface and nothing else");
        }
        long buffer = Math.min((long) settings.ringMebibytes() << 20, LARGEST_PCAP_BUFFER);
        PcapDevice.Builder builder = PcapDevice.builder(name)
                .promiscuous(settings.promiscuous())
                .bufferSize((int) buffer)
                .timeout(Duration.ofMillis(settings.lowLatency() ? 1 : 20));
        if (settings.snaplen() > 0) {
            builder.snaplen(settings.snaplen());
        }
        BpfProgram filter = settings.filter().on(name);
        if (filter != null) {
            builder.filter(filter);
        }
        PcapDevice device = builder.open();
        return new Opened(text, device, true, true, true, read -> kernelCounts(device.statistics()));
    }

    private static Opened vxlan(DeviceUrl url) throws IOException {
        Vxlan vxlan = Vxlan.builder()
                .bind(url.address("0.0.0.0", Vxlan.PORT))
                .vni(vnis(url.query()))
                .open();
        return new Opened(
                vxlan.name(),
                vxlan,
                false,
                true,
                false,
                read -> packets(read) + " read; how many the kernel dropped is not known"
                        + unless0(vxlan.otherVni(), " of other VNIs")
                        + unless0(vxlan.malformed(), " that were no VXLAN"));
    }

    private static String unless0(long count, String what) {
        return count == 0 ? "" : "; " + count + what;
    }

    private static int[] vnis(String query) {
        if (query.isEmpty()) {
            return new int[0];
        }
        if (!query.matches("vni=[0-9]{1,8}(,[0-9]{1,8})*")) {
            throw new IllegalArgumentException("vxlan:// takes ?vni=1,2 and nothing else, not ?" + query);
        }
        return Arrays.stream(query.substring("vni=".length()).split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Opened stream(CaptureStream stream) {
        return new Opened(stream.name(), stream, false, false, false, read -> packets(read) + " read");
    }

    private static Opened file(String name) throws IOException {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(name);
        }
        if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
            return stream(CaptureStream.of(FileChannel.open(path, StandardOpenOption.READ), name));
        }
        CaptureReader reader = CaptureReader.open(path);
        return new Opened(name, reader, false, true, false, read -> packets(read) + " read");
    }

    private static Opened ring(String name, Settings settings) throws IOException {
        if (NetworkInterfaces.find(name).isEmpty()) {
            throw new IOException(new NoSuchInterfaceException(name).getMessage() + "; -i takes " + DeviceForms.SHORT);
        }
        if (!NativeLibrary.isLoaded()) {
            throw new IOException("capturing on " + name + " needs native code, which is off or missing (\"ringwire "
                    + "doctor\" tells why); without it: tcpdump -i " + name + " -U -w - | ringwire capture -i -, or "
                    + "have the frames sent to -i vxlan://0.0.0.0:" + Vxlan.PORT);
        }
        PacketRing.Builder builder = PacketRing.builder(name).promiscuous(settings.promiscuous());
        if (settings.lowLatency()) {
            builder.lowLatency();
        }
        if (settings.snaplen() > 0) {
            builder.snaplen(settings.snaplen());
        }
        BpfProgram filter = settings.filter().on(name);
        if (filter != null) {
            builder.filter(filter);
        }
        int block = settings.lowLatency() ? SMALL_BLOCK : BLOCK;
        long blocks = ((long) settings.ringMebibytes() << 20) / block;
        PacketRing ring;
        try {
            ring = builder.blockSize(block)
                    .blockCount((int) Math.max(blocks, 2))
                    .open();
        } catch (IOException e) {
            throw inTermsOfOptions(e, name);
        }
        return new Opened(name, ring, true, true, true, read -> kernelCounts(ring.statistics()));
    }

    /** The advice of the library, and how to follow it here. */
    private static IOException inTermsOfOptions(IOException e, String name) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("fewer or smaller blocks")) {
            return new IOException(message + " (a smaller --ring-size)", e);
        }
        return message.contains("hardware type")
                ? new IOException(message + "; libpcap may know them: -i pcap://" + name, e)
                : e;
    }

    private static String kernelCounts(CaptureStatistics statistics) {
        String freezes = statistics.freezes() == 0 ? "" : ", ring full " + statistics.freezes() + " times";
        return statistics.received() + " packets received, " + statistics.dropped() + " dropped by kernel" + freezes;
    }

    private static String packets(long count) {
        return count + (count == 1 ? " packet" : " packets");
    }
}
