#ifndef RINGWIRE_CHECKSUM_H
#define RINGWIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * RFC 1071 partial sum: the ones'-complement sum of big-endian 16-bit words, folded to 16 bits and not
 * complemented. An odd last byte counts as the high byte of a word. `initial` is an earlier partial sum over an
 * even number of bytes. `bytes` needs no alignment; `length` is below 4 GiB.
 */
uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial);

/*
 * One sum per range of `memory`, in one call. `sums` holds the initial sums, none negative, and receives the sums.
 * Returns how many were taken: `count`, or the index of the first range that is not within `size` bytes or whose
 * initial sum is negative; nothing of it is read.
 */
size_t rw_checksums(const void *memory, size_t size, const int32_t *offsets, const int32_t *lengths, int32_t *sums,
                    size_t count);

/* Which of the functions below rw_checksum uses on this processor: "avx2", "neon" or "scalar". */
const char *rw_checksum_path(void);

/* What rw_checksum chooses from; for tests. */
uint16_t rw_checksum_scalar(const void *bytes, size_t length, uint32_t initial);
#if defined(__x86_64__)
/* Only where __builtin_cpu_supports("avx2"). */
uint16_t rw_checksum_avx2(const void *bytes, size_t length, uint32_t initial);
#elif defined(__aarch64__)
uint16_t rw_checksum_neon(const void *bytes, size_t length, uint32_t initial);
#endif

#endif
