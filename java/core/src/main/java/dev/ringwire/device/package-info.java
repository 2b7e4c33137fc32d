/** Where frames come from and go to live: what every kind of device shares. */
@NullMarked
package dev.ringwire.device;

import org.jspecify.annotations.NullMarked;
