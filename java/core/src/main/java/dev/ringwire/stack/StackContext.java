package dev.ringwire.stack;

import dev.ringwire.stack.link.DeviceLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * What the layers of one stack share: its time, its alarms, its random numbers, and memory for packets to be sent. All
 * of it belongs to the stack's thread.
 */
public final class StackContext {
    private static final System.Logger LOG = System.getLogger(StackContext.class.getName());

    /** The longest IP packet, and an Ethernet header with a tag. */
    private static final int LONGEST = 65_535 + 18;

    /** Alarms of one poll, so that frames are not kept waiting. */
    private static final int MOST_ALARMS = 1024;

    private final TimerQueue timers = new TimerQueue();
    private final StackCounters counters = new StackCounters();
    private final RandomGenerator random;
    private final List<PacketBuffer> free = new ArrayList<>();
    private final List<Runnable> afterBatch = new ArrayList<>();
    private int outgoingHooks;

    /**
     * For a stack put together by hand.
     *
     * @param random where unpredictable numbers come from: a {@link java.security.SecureRandom}, unless the run is to be
     *     repeated
     */
    public StackContext(RandomGenerator random) {
        this.random = Objects.requireNonNull(random);
    }

    /** The time of the present poll, in nanoseconds of the stack's clock. */
    public long now() {
        return timers.now();
    }

    /** The alarms of the stack. */
    public TimerQueue timers() {
        return timers;
    }

    /** The random numbers of the stack. */
    public RandomGenerator random() {
        return random;
    }

    /** What the stack counts. */
    public StackCounters counters() {
        return counters;
    }

    /** Calls it after each batch of frames and alarms, before what was sent goes out: what can wait so long, is done at once. */
    public void afterBatch(Runnable action) {
        afterBatch.add(action);
    }

    /** An empty packet with room for the longest payload; to be given back by {@link #give}. */
    public PacketBuffer take() {
        PacketBuffer packet = free.isEmpty() ? PacketBuffer.allocate(LONGEST) : free.remove(free.size() - 1);
        packet.clear();
        return packet;
    }

    /** Gives back a packet of {@link #take()}. */
    public void give(PacketBuffer packet) {
        free.add(packet);
    }

    /** Whether any layer has an outgoing hook: segments are then sent one by one, so that it sees each. */
    public boolean hasOutgoingHooks() {
        return outgoingHooks > 0;
    }

    /** Counts what code of the user's threw, and logs it at the first, second, fourth... time. */
    public void applicationFailed(Object who, Throwable error) {
        long times = ++counters.applicationErrors;
        if ((times & times - 1) == 0) {
            LOG.log(System.Logger.Level.WARNING, who + ": user code threw, as time " + times, error);
        }
    }

    void outgoingHooks(int more) {
        outgoingHooks += more;
    }

    /**
     * Runs the stack that was put together by hand on this context, as {@link NetStack#poll} does: frames that have come
     * in, alarms that are due.
     *
     * @param device its lowest layer
     * @param now the time in nanoseconds of any clock that does not go back
     * @param budget the most frames to be looked at
     * @return when to be called next if no frame comes before; {@code now} if there is more to do at once,
     *     {@link TimerQueue#NEVER} if nothing is to be done
     * @throws IOException if the device fails
     */
    public long poll(DeviceLayer device, long now, int budget) throws IOException {
        timers.advance(now);
        int frames = device.poll(budget);
        runAfterBatch();
        try {
            timers.run(MOST_ALARMS);
        } catch (RuntimeException | StackOverflowError e) {
            // The others ring with the next poll.
            applicationFailed("an alarm", e);
        }
        runAfterBatch();
        device.flush();
        return frames == budget ? now : Math.max(now, timers.next());
    }

    private void runAfterBatch() {
        for (int i = 0; i < afterBatch.size(); i++) {
            afterBatch.get(i).run();
        }
    }
}
