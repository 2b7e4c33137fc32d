/**
 * Capture files: {@link dev.ringwire.file.CaptureReader} reads pcap and pcapng,
 * {@link dev.ringwire.file.CaptureWriter} writes them.
 */
package dev.ringwire.file;
