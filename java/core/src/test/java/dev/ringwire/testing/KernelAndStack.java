package dev.ringwire.testing;

import dev.ringwire.device.tap.TapDevice;
import dev.ringwire.stack.NetStack;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A stack whose only neighbour is the kernel, over a TUN interface: the kernel is 10.77.0.1 and fd77::1, the stack
 * 10.77.0.2 and fd77::2. It runs in the thread of the test, while that waits for something.
 */
public final class KernelAndStack implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final TapDevice tun;
    public final NetStack stack;

    public KernelAndStack(UnaryOperator<NetStack.Builder> settings) throws IOException {
        tun = TapDevice.builder("rwtun%d").tun(true).open();
        Command.run("ip", "addr", "add", "10.77.0.1/24", "dev", tun.name());
        Command.run("ip", "-6", "addr", "add", "fd77::1/64", "dev", tun.name(), "nodad");
        tun.up();
        LocalRoute.await(Command::run, "fd77::1");
        stack = settings.apply(NetStack.builder(tun).address("10.77.0.2/24").address("fd77::2/64"))
                .build();
        poll();
    }

    private void poll() throws IOException {
        while (stack.poll(System.nanoTime(), 64) <= System.nanoTime()) {
            Thread.onSpinWait();
        }
    }

    /** Runs the stack until that is so. */
    public void until(String what, BooleanSupplier done) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in vain waited for: " + what);
            }
            long next = stack.poll(System.nanoTime(), 64);
            stack.await(Math.max(0, Math.min(next - System.nanoTime(), 20_000_000)));
        }
    }

    /** Runs the stack until a program has ended; what it printed. */
    public String until(Process process) throws IOException {
        until("the end of " + process.info().commandLine().orElse("a program"), () -> !process.isAlive());
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        tun.close();
    }
}
