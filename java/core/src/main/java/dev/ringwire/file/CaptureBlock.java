package dev.ringwire.file;

/**
 * A pcapng block that holds no packet. {@link CaptureReader#onBlock} gives those of a file in their place between the
 * packets, {@link PcapngWriter#write(CaptureBlock)} writes one.
 */
public sealed interface CaptureBlock
        permits CaptureSection, CaptureInterface, NameResolution, InterfaceStatistics, DecryptionSecrets, OtherBlock {

    /** The block type (draft-ietf-opsawg-pcapng section 11.1). */
    int type();
}
