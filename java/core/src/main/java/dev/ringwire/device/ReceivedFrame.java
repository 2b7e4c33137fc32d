package dev.ringwire.device;

import dev.ringwire.frame.Direction;

/**
 * A frame that came in by a device, told apart from one that went out: its direction is INBOUND where the device does
 * not say, and its interface is the same as that of {@link SentFrame} where it is the device itself.
 */
final class ReceivedFrame extends ViewFrame {
    private final String device;

    ReceivedFrame(String device) {
        this.device = device;
    }

    private boolean isDevice() {
        String name = super.interfaceName();
        return name.isEmpty() || name.equals(device);
    }

    @Override
    public int interfaceId() {
        return isDevice() ? 0 : super.interfaceId();
    }

    @Override
    public String interfaceName() {
        return isDevice() ? device : super.interfaceName();
    }

    @Override
    public Direction direction() {
        Direction known = super.direction();
        return known == Direction.UNKNOWN ? Direction.INBOUND : known;
    }
}
