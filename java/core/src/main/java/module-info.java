import org.jspecify.annotations.NullMarked;

/**
 * Packets in Java at line rate. The native loader and the accelerators behind it are not exported: which
 * implementation answers is never part of the interface.
 */
@NullMarked
module dev.ringwire {
    requires static jdk.net;
    requires static transitive org.jspecify;

    exports dev.ringwire.address;
    exports dev.ringwire.bpf;
    exports dev.ringwire.bytes;
    exports dev.ringwire.device;
    exports dev.ringwire.device.afpacket;
    exports dev.ringwire.device.libpcap;
    exports dev.ringwire.device.tap;
    exports dev.ringwire.file;
    exports dev.ringwire.firewall;
    exports dev.ringwire.frame;
    exports dev.ringwire.query;
    exports dev.ringwire.rewrite;
    exports dev.ringwire.socket;
    exports dev.ringwire.stack;
    exports dev.ringwire.stack.dns;
    exports dev.ringwire.stack.link;
    exports dev.ringwire.stack.network;
    exports dev.ringwire.stack.transport;
    exports dev.ringwire.wire;
    exports dev.ringwire.wire.dns;

    uses dev.ringwire.wire.ProtocolProvider;
}
