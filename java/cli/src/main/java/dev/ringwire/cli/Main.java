package dev.ringwire.cli;

import dev.ringwire.wire.Protocols;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the {@code ringwire} command. */
@Command(
        name = "ringwire",
        description = "Captures packets, and answers questions about captures.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit status: 0 done, 1 it failed, 2 wrong usage, 130 interrupted by Ctrl-C;",
            "for capture, ping and the servers of stack, Ctrl-C is the proper end: 0.",
            "Example: ringwire query trace.pcap -e frame.time_epoch -e ip.src -e tcp.dstport"
        })
public final class Main implements Callable<Integer> {
    private static final Map<String, Function<Console, Subcommand>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("interfaces", InterfacesCommand::new);
        COMMANDS.put("capture", CaptureCommand::new);
        COMMANDS.put("query", QueryCommand::new);
        COMMANDS.put("rewrite", RewriteCommand::new);
        COMMANDS.put("info", InfoCommand::new);
        COMMANDS.put("merge", MergeCommand::new);
        COMMANDS.put("fields", FieldsCommand::new);
        COMMANDS.put("dig", DigCommand::new);
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("replay", ReplayCommand::new);
        COMMANDS.put("netflow-replay", NetflowReplayCommand::new);
        COMMANDS.put("arp", ArpCommand::new);
        COMMANDS.put("ping", PingCommand::new);
        COMMANDS.put("send", SendCommand::new);
        COMMANDS.put("stack", StackCommand::new);
    }

    private final Console console;

    @Spec
    private CommandSpec spec;

    private Main(Console console) {
        this.console = console;
    }

    /**
     * Runs the command line and exits with its status.
     *
     * @param args the arguments as the shell gave them
     */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int status = execute(console, args);
        console.interruption().finish(status);
        System.exit(status);
    }

    /** Runs one command; the exit status. */
    static int execute(Console console, String... args) {
        // Only what a command needs is looked at: picocli takes longer for all of them than most commands run.
        System.setProperty("picocli.converters.excludes", "java\\.(sql|time|net|math|util|nio\\.charset)\\..*");
        if (args.length > 0 && (args[0].equals("query") || args[0].equals("rewrite"))) {
            loadProtocols();
        }
        Subcommand command = args.length == 0 ? null : command(args[0], console);
        List<String> words = Arrays.asList(args).subList(command == null ? 0 : 1, args.length);
        try {
            if (command == null) {
                return picocli(console, withAllCommands(console), words);
            }
            String notes = notes(args[0]);
            return notes != null && PlainArguments.read(command, notes, words)
                    ? plain(console, command)
                    : picocli(console, commandLine(command(args[0], console)), words);
        } catch (OutOfMemoryError e) {
            console.err().println("ringwire: out of memory; give Java more: RINGWIRE_JAVA_OPTS=-Xmx1g");
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** The command of a name, or null. */
    static Subcommand command(String name, Console console) {
        Function<Console, Subcommand> command = COMMANDS.get(name);
        return command == null ? null : command.apply(console);
    }

    /** Of each command that {@link PlainArguments} can serve the notes for it. */
    static Map<String, String> takeNotes() {
        Map<String, String> notes = new LinkedHashMap<>();
        COMMANDS.forEach((name, command) -> {
            CommandLine line = commandLine(command.apply(Console.ofProcess()));
            String taken = ArgumentNote.allOf(line.getCommandSpec());
            if (taken != null) {
                notes.put(name, taken);
            }
        });
        return notes;
    }

    /** What was noted for a command, or null; the build writes that into the runnable jar. */
    @SuppressWarnings("UnusedVariable") // the build's version reads it
    private static String notes(String command) {
        return null;
    }

    /** Runs a command that has its arguments. */
    private static int plain(Console console, Subcommand command) {
        try {
            return command.call();
        } catch (ParameterException e) {
            return Errors.usage(console, e);
        } catch (Exception e) {
            return Errors.failure(console, e, command.debug);
        }
    }

    private static int picocli(Console console, CommandLine line, List<String> args) {
        // An @ is for a command to read.
        line.setExpandAtFiles(false);
        line.setOut(console.writer());
        line.setErr(console.errWriter());
        line.setParameterExceptionHandler((e, unused) -> Errors.usage(console, e));
        line.setExecutionExceptionHandler((e, failed, unused) ->
                Errors.failure(console, e, failed.getCommand() instanceof Subcommand it && it.debug));
        return line.execute(args.toArray(String[]::new));
    }

    static CommandLine commandLine(Subcommand command) {
        var line = new CommandLine(command);
        return line.setCommandName("ringwire " + line.getCommandName());
    }

    /** Loads every protocol while the arguments are read, where there is a second core. */
    private static void loadProtocols() {
        var thread = new Thread(Protocols::standard, "ringwire-protocols");
        thread.setDaemon(true);
        thread.start();
    }

    private static CommandLine withAllCommands(Console console) {
        var line = new CommandLine(new Main(console));
        COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.apply(console)));
        return line.addSubcommand("help", new HelpCommand());
    }

    /** Without a command. */
    @Override
    public Integer call() {
        spec.commandLine().usage(console.errWriter());
        return CommandLine.ExitCode.USAGE;
    }

    /** What the manifest says, so that the version is stated once, in the build. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ringwire " + version()};
        }
    }
}
