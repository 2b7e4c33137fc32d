package dev.ringwire.cli;

import java.io.IOException;

/** Something to do that reads or writes. */
interface IoTask {
    void run() throws IOException;
}
