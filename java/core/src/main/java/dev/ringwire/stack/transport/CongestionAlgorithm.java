package dev.ringwire.stack.transport;

/** The ways to control congestion that a connection can choose from. */
public enum CongestionAlgorithm {
    /** RFC 5681 with RFC 6582 and RFC 3465. */
    NEW_RENO {
        @Override
        public CongestionControl create(int mss) {
            return new NewReno(mss);
        }
    },

    /** RFC 9438. */
    CUBIC {
        @Override
        public CongestionControl create(int mss) {
            return new Cubic(mss);
        }
    };

    /**
     * For a new connection.
     *
     * @param mss bytes of the largest segment
     */
    public abstract CongestionControl create(int mss);
}
