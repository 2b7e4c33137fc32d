package dev.ringwire.cli;

import dev.ringwire.bpf.Bpf;
import dev.ringwire.bpf.BpfMatcher;
import dev.ringwire.bpf.BpfProgram;
import dev.ringwire.bpf.ExpressionFilter;
import dev.ringwire.frame.Frame;
import dev.ringwire.frame.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which packets: the same for files and live captures. */
final class FilterOptions {
    @Option(
            names = {"-f", "--filter"},
            paramLabel = "EXPR",
            description = "Only packets that match this filter of libpcap, such as \"udp port 53\".")
    private String expression;

    @Option(
            names = "--filter-program",
            paramLabel = "FILE",
            description = "The same by a compiled filter, as \"tcpdump -ddd EXPR\" prints it; this works without "
                    + "libpcap.")
    private String file;

    private ExpressionFilter byLinkType;

    /** Whether there is a filter. */
    boolean given(Subcommand command) {
        if (expression != null && file != null) {
            throw command.usage("-f and --filter-program exclude each other");
        }
        return expression != null || file != null;
    }

    /** The program for an interface that is captured on. */
    BpfProgram live(Subcommand command, String interfaceName) throws IOException {
        if (file != null) {
            return program(command);
        }
        try {
            return Bpf.compileLive(expression, interfaceName);
        } catch (IllegalArgumentException e) {
            throw wrong(command, e);
        } catch (UnsupportedOperationException e) {
            throw impossible(e);
        }
    }

    /** The filter for packets of files, of any link types. */
    Predicate<Frame> ofFiles(Subcommand command) throws IOException {
        if (file != null) {
            BpfMatcher matcher = program(command).matcher();
            return matcher;
        }
        byLinkType = new ExpressionFilter(expression);
        return frame -> {
            try {
                return byLinkType.test(frame);
            } catch (IllegalArgumentException e) {
                throw wrong(command, e);
            } catch (UnsupportedOperationException e) {
                throw impossible(e);
            }
        };
    }

    /** Finds a wrong expression also where no packet comes. */
    void check(Subcommand command, LinkType linkType) {
        if (byLinkType != null) {
            try {
                byLinkType.prepare(linkType);
            } catch (IllegalArgumentException e) {
                throw wrong(command, e);
            } catch (UnsupportedOperationException e) {
                throw impossible(e);
            }
        }
    }

    /** Finds what is wrong for any link type before anything is opened, which may wait for a peer. */
    void checkSyntax(Subcommand command) {
        if (!given(command) || file != null || !Bpf.status().available()) {
            return;
        }
        try {
            Bpf.compile(expression, LinkType.ETHERNET);
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).contains("syntax error")) {
                throw wrong(command, e);
            }
        }
    }

    private BpfProgram program(Subcommand command) throws IOException {
        if (file.isEmpty()) {
            throw command.usage("the name of the filter program is empty");
        }
        try {
            return BpfProgram.parse(Files.readString(Path.of(file)));
        } catch (IllegalArgumentException e) {
            throw command.usage("--filter-program " + file + ": " + e.getMessage());
        }
    }

    /** There is no libpcap. */
    private static UnsupportedOperationException impossible(UnsupportedOperationException e) {
        return new UnsupportedOperationException(
                "-f: " + e.getMessage() + " >FILTER, and here --filter-program FILTER instead of -f", e);
    }

    private static ParameterException wrong(Subcommand command, IllegalArgumentException e) {
        return command.usage("-f: " + e.getMessage());
    }
}
