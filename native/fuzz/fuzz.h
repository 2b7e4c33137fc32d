#ifndef RINGWIRE_FUZZ_H
#define RINGWIRE_FUZZ_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The entry that libFuzzer and driver.c call with one input after another. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes an input apart from its front; past its end everything reads as zero. */
struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint64_t take(struct input *in, size_t bytes)
{
    uint64_t value = 0;
    for (; bytes > 0 && in->left > 0; bytes--, in->left--)
        value = value << 8 | *in->at++;
    return value;
}

#endif
