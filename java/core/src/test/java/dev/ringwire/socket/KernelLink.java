package dev.ringwire.socket;

import dev.ringwire.device.Device;
import dev.ringwire.device.FaultInjector;
import dev.ringwire.device.Faults;
import dev.ringwire.device.afpacket.PacketDevice;
import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import dev.ringwire.stack.StackLoop;
import dev.ringwire.testing.Command;
import dev.ringwire.testing.LocalRoute;
import dev.ringwire.testing.VethPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A stack of ours and the kernel's with its programs, at the two ends of a link. */
final class KernelLink implements AutoCloseable {
    private static final String KERNEL = "203.0.113.1";
    private static final String KERNEL6 = "2001:db8:54::1";
    private static final String OURS = "203.0.113.2";
    private static final String OURS6 = "2001:db8:54::2";

    final StackLoop loop;
    private final VethPair veth;

    private KernelLink(Device device, VethPair veth) {
        this.veth = veth;
        NetStack stack = NetStack.builder(device)
                .address(OURS + "/24")
                .address(OURS6 + "/64")
                .build();
        loop = new StackLoop(stack).ownsDevice(true).start();
    }

    /** By that kind of device, losing and reordering what those faults say in both directions. */
    static KernelLink open(String kind, Faults faults) throws IOException {
        VethPair veth = kind.equals("veth") ? VethPair.create().withoutOffloads() : null;
        Device device;
        if (veth != null) {
            veth.netns().run("ip", "addr", "add", KERNEL + "/24", "dev", veth.peer());
            veth.netns().run("ip", "addr", "add", KERNEL6 + "/64", "dev", veth.peer(), "nodad");
            device = PacketDevice.open(veth.here());
        } else {
            TapDevice tap = TapDevice.builder("rwtool%d").tun(false).open();
            Command.run("sysctl", "-qw", "net.ipv6.conf." + tap.name() + ".accept_dad=0");
            Command.run("ip", "addr", "add", KERNEL + "/24", "dev", tap.name());
            Command.run("ip", "addr", "add", KERNEL6 + "/64", "dev", tap.name(), "nodad");
            tap.up();
            LocalRoute.await(Command::run, KERNEL6);
            device = tap;
        }
        if (!faults.equals(Faults.NONE)) {
            device =
                    FaultInjector.builder(device).in(faults).out(faults).seed(5).build();
        }
        return new KernelLink(device, veth);
    }

    static String kernel(boolean v6) {
        return v6 ? KERNEL6 : KERNEL;
    }

    static String ours(boolean v6) {
        return v6 ? OURS6 : OURS;
    }

    /** Starts a program where the kernel's end is. */
    Process start(String... command) {
        return veth == null ? Command.start(List.of(command)) : veth.netns().start(List.of(command));
    }

    /** Runs a program there to its end. */
    String run(String... command) {
        return veth == null ? Command.run(command) : veth.netns().run(command);
    }

    /** Reads what a program prints up to a line that has this in it. */
    static void await(BufferedReader output, String said) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(said)) {
                return;
            }
        }
        throw new AssertionError("the program has ended without saying " + said);
    }

    @Override
    public void close() {
        try {
            loop.stop(Duration.ofSeconds(2));
            if (loop.failure().isPresent()) {
                throw new AssertionError("the stack ended", loop.failure().get());
            }
            if (loop.stack().context().counters().applicationErrors != 0) {
                throw new AssertionError("an exception was thrown where none should be");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (veth != null) {
                veth.close();
            }
        }
    }
}
