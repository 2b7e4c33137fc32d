#include "check.h"
#include "checksum.h"

#include <string.h>

static unsigned naive(const unsigned char *bytes, size_t length, uint32_t initial)
{
    uint64_t sum = initial;
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint64_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (unsigned)sum;
}

static void compare(const unsigned char *bytes, size_t length, uint32_t initial)
{
    /* An allocation of the exact size lets the sanitizer see one byte too many. */
    for (size_t alignment = 0; alignment < 16; alignment++) {
        unsigned char *exact = malloc(alignment + length + 1);
        CHECK(exact != NULL, "out of memory");
        unsigned char *start = exact + 1 + alignment;
        memcpy(start, bytes, length);
        unsigned sum = rw_checksum(start, length, initial);
        unsigned wanted = naive(start, length, initial);
        CHECK(sum == wanted, "length %zu alignment %zu initial %u: %04x, wanted %04x", length, alignment,
              (unsigned)initial, sum, wanted);
        free(exact);
    }
}

int main(void)
{
    enum { LONGEST = 2048, HUGE_LENGTH = 1 << 20 };
    static unsigned char bytes[HUGE_LENGTH];
    static const uint32_t initials[] = {0, 1, 0xffff, 0x10000, 0x7fffffff};
    static const unsigned char rfc1071[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    CHECK(rw_checksum(rfc1071, sizeof rfc1071, 0) == 0xddf2, "the example of RFC 1071");

    uint32_t random = 12345;
    for (size_t i = 0; i < sizeof bytes; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(random >> 24);
    }
    for (size_t length = 0; length <= LONGEST; length++)
        for (size_t i = 0; i < sizeof initials / sizeof *initials; i++)
            compare(bytes, length, initials[i]);

    /* Every lane carries as often as it can. */
    memset(bytes, 0xff, sizeof bytes);
    for (size_t length = 0; length <= LONGEST; length++)
        compare(bytes, length, 0x7fffffff);
    compare(bytes, sizeof bytes, 0);

    memset(bytes, 0, sizeof bytes);
    CHECK(rw_checksum(bytes, sizeof bytes, 0) == 0, "zeros");
    return 0;
}
