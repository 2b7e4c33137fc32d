package dev.ringwire.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of {@code scheme://host:port?query}.
 *
 * @param scheme in lower case
 * @param host without the brackets of an IPv6 address; empty where none is given
 * @param port -1 where none is given
 * @param query empty where there is none
 */
record DeviceUrl(String scheme, String host, int port, String query) {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
    private static final Pattern PLACE = Pattern.compile("(\\[[^\\]]*\\]|[^:?\\[\\]]*)(?::([0-9]{1,5}))?(?:\\?(.*))?");
    private static final int LARGEST_PORT = 65_535;

    static boolean is(String text) {
        return SCHEME.matcher(text).matches();
    }

    /** @throws IllegalArgumentException with what a place looks like */
    static DeviceUrl parse(String text) {
        Matcher whole = SCHEME.matcher(text);
        if (!whole.matches()) {
            throw new IllegalArgumentException(text + " is no URL");
        }
        Matcher place = PLACE.matcher(whole.group(2));
        int port = -1;
        if (place.matches() && place.group(2) != null) {
            port = Integer.parseInt(place.group(2));
        }
        if (!place.matches() || port > LARGEST_PORT) {
            throw new IllegalArgumentException(
                    text + ": \"" + whole.group(2) + "\" is not host:port, such as 192.0.2.1:4789 or [::1]:4789");
        }
        String host = place.group(1);
        return new DeviceUrl(
                whole.group(1).toLowerCase(Locale.ROOT),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                place.group(3) == null ? "" : place.group(3));
    }

    /**
     * The address meant, looked up if it is a name.
     *
     * @param usualHost where none is given; null if it must be
     * @param usualPort where none is given; -1 if it must be
     */
    InetSocketAddress address(String usualHost, int usualPort) throws UnknownHostException {
        String where = host.isEmpty() ? usualHost : host;
        int at = port < 0 ? usualPort : port;
        if (where == null || at < 0) {
            throw new IllegalArgumentException(scheme + "://" + host + " needs " + (where == null ? "a host" : "a port")
                    + ": " + scheme + "://host:port");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(where), at);
        } catch (UnknownHostException e) {
            throw new UnknownHostException(scheme + "://" + host + ": no such host");
        }
    }
}
