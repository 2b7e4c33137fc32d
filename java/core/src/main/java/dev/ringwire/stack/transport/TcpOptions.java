package dev.ringwire.stack.transport;

import java.util.Objects;

/**
 * The options of a connection, which the usual names of sockets stand behind. Never changes: each setter gives another
 * one, so thousands of connections share one. What concerns the handshake (MSS, timestamps, window scaling, selective
 * acknowledgements) takes effect only where it is given to {@link TcpLayer#connect} or {@link TcpLayer#listen}.
 */
public final class TcpOptions implements Cloneable {
    /** All as it is unless set. */
    public static final TcpOptions DEFAULT = new TcpOptions();

    private boolean noDelay;
    private boolean keepAlive;
    private int keepAliveIdle = 7200;
    private int keepAliveInterval = 75;
    private int keepAliveCount = 9;
    private int linger = -1;
    private int userTimeout = 300_000;
    private int sendBuffer = 512 * 1024;
    private int receiveBuffer = 1024 * 1024;
    private int mss;
    private int trafficClass;
    private int ttl;
    private boolean pathMtuDiscovery = true;
    private CongestionAlgorithm congestionControl = CongestionAlgorithm.CUBIC;
    private boolean timestamps = true;
    private boolean selectiveAcknowledgments = true;
    private boolean windowScaling = true;

    private TcpOptions() {}

