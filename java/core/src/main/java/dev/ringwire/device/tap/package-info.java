/** TUN and TAP interfaces of Linux: this process is the other end of the cable. */
@NullMarked
package dev.ringwire.device.tap;

import org.jspecify.annotations.NullMarked;
