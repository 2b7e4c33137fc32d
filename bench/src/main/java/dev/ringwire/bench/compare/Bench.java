package dev.ringwire.bench.compare;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a topic has at hand: its contestants' processes, which end with it, the rounds, and the report. */
final class Bench implements Closeable {
    private final Toolchain toolchain;
    private final Report report;
    private final boolean quick;
    private final Optional<Path> otherJdk;
    private final Deque<Worker> workers = new ArrayDeque<>();

    Bench(Toolchain toolchain, Report report, boolean quick, Optional<Path> otherJdk) {
        this.toolchain = toolchain;
        this.report = report;
        this.quick = quick;
        this.otherJdk = otherJdk;
    }

    /** Whether less is to be measured. */
    boolean quick() {
        return quick;
    }

    /** The JDK given by --jdk, whose results are reported as cases of their own. */
    Optional<Path> otherJdk() {
        return otherJdk;
    }

    Report report() {
        return report;
    }

    Toolchain toolchain() {
        return toolchain;
    }

    /** A worker in Java, on the JVM that runs the harness. */
    Worker java(Class<?> main, String... arguments) throws IOException {
        return java(Path.of(System.getProperty("java.home")), main, arguments);
    }

    /** A worker in Java, on another JDK. */
    Worker java(Path home, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xms512m",
                "-Xmx512m",
                "-Djava.library.path=" + toolchain.output(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return start(main.getSimpleName(), command);
    }

    /** A peer in Java, which says itself whether it can work; if not, one line tells why. */
    Optional<Worker> javaPeer(String name, Class<?> main) throws IOException, InterruptedException {
        Worker worker = java(main);
        try {
            worker.ask("ready");
            return Optional.of(worker);
        } catch (IOException e) {
            report.absent(name, e.getMessage());
            return Optional.empty();
        }
    }

    /** A worker in C from sources in bench/c; if it cannot be built, one line says why. */
    Optional<Worker> c(String name, List<String> sources, String... libraries)
            throws IOException, InterruptedException {
        return built(name, toolchain.c(name, sources, List.of(libraries)));
    }

    /** A worker in C++ from sources in bench/c; if it cannot be built, one line says why. */
    Optional<Worker> cpp(String name, List<String> sources, String... libraries)
            throws IOException, InterruptedException {
        return built(name, toolchain.cpp(name, sources, List.of(libraries)));
    }

    /** A worker in Go from a folder in bench/go; if it cannot be built, one line says why. */
    Optional<Worker> go(String name, String folder) throws IOException, InterruptedException {
        return built(name, toolchain.go(name, folder));
    }

    private Optional<Worker> built(String name, Toolchain.Build build) throws IOException {
        if (build.program().isEmpty()) {
            report.absent(name, build.why());
            return Optional.empty();
        }
        return Optional.of(start(name, List.of(build.program().get().toString())));
    }

    /** A worker that a command starts. */
    Worker start(String name, List<String> command) throws IOException {
        Worker worker = Worker.start(name, toolchain.output().resolve(name + "-" + workers.size() + ".log"), command);
        synchronized (workers) {
            workers.push(worker);
        }
        return worker;
    }

    /**
     * Runs all contestants in turn, first to warm up, then for the report: A B C A B C ...
     *
     * @param ours named by the case each stands for
     * @param peers compared with each of ours
     */
    void compare(
            String topic, String unit, Report.Better better, int warmUps, List<Contestant> ours, List<Contestant> peers)
            throws IOException, InterruptedException {
        compare(topic, unit, better, warmUps, rounds(), ours, peers);
    }

    /** The same with as many rounds as are told; the median of the first of ours. */
    double compare(
            String topic,
            String unit,
            Report.Better better,
            int warmUps,
            int rounds,
            List<Contestant> ours,
            List<Contestant> peers)
            throws IOException, InterruptedException {
        List<Contestant> all = new ArrayList<>(ours);
        all.addAll(peers);
        Map<String, double[]> samples = new LinkedHashMap<>();
        all.forEach(c -> samples.put(c.name(), new double[rounds]));
        for (int round = -warmUps; round < rounds; round++) {
            for (Contestant c : all) {
                double value = c.round().run();
                if (round >= 0) {
                    samples.get(c.name())[round] = value;
                }
            }
        }
        report.add(topic, unit, better, ours.stream().map(Contestant::name).toList(), samples);
        return Report.median(samples.get(ours.get(0).name()));
    }

    /** Rounds that count. */
    int rounds() {
        return quick ? 3 : 7;
    }

    /** Ends every worker. */
    @Override
    public void close() {
        synchronized (workers) {
            workers.forEach(Worker::close);
            workers.clear();
        }
    }
}