    private TcpOptions copy() {
        try {
            return (TcpOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // it is Cloneable
        }
    }

    private static int check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is not in " + least + ".." + most);
        }
        return value;
    }

    /** Whether small segments are sent at once, without the algorithm of Nagle (TCP_NODELAY); no unless set. */
    public boolean noDelay() {
        return noDelay;
    }

    /** The same with another noDelay. */
    public TcpOptions noDelay(boolean value) {
        TcpOptions o = copy();
        o.noDelay = value;
        return o;
    }

    /** Whether the other side is asked for a sign of life when nothing comes (SO_KEEPALIVE); no unless set. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** The same with another keepAlive. */
    public TcpOptions keepAlive(boolean value) {
        TcpOptions o = copy();
        o.keepAlive = value;
        return o;
    }

    /** Seconds without a segment before the first keep-alive probe (TCP_KEEPIDLE); 7200 unless set. */
    public int keepAliveIdle() {
        return keepAliveIdle;
    }

    /**
     * The same with another keepAliveIdle.
     *
     * @throws IllegalArgumentException if not in 1..32767
     */
    public TcpOptions keepAliveIdle(int value) {
        TcpOptions o = copy();
        o.keepAliveIdle = check("keepAliveIdle", value, 1, 32767);
        return o;
    }

    /** Seconds between keep-alive probes (TCP_KEEPINTVL); 75 unless set. */
    public int keepAliveInterval() {
        return keepAliveInterval;
    }

    /**
     * The same with another keepAliveInterval.
     *
     * @throws IllegalArgumentException if not in 1..32767
     */
    public TcpOptions keepAliveInterval(int value) {
        TcpOptions o = copy();
        o.keepAliveInterval = check("keepAliveInterval", value, 1, 32767);
        return o;
    }

    /** Probes without an answer before the connection is given up (TCP_KEEPCNT); 9 unless set. */
    public int keepAliveCount() {
        return keepAliveCount;
    }

    /**
     * The same with another keepAliveCount.
     *
     * @throws IllegalArgumentException if not in 1..127
     */
    public TcpOptions keepAliveCount(int value) {
        TcpOptions o = copy();
        o.keepAliveCount = check("keepAliveCount", value, 1, 127);
        return o;
    }

    /**
     * Seconds that close() waits for what is not sent (SO_LINGER), which is the socket's part; 0 resets the
     * connection; -1, the usual, closes in the background.
     */
    public int linger() {
        return linger;
    }

    /**
     * The same with another linger.
     *
     * @throws IllegalArgumentException if not in -1..65535
     */
    public TcpOptions linger(int value) {
        TcpOptions o = copy();
        o.linger = check("linger", value, -1, 65535);
        return o;
    }

    /**
     * Milliseconds that sent data may stay unacknowledged before the connection is given up (TCP_USER_TIMEOUT, RFC
     * 5482); 300000 unless set. Never applied to a SYN, for which there are three minutes and more.
     */
    public int userTimeout() {
        return userTimeout;
    }

    /**
     * The same with another userTimeout.
     *
     * @throws IllegalArgumentException if not in 100..86400000
     */
    public TcpOptions userTimeout(int value) {
        TcpOptions o = copy();
        o.userTimeout = check("userTimeout", value, 100, 86400000);
        return o;
    }

    /** Bytes that may wait to be sent and acknowledged (SO_SNDBUF); 512 KiB unless set. */
    public int sendBuffer() {
        return sendBuffer;
    }

    /**
     * The same with another sendBuffer.
     *
     * @throws IllegalArgumentException if not in 2048..1073741824
     */
    public TcpOptions sendBuffer(int value) {
        TcpOptions o = copy();
        o.sendBuffer = check("sendBuffer", value, 2048, 1073741824);
        return o;
    }

    /**
     * Bytes that may wait to be received (SO_RCVBUF), and the largest window; 1 MiB unless set. Set it before
     * connecting or listening for windows beyond 64 KiB.
     */
    public int receiveBuffer() {
        return receiveBuffer;
    }

    /**
     * The same with another receiveBuffer.
     *
     * @throws IllegalArgumentException if not in 2048..1073741824
     */
    public TcpOptions receiveBuffer(int value) {
        TcpOptions o = copy();
        o.receiveBuffer = check("receiveBuffer", value, 2048, 1073741824);
        return o;
    }

    /** Most bytes of payload per segment that we take and send (TCP_MAXSEG); 0, the usual, for as many as fit the path. */
    public int mss() {
        return mss;
    }

    /**
     * The same with another mss.
     *
     * @throws IllegalArgumentException if not in 0..65495
     */
    public TcpOptions mss(int value) {
        TcpOptions o = copy();
        o.mss = check("mss", value, 0, 65495);
        return o;
    }

    /** Type of service or traffic class of what is sent (IP_TOS), all eight bits; 0 unless set. */
    public int trafficClass() {
        return trafficClass;
    }

    /**
     * The same with another trafficClass.
     *
     * @throws IllegalArgumentException if not in 0..255
     */
    public TcpOptions trafficClass(int value) {
        TcpOptions o = copy();
        o.trafficClass = check("trafficClass", value, 0, 255);
        return o;
    }

    /** Time to live or hop limit of what is sent; 0, the usual, for the stack's own choice. */
    public int ttl() {
        return ttl;
    }

    /**
     * The same with another ttl.
     *
     * @throws IllegalArgumentException if not in 0..255
     */
    public TcpOptions ttl(int value) {
        TcpOptions o = copy();
        o.ttl = check("ttl", value, 0, 255);
        return o;
    }

    /**
     * Whether IPv4 packets say that no router may cut them, so that the path MTU is found out (RFC 1191); yes unless
     * set.
     */
    public boolean pathMtuDiscovery() {
        return pathMtuDiscovery;
    }

    /** The same with another pathMtuDiscovery. */
    public TcpOptions pathMtuDiscovery(boolean value) {
        TcpOptions o = copy();
        o.pathMtuDiscovery = value;
        return o;
    }

    /** How much is sent before it is acknowledged; CUBIC unless set. Takes effect when a connection starts. */
    public CongestionAlgorithm congestionControl() {
        return congestionControl;
    }

    /** The same with another congestionControl. */
    public TcpOptions congestionControl(CongestionAlgorithm value) {
        TcpOptions o = copy();
        o.congestionControl = Objects.requireNonNull(value);
        return o;
    }

    /** Whether timestamps are asked for and given (RFC 7323); yes unless set. */
    public boolean timestamps() {
        return timestamps;
    }

    /** The same with another timestamps. */
    public TcpOptions timestamps(boolean value) {
        TcpOptions o = copy();
        o.timestamps = value;
        return o;
    }

    /** Whether selective acknowledgements are asked for and given (RFC 2018); yes unless set. */
    public boolean selectiveAcknowledgments() {
        return selectiveAcknowledgments;
    }

    /** The same with another selectiveAcknowledgments. */
    public TcpOptions selectiveAcknowledgments(boolean value) {
        TcpOptions o = copy();
        o.selectiveAcknowledgments = value;
        return o;
    }

    /** Whether windows beyond 64 KiB are asked for and given (RFC 7323); yes unless set. */
    public boolean windowScaling() {
        return windowScaling;
    }

    /** The same with another windowScaling. */
    public TcpOptions windowScaling(boolean value) {
        TcpOptions o = copy();
        o.windowScaling = value;
        return o;
    }
}
