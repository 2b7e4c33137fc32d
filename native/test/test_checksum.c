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

typedef uint16_t checksum_function(const void *bytes, size_t length, uint32_t initial);

static const struct {
    const char *name;
    checksum_function *function;
} paths[] = {
    {"scalar", rw_checksum_scalar},
#if defined(__x86_64__)
    {"avx2", rw_checksum_avx2},
#elif defined(__aarch64__)
    {"neon", rw_checksum_neon},
#endif
    {"chosen", rw_checksum},
};

static int runs_here(const char *path)
{
#if defined(__x86_64__)
    return strcmp(path, "avx2") != 0 || __builtin_cpu_supports("avx2");
#else
    return path != NULL;
#endif
}

static void compare(const unsigned char *bytes, size_t length, uint32_t initial)
{
    /* An allocation of the exact size lets the sanitizer see one byte too many. */
    for (size_t alignment = 0; alignment < 16; alignment++) {
        unsigned char *exact = malloc(alignment + length + 1);
        CHECK(exact != NULL, "out of memory");
        unsigned char *start = exact + 1 + alignment;
        memcpy(start, bytes, length);
        unsigned wanted = naive(start, length, initial);
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
            if (!runs_here(paths[i].name))
                continue;
            unsigned sum = paths[i].function(start, length, initial);
            CHECK(sum == wanted, "%s: length %zu alignment %zu initial %u: %04x, wanted %04x", paths[i].name, length,
                  alignment, (unsigned)initial, sum, wanted);
        }
        free(exact);
    }
}

static void test_batch(const unsigned char *bytes)
{
    enum { SIZE = 1000, COUNT = 4 };
    static const int32_t offsets[COUNT] = {0, 1, 400, SIZE};
    static const int32_t lengths[COUNT] = {SIZE, 20, 599, 0};
    /* Each of these alone makes the third range a bad one. */
    static const struct {
        int32_t offset, length, initial;
    } bad[] = {{400, 601, 0}, {-1, 4, 0}, {4, -1, 0}, {INT32_MAX, INT32_MAX, 0}, {SIZE + 1, 0, 0}, {0, 2, -1}};

    unsigned char *exact = malloc(SIZE);
    CHECK(exact != NULL, "out of memory");
    memcpy(exact, bytes, SIZE);
    int32_t sums[COUNT] = {0, 0xffff, INT32_MAX, 5};
    CHECK(rw_checksums(exact, SIZE, offsets, lengths, sums, COUNT) == COUNT, "all ranges are within");
    CHECK((unsigned)sums[0] == naive(bytes, SIZE, 0), "%x", (unsigned)sums[0]);
    CHECK((unsigned)sums[1] == naive(bytes + 1, 20, 0xffff), "%x", (unsigned)sums[1]);
    CHECK((unsigned)sums[2] == naive(bytes + 400, 599, INT32_MAX), "%x", (unsigned)sums[2]);
    CHECK(sums[3] == 5, "%x", (unsigned)sums[3]);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t some_offsets[COUNT] = {0, 0, bad[i].offset, 0};
        int32_t some_lengths[COUNT] = {2, 2, bad[i].length, 2};
        int32_t some_sums[COUNT] = {0, 0, bad[i].initial, 7};
        size_t done = rw_checksums(exact, SIZE, some_offsets, some_lengths, some_sums, COUNT);
        CHECK(done == 2, "bad range %zu: %zu taken", i, done);
        CHECK(some_sums[2] == bad[i].initial && some_sums[3] == 7, "bad range %zu: written behind it", i);
    }
    free(exact);
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
    CHECK(runs_here(rw_checksum_path()), "%s", rw_checksum_path());
    test_batch(bytes);
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
