package dev.ringwire.stack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a stack. Below it are layers it sends by, above it layers it hands packets to, both found by a key: the
 * EtherType, the IP protocol number, whatever the layer that asks for them says. A packet for a key that nobody is
 * registered for goes to the default upper layer if there is one.
 *
 * <p>A packet comes up by {@link #receive}, which runs the incoming hooks and then {@link #process}, where the layer
 * reads its header and calls {@link #deliver}. It goes down by {@link #send}: {@link #forge} writes the header before the
 * bytes, the outgoing hooks run, {@link #finish} fills in what depends on all bytes, {@link #transfer} hands it to the
 * layer below. All on the stack's thread.
 */
public abstract class Layer {
    private static final Hook[] NONE = {};

    private final StackContext context;
    private final String name;
    private final IntTable<Layer> uppers = new IntTable<>();
    private final IntTable<Layer> lowers = new IntTable<>();
    private @Nullable Layer defaultUpper;
    private Hook[] incoming = NONE;
    private Hook[] outgoing = NONE;

    /** A layer of the stack that the context belongs to. */
    protected Layer(StackContext context, String name) {
        this.context = context;
        this.name = name;
    }

    /** What people call it. */
    public final String name() {
        return name;
    }

    /** What it shares with the other layers of its stack. */
    public final StackContext context() {
        return context;
    }

    /** Hands packets of that key to a layer above, instead of the one it had. */
    public void registerUpper(int key, Layer upper) {
        uppers.put(key, upper);
    }

    /** Sends packets of that key by a layer below, instead of the one it had. */
    public void registerLower(int key, Layer lower) {
        lowers.put(key, lower);
    }

    /** Stands on a layer: both know each other by these keys. */
    public final void register(int keyAbove, Layer lower, int keyBelow) {
        lower.registerUpper(keyAbove, this);
        registerLower(keyBelow, lower);
    }

    /** Hands packets whose key nobody is registered for to that layer; null for none. */
    public final void defaultUpper(@Nullable Layer upper) {
        defaultUpper = upper;
    }

    /** The layer for packets whose key nobody is registered for. */
    public final @Nullable Layer defaultUpper() {
        return defaultUpper;
    }

    /** Forgets who is above by that key. */
    public void unregisterUpper(int key) {
        uppers.remove(key);
    }

    /** Forgets who is below by that key. */
    public void unregisterLower(int key) {
        lowers.remove(key);
    }

    /** Who is above by that key, without the default; null for nobody. */
    public final @Nullable Layer upper(int key) {
        return uppers.get(key);
    }

    /** Who is below by that key; null for nobody. */
    public final @Nullable Layer lower(int key) {
        return lowers.get(key);
    }

    /** Calls it for each packet from below, after the hooks there are. */
    public final void addIncomingHook(Hook hook) {
        incoming = with(incoming, hook);
    }

    /** Calls it for each packet from above, after the hooks there are. */
    public final void addOutgoingHook(Hook hook) {
        outgoing = with(outgoing, hook);
        context.outgoingHooks(1);
    }

    /** Does not call it any more; hooks there are not are ignored. */
    public final void removeHook(Hook hook) {
        incoming = without(incoming, hook);
        int before = outgoing.length;
        outgoing = without(outgoing, hook);
        context.outgoingHooks(outgoing.length - before);
    }

    private static Hook[] with(Hook[] hooks, Hook hook) {
        Hook[] more = Arrays.copyOf(hooks, hooks.length + 1);
        more[hooks.length] = hook;
        return more;
    }

    private static Hook[] without(Hook[] hooks, Hook hook) {
        return Arrays.stream(hooks).filter(h -> h != hook).toArray(Hook[]::new);
    }

    /** Takes a packet from below: its bytes from {@link PacketBuffer#offset()} on are this layer's header. */
    public final void receive(PacketBuffer packet) {
        if (incoming.length == 0 || passes(incoming, packet)) {
            process(packet);
        }
    }

    /** Takes up again a packet that an incoming hook of this layer has taken. */
    public final void resumeReceive(PacketBuffer packet) {
        process(packet);
    }

    /** Takes a packet from above: its bytes from {@link PacketBuffer#offset()} on are this layer's payload. */
    public final void send(PacketBuffer packet) {
        if (forge(packet) && (outgoing.length == 0 || passes(outgoing, packet))) {
            finish(packet);
            transfer(packet);
        }
    }

    /** Takes up again a packet that an outgoing hook of this layer has taken. */
    public final void resumeSend(PacketBuffer packet) {
        finish(packet);
        transfer(packet);
    }

    private boolean passes(Hook[] hooks, PacketBuffer packet) {
        for (Hook hook : hooks) {
            Verdict verdict = verdict(hook, packet);
            if (verdict != Verdict.PASS) {
                if (verdict == Verdict.DROP) {
                    context.counters().droppedByHook++;
                }
                return false;
            }
        }
        return true;
    }

    /** What a hook says; one that throws has dropped the packet. */
    private Verdict verdict(Hook hook, PacketBuffer packet) {
        try {
            return hook.on(packet);
        } catch (RuntimeException | StackOverflowError e) {
            context.applicationFailed("a hook of " + name, e);
            return Verdict.DROP;
        }
    }

    /** Reads this layer's header at {@link PacketBuffer#offset()} and hands on what is behind it. Never throws. */
    protected abstract void process(PacketBuffer packet);

    /**
     * Writes this layer's header in front of {@link PacketBuffer#offset()}, by {@link PacketBuffer#prepend}.
     *
     * @return false if the packet goes no further now: it was refused and counted, or a copy waits for something
     */
    protected abstract boolean forge(PacketBuffer packet);

    /** Fills in what depends on all bytes, such as a checksum. */
    protected void finish(PacketBuffer packet) {}

    /** Hands a packet to the layer below that it is for. */
    protected abstract void transfer(PacketBuffer packet);

    /** Hands a packet to the layer above; false if there is neither one for the key nor a default. */
    protected final boolean deliver(int key, PacketBuffer packet) {
        Layer upper = uppers.get(key);
        if (upper == null) {
            upper = defaultUpper;
            if (upper == null) {
                return false;
            }
        }
        upper.receive(packet);
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
