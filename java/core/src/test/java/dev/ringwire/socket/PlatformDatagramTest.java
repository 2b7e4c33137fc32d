package dev.ringwire.socket;

/** That the platform's sockets do what the contract says, so that it asks nothing else of ours. */
class PlatformDatagramTest extends DatagramContract {
    PlatformDatagramTest() {
        super(new Network.Platform());
    }
}
