package dev.ringwire.file;

/** Keys for the packets behind it (draft-ietf-opsawg-pcapng section 4.7). */
public final class DecryptionSecrets implements CaptureBlock {
    /** A TLS key log, "TLSK". */
    public static final int TLS_KEY_LOG = 0x544c_534b;

    private final int secretsType;
    private final byte[] data;
    private final BlockOptions options;

    /**
     * Secrets of any type.
     *
     * @param secretsType such as {@link #TLS_KEY_LOG}
     * @param data as the type lays them out
     */
    public DecryptionSecrets(int secretsType, byte[] data, BlockOptions options) {
        this.secretsType = secretsType;
        this.data = data.clone();
        this.options = options;
    }

    /** What they are. */
    public int secretsType() {
        return secretsType;
    }

    /** The secrets. */
    public byte[] data() {
        return data.clone();
    }

    /** What else is said of them. */
    public BlockOptions options() {
        return options;
    }

    @Override
    public int type() {
        return PcapngReader.SECRETS;
    }
}
