package dev.ringwire.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point of the {@code ringwire} command. */
@Command(
        name = "ringwire",
        description = "Captures, decodes, queries and rewrites packets.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {
    private Main() {}

    /**
     * Runs the command line and exits with its status.
     *
     * @param args the arguments as the shell gave them
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    /** Reads the version from the manifest, so that it is stated once, in the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"ringwire " + (version == null ? "(not run from its jar)" : version)};
        }
    }
}
