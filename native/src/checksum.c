#include "checksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/*
 * Every path sums 32-bit words into 64-bit lanes, which cannot overflow below 16 GiB, in the machine's own byte order;
 * the bytes are swapped once at the end (RFC 1071, section 2 (B)).
 */

static uint64_t load64(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint64_t halves(uint64_t word)
{
    return (word & 0xffffffff) + (word >> 32);
}

/* The last bytes, fewer than 32, read without a loop and without reading one too many. */
static uint64_t tail(const unsigned char *at, size_t length)
{
    uint64_t sum = 0;
    if (length & 16) {
        sum += halves(load64(at)) + halves(load64(at + 8));
        at += 16;
    }
    if (length & 8) {
        sum += halves(load64(at));
        at += 8;
    }
    if (length & 4) {
        uint32_t word;
        memcpy(&word, at, sizeof word);
        sum += word;
        at += 4;
    }
    if (length & 2) {
        uint16_t word;
        memcpy(&word, at, sizeof word);
        sum += word;
        at += 2;
    }
    if (length & 1) {
        unsigned char word[2] = {*at, 0};
        uint16_t padded;
        memcpy(&padded, word, sizeof padded);
        sum += padded;
    }
    return sum;
}

/* Without a branch: the number of folds that always suffices. */
static uint16_t finish(uint64_t sum, uint32_t initial)
{
    sum = halves(sum);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    uint32_t words = (uint32_t)((sum & 0xffff) + (sum >> 16));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    words = (words & 0xff) << 8 | words >> 8;
#endif
    words += (initial & 0xffff) + (initial >> 16);
    words = (words & 0xffff) + (words >> 16);
    return (uint16_t)((words & 0xffff) + (words >> 16));
}

uint16_t rw_checksum_scalar(const void *bytes, size_t length, uint32_t initial)
{
    const unsigned char *at = bytes;
    uint64_t low = 0, high = 0;
    for (; length >= 32; at += 32, length -= 32) {
        uint64_t a = load64(at), b = load64(at + 8), c = load64(at + 16), d = load64(at + 24);
        low += (a & 0xffffffff) + (b & 0xffffffff) + (c & 0xffffffff) + (d & 0xffffffff);
        high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
    }
    return finish(low + high + tail(at, length), initial);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) uint16_t rw_checksum_avx2(const void *bytes, size_t length, uint32_t initial)
{
    const unsigned char *at = bytes;
    const __m256i mask = _mm256_set1_epi64x(0xffffffff);
    __m256i low = _mm256_setzero_si256(), high = low, low2 = low, high2 = low;
    for (; length >= 128; at += 128, length -= 128) {
        __m256i a = _mm256_loadu_si256((const __m256i *)at);
        __m256i b = _mm256_loadu_si256((const __m256i *)(at + 32));
        __m256i c = _mm256_loadu_si256((const __m256i *)(at + 64));
        __m256i d = _mm256_loadu_si256((const __m256i *)(at + 96));
        low = _mm256_add_epi64(low, _mm256_add_epi64(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask)));
        high = _mm256_add_epi64(high, _mm256_add_epi64(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)));
        low2 = _mm256_add_epi64(low2, _mm256_add_epi64(_mm256_and_si256(c, mask), _mm256_and_si256(d, mask)));
        high2 = _mm256_add_epi64(high2, _mm256_add_epi64(_mm256_srli_epi64(c, 32), _mm256_srli_epi64(d, 32)));
    }
    for (; length >= 32; at += 32, length -= 32) {
        __m256i a = _mm256_loadu_si256((const __m256i *)at);
        low = _mm256_add_epi64(low, _mm256_and_si256(a, mask));
        high = _mm256_add_epi64(high, _mm256_srli_epi64(a, 32));
    }
    __m256i lanes = _mm256_add_epi64(_mm256_add_epi64(low, high), _mm256_add_epi64(low2, high2));
    __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    uint64_t sum = (uint64_t)_mm_cvtsi128_si64(pair) + (uint64_t)_mm_extract_epi64(pair, 1);
    return finish(sum + tail(at, length), initial);
}

uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial)
{
    return __builtin_cpu_supports("avx2") ? rw_checksum_avx2(bytes, length, initial)
                                          : rw_checksum_scalar(bytes, length, initial);
}

const char *rw_checksum_path(void)
{
    return __builtin_cpu_supports("avx2") ? "avx2" : "scalar";
}

#elif defined(__aarch64__)

uint16_t rw_checksum_neon(const void *bytes, size_t length, uint32_t initial)
{
    const unsigned char *at = bytes;
    uint64x2_t a = vdupq_n_u64(0), b = a, c = a, d = a;
    for (; length >= 64; at += 64, length -= 64) {
        a = vpadalq_u32(a, vreinterpretq_u32_u8(vld1q_u8(at)));
        b = vpadalq_u32(b, vreinterpretq_u32_u8(vld1q_u8(at + 16)));
        c = vpadalq_u32(c, vreinterpretq_u32_u8(vld1q_u8(at + 32)));
        d = vpadalq_u32(d, vreinterpretq_u32_u8(vld1q_u8(at + 48)));
    }
    if (length >= 32) {
        a = vpadalq_u32(a, vreinterpretq_u32_u8(vld1q_u8(at)));
        b = vpadalq_u32(b, vreinterpretq_u32_u8(vld1q_u8(at + 16)));
        at += 32;
        length -= 32;
    }
    uint64_t sum = vaddvq_u64(vaddq_u64(vaddq_u64(a, b), vaddq_u64(c, d)));
    return finish(sum + tail(at, length), initial);
}

uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial)
{
    return rw_checksum_neon(bytes, length, initial);
}

const char *rw_checksum_path(void)
{
    return "neon";
}

#else

uint16_t rw_checksum(const void *bytes, size_t length, uint32_t initial)
{
    return rw_checksum_scalar(bytes, length, initial);
}

const char *rw_checksum_path(void)
{
    return "scalar";
}

#endif

size_t rw_checksums(const void *memory, size_t size, const int32_t *offsets, const int32_t *lengths, int32_t *sums,
                    size_t count)
{
    const unsigned char *start = memory;
    size_t i = 0;
    for (; i < count; i++) {
        int32_t offset = offsets[i], length = lengths[i];
        if (offset < 0 || length < 0 || sums[i] < 0 || (size_t)offset + (size_t)length > size)
            break;
        sums[i] = rw_checksum(start + offset, (size_t)length, (uint32_t)sums[i]);
    }
    return i;
}
