package dev.ringwire.cli;

/** What {@code -i} takes, for help and errors. */
final class DeviceForms {
    static final String INTERFACE = "  eth0                       a network interface; its name wins over a file's";
    static final String PCAP = "  pcap://any                 an interface through libpcap, which also knows any";
    static final String VXLAN = "  vxlan://0.0.0.0:4789       frames out of VXLAN tunnels; ?vni=1,2 for some";
    static final String TCP = "  tcp://host:port            connects to a peer that sends pcap or pcapng";
    static final String LISTEN = "  tcp-listen://0.0.0.0:port  listens for such peers, one after the other";
    static final String FILE = "  trace.pcap                 a file, or named pipe; file:PATH for any name";
    static final String STDIN = "  -                          pcap or pcapng from standard input";

    /** All of them in a line. */
    static final String SHORT =
            "an interface, a file, -, pcap://interface, vxlan://host:port?vni=1,2, tcp://host:port or "
                    + "tcp-listen://host:port";

    private DeviceForms() {}
}
