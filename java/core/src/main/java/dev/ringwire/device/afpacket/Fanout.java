package dev.ringwire.device.afpacket;

/**
 * How several rings on one interface, of one process or many, share its frames: each frame comes to one of them
 * (PACKET_FANOUT, {@code packet(7)}). One thread a ring then reads what one thread could not:
 *
 * <pre>{@code
 * PacketRing first = PacketRing.builder("eth0").fanout(Fanout.newGroup(Fanout.Mode.HASH)).open();
 * PacketRing second = PacketRing.builder("eth0").fanout(Fanout.group(first.fanoutGroup(), Fanout.Mode.HASH)).open();
 * }</pre>
 *
 * <p>All members give the same mode and flags. A frame that arrives for a ring while that is being opened is lost
 * rather than seen twice, so open all before what matters is sent.
 *
 * @param mode by what the kernel chooses the ring
 * @param number of the group, 0 to 65535, one name space per network namespace; {@link #NEW} for one not in use
 * @param defrag whether fragments of IPv4 are put together first, so that all go where the first goes; changes the
 *     frames that are seen
 * @param rollover whether a frame for a ring that is full goes to the next instead, which a flow then leaves
 */
public record Fanout(Mode mode, int number, boolean defrag, boolean rollover) {
    /** As a number: the kernel chooses one, which {@link PacketRing#fanoutGroup()} tells. Since Linux 4.12. */
    public static final int NEW = -1;

    private static final int FLAG_ROLLOVER = 0x1000;
    private static final int FLAG_UNIQUEID = 0x2000;
    private static final int FLAG_DEFRAG = 0x8000;

    /** By what the kernel chooses the ring for a frame. */
    public enum Mode {
        /** The hash of the flow: a connection stays with one ring. */
        HASH(0),
        /** One after the other. */
        LB(1),
        /** The CPU that the frame arrived on. */
        CPU(2),
        /** The first that has room. */
        ROLLOVER(3),
        /** At random. */
        RND(4),
        /** The receive queue of the network card. */
        QM(5);

        private final int number;

        Mode(int number) {
            this.number = number;
        }
    }

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if the number is neither {@link #NEW} nor one of 16 bits
     */
    public Fanout {
        if (number != NEW && (number < 0 || number > 0xffff)) {
            throw new IllegalArgumentException("fanout group " + number + " is not 0 to 65535");
        }
    }

    /** A group of its own number, whose first member this is. */
    public static Fanout newGroup(Mode mode) {
        return new Fanout(mode, NEW, false, false);
    }

    /** The group of a number, which is made if it does not exist. */
    public static Fanout group(int number, Mode mode) {
        return new Fanout(mode, number, false, false);
    }

    /** The same with fragments put together first. */
    public Fanout withDefrag() {
        return new Fanout(mode, number, true, rollover);
    }

    /** The same with frames for a full ring going to the next. */
    public Fanout withRollover() {
        return new Fanout(mode, number, defrag, true);
    }

    /** The argument of PACKET_FANOUT: the group below, mode and flags above. */
    int argument() {
        int type = mode.number | (defrag ? FLAG_DEFRAG : 0) | (rollover ? FLAG_ROLLOVER : 0);
        return number == NEW ? (type | FLAG_UNIQUEID) << 16 : type << 16 | number;
    }
}
