/* The sum of any bytes, at any alignment and from any earlier sum, on every path, against one taken a byte at a time. */
#include "checksum.h"
#include "fuzz.h"

enum { RANGES = 16 };

static unsigned naive(const uint8_t *bytes, size_t length, uint64_t sum)
{
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint64_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (unsigned)sum;
}

static void one(const uint8_t *bytes, size_t length, uint32_t initial)
{
    unsigned wanted = naive(bytes, length, initial), sum = rw_checksum(bytes, length, initial);
    CHECK(sum == wanted, "%zu bytes from %u: %04x, wanted %04x", length, (unsigned)initial, sum, wanted);
    sum = rw_checksum_scalar(bytes, length, initial);
    CHECK(sum == wanted, "scalar, %zu bytes from %u: %04x, wanted %04x", length, (unsigned)initial, sum, wanted);
#if defined(__x86_64__)
    sum = __builtin_cpu_supports("avx2") ? rw_checksum_avx2(bytes, length, initial) : wanted;
    CHECK(sum == wanted, "avx2, %zu bytes from %u: %04x, wanted %04x", length, (unsigned)initial, sum, wanted);
#endif

    /* In two parts, the first of even length. */
    size_t half = length / 4 * 2;
    sum = rw_checksum(bytes + half, length - half, rw_checksum(bytes, half, initial));
    CHECK(sum == wanted, "%zu bytes in two parts: %04x, wanted %04x", length, sum, wanted);
}

static void many(struct input in)
{
    int32_t offsets[RANGES] = {0}, lengths[RANGES] = {0}, initial[RANGES] = {0}, sums[RANGES] = {0};
    size_t count = take(&in, 1) % (RANGES + 1), good = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned kind = (unsigned)take(&in, 1);
        offsets[i] = kind % 16 ? (int32_t)take(&in, 1) : (int32_t)take(&in, 4);
        lengths[i] = kind / 16 ? (int32_t)take(&in, 1) : (int32_t)take(&in, 4);
        sums[i] = initial[i] = (int32_t)take(&in, 4);
    }
    while (good < count && offsets[good] >= 0 && lengths[good] >= 0 && initial[good] >= 0
           && (int64_t)offsets[good] + lengths[good] <= (int64_t)in.left)
        good++;
    size_t taken = rw_checksums(in.at, in.left, offsets, lengths, sums, count);
    CHECK(taken == good, "%zu ranges, wanted %zu", taken, good);
    for (size_t i = 0; i < count; i++) {
        int32_t wanted = i < good ? (int32_t)naive(in.at + offsets[i], (size_t)lengths[i], (uint64_t)initial[i]) : initial[i];
        CHECK(sums[i] == wanted, "range %zu of %zu: %x, wanted %x", i, good, (unsigned)sums[i], (unsigned)wanted);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    many(in);
    size_t skip = take(&in, 1) % 33;
    uint32_t initial = (uint32_t)take(&in, 4) & 0x7fffffff;
    if (skip > in.left)
        skip = in.left;
    one(in.at + skip, in.left - skip, initial);
    return 0;
}
