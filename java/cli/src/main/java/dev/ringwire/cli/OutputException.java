package dev.ringwire.cli;

import java.io.IOException;

/** What a command writes to cannot take any more, so that it is no use to read on. */
class OutputException extends IOException {
    private static final long serialVersionUID = 1;

    OutputException(String message, IOException cause) {
        super(message, cause);
    }

    /** The one among an error and its causes, or null: a reader wraps what is thrown while it waits for its pipe. */
    static OutputException in(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutputException output) {
                return output;
            }
        }
        return null;
    }

    /** Who read our output, such as {@code head}, has seen enough: the end, but no error. */
    static final class ReaderGone extends OutputException {
        private static final long serialVersionUID = 1;

        ReaderGone(IOException cause) {
            super("nobody reads standard output any more", cause);
        }
    }
}
