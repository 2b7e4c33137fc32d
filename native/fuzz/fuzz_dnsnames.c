/* Any bytes as a DNS message, and any room for its names: each name as one read a label at a time. */
#include "dnsnames.h"
#include "fuzz.h"

enum { HEADER = 12, LONGEST = 255, CANARY = 16, MARK = 0xa5 };

/* The name at a position by the words of RFC 1035, without a memo. Returns its length, or 0 if it is none. */
static size_t expand(const uint8_t *message, size_t length, size_t at, uint8_t *out, size_t *end)
{
    size_t total = 0, run = at;
    *end = 0;
    while (at < length) {
        unsigned octet = message[at];
        if (octet >= 0xc0) {
            if (at + 1 >= length)
                return 0;
            size_t to = (octet & 0x3f) << 8 | message[at + 1];
            if (*end == 0)
                *end = at + 2;
            if (to < HEADER || to >= run)
                return 0;
            at = run = to;
        } else if (octet >= 0x40 || at + 1 + octet > length || total + 1 + octet > LONGEST) {
            return 0;
        } else {
            memcpy(out + total, message + at, octet + 1);
            total += octet + 1;
            at += octet + 1;
            if (octet == 0) {
                if (*end == 0)
                    *end = at;
                return total;
            }
        }
    }
    return 0;
}

static int untouched(const uint8_t *canary)
{
    for (int i = 0; i < CANARY; i++)
        if (canary[i] != MARK)
            return 0;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    unsigned settings = (unsigned)take(&in, 1);
    int32_t max_names = settings & 1 ? (int32_t)take(&in, 1) % 8 : 256;
    int32_t capacity = settings & 2 ? (int32_t)take(&in, 2) % 1024 : 16384;

    size_t length = in.left;
    uint8_t *message = malloc(length + 1);
    size_t names_size = (size_t)max_names * sizeof(struct rw_dns_name);
    uint8_t *names_memory = malloc(names_size + CANARY), *bytes = malloc((size_t)capacity + CANARY);
    CHECK(message != NULL && names_memory != NULL && bytes != NULL, "out of memory");
    memcpy(message, in.at, length);
    /* Random bytes are hardly ever a message; these mostly are. */
    unsigned longest = settings & 8 ? 63 : 7;
    if (settings & 4)
        for (size_t i = 0; i < length; i++) {
            unsigned byte = message[i];
            message[i] = (uint8_t)(i < HEADER   ? (i & 1 ? byte % 8 : 0)
                                   : byte < 0x40 ? byte % 4
                                   : byte < 0xa0 ? byte % (longest + 1)
                                                 : 0xc0);
        }
    uint8_t *exact = realloc(message, length > 0 ? length : 1);
    CHECK(exact != NULL, "out of memory");
    memset(names_memory + names_size, MARK, CANARY);
    memset(bytes + capacity, MARK, CANARY);

    int32_t where[2] = {-1, -1};
    struct rw_dns_name *names = (struct rw_dns_name *)(void *)names_memory;
    int32_t result = rw_dns_names(exact, length, names, max_names, bytes, capacity, where);
    CHECK(result >= RW_DNS_FULL && result <= max_names, "result %d", (int)result);
    CHECK(result < 0 || result == where[0], "%d names and %d", (int)result, (int)where[0]);
    CHECK(where[0] >= 0 && where[0] <= max_names && where[1] >= 0 && (size_t)where[1] <= length, "%d names, to %d",
          (int)where[0], (int)where[1]);
    CHECK(untouched(names_memory + names_size) && untouched(bytes + capacity), "written outside");

    int32_t used = 0, last = HEADER;
    for (int32_t i = 0; i < where[0]; i++) {
        uint8_t wanted[LONGEST];
        size_t end, wanted_length = expand(exact, length, (size_t)names[i].position, wanted, &end);
        CHECK(names[i].position >= last && names[i].end == (int32_t)end, "name %d from %d to %d, wanted %zu", (int)i,
              (int)names[i].position, (int)names[i].end, end);
        int32_t offset = names[i].offset, behind = offset + names[i].length;
        CHECK(offset == used ? behind <= capacity : offset >= 0 && behind <= used, "name %d at %d", (int)i, (int)offset);
        CHECK(wanted_length == (size_t)names[i].length && memcmp(bytes + offset, wanted, wanted_length) == 0,
              "name %d of %d bytes, wanted %zu", (int)i, (int)names[i].length, wanted_length);
        used = offset == used ? behind : used;
        last = names[i].end;
    }
    free(exact);
    free(names_memory);
    free(bytes);
    return 0;
}
