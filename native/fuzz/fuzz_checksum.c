/* The sum of any bytes, at any alignment and from any earlier sum, against one taken a byte at a time. */
#include "checksum.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    size_t skip = take(&in, 1) % 33;
    uint32_t initial = (uint32_t)take(&in, 4) & 0x7fffffff;
    if (skip > in.left)
        skip = in.left;
    const uint8_t *bytes = in.at + skip;
    size_t length = in.left - skip;

    uint64_t wanted = initial;
    for (size_t i = 0; i < length; i++)
        wanted += i % 2 ? bytes[i] : (uint64_t)bytes[i] << 8;
    while (wanted >> 16)
        wanted = (wanted & 0xffff) + (wanted >> 16);
    unsigned sum = rw_checksum(bytes, length, initial);
    CHECK(sum == wanted, "%zu bytes from %u: %04x, wanted %04x", length, (unsigned)initial, sum, (unsigned)wanted);

    /* In two parts, the first of even length. */
    size_t half = length / 4 * 2;
    unsigned parts = rw_checksum(bytes + half, length - half, rw_checksum(bytes, half, initial));
    CHECK(parts == sum, "%zu bytes in two parts: %04x, wanted %04x", length, parts, sum);
    return 0;
}
