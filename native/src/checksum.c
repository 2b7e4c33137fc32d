#include "checksum.h"

#include <string.h>

static uint64_t load64(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint32_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

/* The sum is taken in the machine's own byte order and swapped once at the end (RFC 1071, section 2 (B)). */
uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial)
{
    const unsigned char *at = bytes;
    /* Lanes of 32-bit words in 64-bit sums cannot overflow below 32 GiB, and need no carry. */
    uint64_t low = 0, high = 0;

    for (; length >= 32; at += 32, length -= 32) {
        uint64_t a = load64(at), b = load64(at + 8), c = load64(at + 16), d = load64(at + 24);
        low += (a & 0xffffffff) + (b & 0xffffffff) + (c & 0xffffffff) + (d & 0xffffffff);
        high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
    }
    for (; length >= 8; at += 8, length -= 8) {
        uint64_t a = load64(at);
        low += a & 0xffffffff;
        high += a >> 32;
    }
    if (length > 0) {
        /* Zeros behind the last byte in memory pad on the right in either byte order. */
        unsigned char rest[8] = {0};
        memcpy(rest, at, length);
        uint64_t a = load64(rest);
        low += a & 0xffffffff;
        high += a >> 32;
    }

    uint32_t sum = fold(low + high);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    sum = (sum & 0xff) << 8 | sum >> 8;
#endif
    return (uint16_t)fold((uint64_t)sum + initial);
}
