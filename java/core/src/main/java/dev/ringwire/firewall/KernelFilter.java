package dev.ringwire.firewall;

import java.io.Closeable;
import java.io.IOException;

/** One program that sets the kernel's packet filter. Closing takes away all that was dropped by it. */
interface KernelFilter extends Closeable {
    /** Makes the kernel drop what comes in of this, until the handle is closed. */
    Closeable drop(Traffic traffic) throws IOException;

    /** Whether the rules are in force as far as is known. */
    boolean isHeld();
}
