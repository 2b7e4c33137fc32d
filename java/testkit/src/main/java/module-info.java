import org.jspecify.annotations.NullMarked;

/** For tests of what is built on Ringwire: simulated links, a clock that stands still, checks of packets. */
@NullMarked
module dev.ringwire.testkit {
    requires transitive dev.ringwire;
    requires static transitive org.jspecify;

    exports dev.ringwire.testkit;
}
