package dev.ringwire.stack.transport;

/** Congestion avoidance of RFC 5681, by bytes acknowledged (RFC 3465): one segment more in each round trip. */
final class NewReno extends LossBasedControl {
    private int counted;

    NewReno(int mss) {
        super(mss);
    }

    @Override
    void avoid(int bytes, long now, long smoothedRtt) {
        counted += bytes;
        if (counted >= window()) {
            counted -= window();
            grow(mss());
        }
    }

    @Override
    int reduced(int flightSize) {
        return flightSize / 2;
    }

    @Override
    void endAvoidance() {
        counted = 0;
    }
}
