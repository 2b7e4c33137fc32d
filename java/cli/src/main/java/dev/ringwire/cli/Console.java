package dev.ringwire.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.Charset;

/**
 * What a command talks to: the streams of the process, or those of a test.
 *
 * @param out standard output
 * @param err standard error
 * @param in standard input
 * @param outIsTerminal whether a person sees standard output as it comes
 * @param errIsTerminal whether a person sees standard error as it comes
 * @param interruption tells when the user wants to end
 */
record Console(
        Stdout out,
        PrintStream err,
        ReadableByteChannel in,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Interruption interruption) {

    static Console ofProcess() {
        var out = new Stdout(new FileOutputStream(FileDescriptor.out).getChannel());
        return new Console(
                out,
                System.err,
                new FileInputStream(FileDescriptor.in).getChannel(),
                isTerminal(1),
                isTerminal(2),
                new Interruption(out));
    }

    /** Java 17 cannot tell of one stream alone; the launcher can. */
    private static boolean isTerminal(int descriptor) {
        return System.getProperty("ringwire.terminals", "").indexOf('0' + descriptor) >= 0;
    }

    /** Standard output for text; flushes at the end of each line. */
    PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(out, Charset.defaultCharset()), true);
    }

    PrintWriter errWriter() {
        return new PrintWriter(new OutputStreamWriter(err, Charset.defaultCharset()), true);
    }

    /** Writes text to standard output at once. */
    void print(CharSequence text) throws IOException {
        out.write(text.toString().getBytes(Charset.defaultCharset()));
    }
}
