package dev.ringwire.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Standard output as a stream and as a channel, unbuffered; it knows an error from a reader that has seen enough. */
final class Stdout extends OutputStream implements WritableByteChannel {
    private final WritableByteChannel channel;

    Stdout(WritableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            if (e instanceof ClosedChannelException || isReaderGone(e)) {
                throw new OutputException.ReaderGone(e);
            }
            throw new OutputException("standard output cannot be written: " + Errors.message(e), e);
        }
        return count;
    }

    /** The message is in the language of the user; but then a pipe that still has a reader takes every write. */
    private boolean isReaderGone(IOException e) {
        if (Errors.message(e).toLowerCase(Locale.ROOT).contains("broken pipe")) {
            return true;
        }
        try {
            return channel instanceof FileChannel
                    && Files.readSymbolicLink(Path.of("/proc/self/fd/1"))
                            .toString()
                            .startsWith("pipe:");
        } catch (IOException notLinux) {
            return false;
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
