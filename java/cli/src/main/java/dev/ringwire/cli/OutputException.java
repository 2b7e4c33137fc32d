package dev.ringwire.cli;

import java.io.IOException;

/** What a command writes to cannot take any more, so that it is no use to read on. */
class OutputException extends IOException {
    private static final long serialVersionUID = 1;

    OutputException(String message, IOException cause) {
        super(message, cause);
    }

    /** Who read our output, such as {@code head}, has seen enough: the end, but no error. */
    static final class ReaderGone extends OutputException {
        private static final long serialVersionUID = 1;

        ReaderGone(IOException cause) {
            super("nobody reads standard output any more", cause);
        }
    }
}
