package dev.ringwire.stack.transport;

import dev.ringwire.stack.network.IpPath;

/**
 * What a session is made of.
 *
 * @param layer the layer it belongs to
 * @param path the way to the other side, with both addresses
 * @param localPort our port
 * @param remotePort the port of the other side
 * @param options its socket options
 */
public record TcpEnds(TcpLayer layer, IpPath path, int localPort, int remotePort, TcpOptions options) {}
