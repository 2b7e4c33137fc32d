package dev.ringwire.firewall;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the kernel of this host from answering packets that a stack in user space answers. On a packet socket both get
 * every packet; where the address is the kernel's, too, it answers a port it has nothing at with RST or port unreachable
 * and so ends the stack's connections. What {@link #block} names is dropped before the kernel looks at it; packet sockets
 * have their copy before that, and what the host sends to itself over loopback passes.
 *
 * <p>The rules are nftables' where the program nft is found: a table of their own, which the kernel deletes with the
 * process that holds it, so that they are gone after {@link #close}, at the end of the JVM and after {@code kill -9}, and
 * nobody else's rules are touched. Otherwise they are single rules of iptables, deleted at the same occasions by a
 * process that waits for them; if that one is killed, too, the next firewall that is opened deletes them.
 *
 * <p>Packets forwarded through this host are dropped, too, if they go to such an address. May be used by any thread.
 */
public final class Firewall implements Closeable {
    /** Most blocks at a time: each packet that comes in is compared with all of them. */
    public static final int MOST_BLOCKS = 256;

    private static final System.Logger LOG = System.getLogger(Firewall.class.getName());

    private final KernelFilter filter;
    private final Map<Block, Closeable> rules = new HashMap<>();
    private boolean closed;

    private Firewall(KernelFilter filter) {
        this.filter = filter;
    }

    /**
     * Makes ready to block; nothing is yet.
     *
     * @throws AccessDeniedException without the permission to change the kernel's packet filter, CAP_NET_ADMIN
     * @throws IOException if neither nft nor iptables is found or works; the message says what to do
     */
    public static Firewall open() throws IOException {
        return open(Program.find("nft"), Program.find("iptables"), Program.find("ip6tables"));
    }

    static Firewall open(@Nullable Path nft, @Nullable Path iptables, @Nullable Path ip6tables) throws IOException {
        if (nft == null && iptables == null) {
            throw new IOException("neither nft nor iptables was found: install nftables (apt install nftables), or give"
                    + " the stack an address that this host does not have, which needs no filter");
        }
        IOException failure = null;
        if (nft != null) {
            try {
                return new Firewall(NftTable.open(nft, Firewall::lost));
            } catch (AccessDeniedException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (iptables != null) {
            try {
                return new Firewall(IptablesRules.open(iptables, ip6tables));
            } catch (AccessDeniedException e) {
                throw e;
            } catch (IOException e) {
                failure = failure == null ? e : new IOException(failure.getMessage() + "; " + e.getMessage(), failure);
            }
        }
        throw failure;
    }

    private static void lost() {
        LOG.log(
                System.Logger.Level.WARNING,
                "the nft process that kept the kernel from answering has ended: the kernel answers for the stack's"
                        + " addresses again; open a new Firewall");
    }

    /**
     * What there is on this host.
     *
     * @param available whether {@link #open()} works
     * @param text the program that is used and how, or else why there is none and what to do
     */
    public record Status(boolean available, String text) {}

    /** Whether this works here, tried by opening one and closing it. */
    public static Status status() {
        try (Firewall tried = open()) {
            return new Status(true, tried.toString());
        } catch (AccessDeniedException e) {
            return new Status(false, e.getReason());
        } catch (IOException e) {
            return new Status(false, e.getMessage());
        }
    }

    /**
     * Drops this traffic before the kernel looks at it, from when this returns until the block or the firewall is closed.
     *
     * @throws IllegalStateException if there are {@link #MOST_BLOCKS} already
     * @throws IOException if the rule could not be set, or this is closed; the message shows what the program said
     */
    public synchronized Block block(Traffic traffic) throws IOException {
        if (closed) {
            throw new IOException("the firewall is closed");
        }
        if (rules.size() == MOST_BLOCKS) {
            throw new IllegalStateException(
                    "there are " + MOST_BLOCKS + " blocks; name a range of ports or a whole address instead");
        }
        Block made = new Block(this, traffic);
        rules.put(made, filter.drop(traffic));
        return made;
    }

    synchronized void unblock(Block block) throws IOException {
        Closeable rule = rules.remove(block);
        if (rule != null) {
            rule.close();
        }
    }

    /** Whether what was blocked still is, as far as is known: false after {@link #close}, and if nft was killed. */
    public synchronized boolean isHeld() {
        return !closed && filter.isHeld();
    }

    /**
     * Lets the kernel have all again. Does nothing the second time.
     *
     * @throws IOException if a rule could not be taken away
     */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            rules.clear();
            filter.close();
        }
    }

    /** The program that is used, and how. */
    @Override
    public String toString() {
        return filter.toString();
    }
}
