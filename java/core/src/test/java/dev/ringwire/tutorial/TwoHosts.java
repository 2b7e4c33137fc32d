package dev.ringwire.tutorial;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.Netns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The two hosts of the tutorial, each a namespace with an {@code eth0} of a fixed MAC and fixed addresses. As on a network
 * card, what the client's kernel sends has unfinished checksums in a capture there; the server computes its own.
 */
final class TwoHosts implements AutoCloseable {
    static final String CLIENT = "10.38.64.13";
    static final String SERVER = "10.38.130.25";

    private final Netns client;
    private final Netns server;

    private TwoHosts(Netns client, Netns server) {
        this.client = client;
        this.server = server;
    }

    /** Makes them, with the server's services running. */
    static TwoHosts create() throws IOException {
        Netns client = Netns.create();
        Netns server = client;
        try {
            server = Netns.create();
            var hosts = new TwoHosts(client, server);
            hosts.connect();
            return hosts;
        } catch (IOException | RuntimeException e) {
            server.close();
            client.close();
            throw e;
        }
    }

    private void connect() throws IOException {
        client.run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", server.name());
        for (Netns host : List.of(client, server)) {
            boolean isClient = host == client;
            host.run("sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1");
            host.run("ip", "link", "set", "eth0", "address", "02:00:00:00:00:" + (isClient ? "13" : "25"));
            host.run("ip", "addr", "add", (isClient ? CLIENT : SERVER) + "/16", "dev", "eth0");
            host.run("ip", "addr", "add", "192.168.100." + (isClient ? 1 : 2) + "/24", "dev", "eth0");
            host.run("ip", "link", "set", "eth0", "up");
        }
        server.run("ethtool", "-K", "eth0", "tx", "off");
        Process services = server.start(Command.java(Services.class));
        var output = new BufferedReader(new InputStreamReader(services.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (!"ready".equals(line)) {
            throw new IOException("the server's services do not start: " + line);
        }
    }

    /** Runs a program on the client to its end. */
    String run(List<String> command) {
        return client.run(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
