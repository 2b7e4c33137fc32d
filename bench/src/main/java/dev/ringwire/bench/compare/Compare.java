package dev.ringwire.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs Ringwire and its peers side by side: the command {@code bench/compare}. */
public final class Compare {
    private static final List<Topic> TOPICS = List.of(
            new RingHot(),
            new RingDrain(),
            new RingLive(),
            new Inject(),
            new ChecksumTopic(),
            new DnsNames(),
            new PcapRead(),
            new Decode(),
            new QueryTopic(),
            new Rewrite(),
            new Dns(),
            new StackThroughput(),
            new StackLatency(),
            new StackConnections(),
            new StackSim());

    private static final String USAGE = """
            Usage: bench/compare TOPIC... [--quick] [--jdk HOME]
                   bench/compare --list

            Runs Ringwire and its peers in turn, several rounds in one run after a warm-up, and prints medians in a
            table and a line per peer:  RATIO <topic> <case> ours=<value> <peer>=<value> ratio=<x>
            A ratio above 1 means that Ringwire is better. "all" stands for every topic.

              --quick      fewer rounds, smaller rings and files
              --jdk HOME   run our side on another JDK too, reported as cases of their own where a topic knows it
              --list       the topics

            Peers in C, C++ and Go are built by cc, c++ and go; one that is not installed is named and left out. On Debian:
              apt-get install gcc g++ libc6-dev libpcap-dev libtins-dev tcpdump tshark tcpreplay golang-go \\
                  golang-github-google-gopacket-dev golang-golang-x-net-dev golang-golang-x-sys-dev liblwip-dev ethtool
            Topics on interfaces need root and use a network namespace of their own.
            Exit status: 0 done, 1 a run failed, 2 wrong usage or not root.""";

    private final boolean quick;
    private final Optional<Path> otherJdk;
    private final Report report = new Report(System.out);

    private Compare(boolean quick, Optional<Path> otherJdk) {
        this.quick = quick;
        this.otherJdk = otherJdk;
    }

    /** Exits with 0, or 1 if a run failed, or 2 if nothing could be run. */
    public static void main(String[] arguments) throws IOException {
        List<Topic> chosen = new ArrayList<>();
        boolean quick = false;
        Optional<Path> jdk = Optional.empty();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> quick = true;
                case "--list" -> {
                    TOPICS.forEach(t -> System.out.printf("%-18s %s%n", t.name(), t.summary()));
                    return;
                }
                case "--help", "-h" -> {
                    System.out.println(USAGE);
                    return;
                }
                case "--jdk" -> {
                    Path home = Path.of(++i < arguments.length ? arguments[i] : "");
                    if (!Files.isExecutable(home.resolve("bin/java"))) {
                        exit("--jdk " + home + ": no bin/java there");
                    }
                    jdk = Optional.of(home);
                }
                case "all" -> chosen.addAll(TOPICS);
                default -> chosen.add(topic(arguments[i]));
            }
        }
        if (chosen.isEmpty()) {
            exit(USAGE);
        }
        if (!Machine.isRoot() && chosen.stream().anyMatch(Topic::needsRoot)) {
            exit("compare: topics on interfaces need root (raw sockets, a network namespace): "
                    + String.join(
                            " ",
                            chosen.stream()
                                    .filter(Topic::needsRoot)
                                    .map(Topic::name)
                                    .toList()));
        }
        System.exit(new Compare(quick, jdk).run(chosen) ? 0 : 1);
    }

    private static Topic topic(String name) {
        for (Topic topic : TOPICS) {
            if (topic.name().equals(name)) {
                return topic;
            }
        }
        exit("compare: no topic \"" + name + "\"; there are: "
                + String.join(" ", TOPICS.stream().map(Topic::name).toList()));
        throw new AssertionError("exited");
    }

    private static void exit(String why) {
        System.err.println(why);
        System.exit(2);
    }

    private boolean run(List<Topic> topics) throws IOException {
        Toolchain toolchain = new Toolchain(Path.of(System.getProperty("ringwire.bench.home")));
        report.say(Machine.facts());
        boolean good = true;
        for (Topic topic : topics) {
            report.say("");
            report.say(topic.name() + ": " + topic.summary());
            Bench bench = new Bench(toolchain, report, quick, otherJdk);
            Thread hook = new Thread(bench::close);
            Runtime.getRuntime().addShutdownHook(hook);
            try (bench) {
                topic.run(bench);
            } catch (IOException e) {
                report.say(topic.name() + " failed: " + e.getMessage());
                good = false;
            } catch (InterruptedException e) {
                report.say(topic.name() + " was interrupted");
                return false;
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        return good;
    }
}
