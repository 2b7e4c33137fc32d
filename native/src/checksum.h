#ifndef RINGWIRE_CHECKSUM_H
#define RINGWIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * RFC 1071 partial sum: the ones'-complement sum of big-endian 16-bit words, folded to 16 bits and not
 * complemented. An odd last byte counts as the high byte of a word. `initial` is an earlier partial sum over an
 * even number of bytes. `bytes` needs no alignment; `length` is below 32 GiB.
 */
uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial);

#endif
