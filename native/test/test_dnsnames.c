#include "check.h"
#include "dnsnames.h"

#include <string.h>

enum { MAX_NAMES = 64, CAPACITY = 8192 };

struct result {
    int32_t count, where[2];
    struct rw_dns_name names[MAX_NAMES];
    unsigned char bytes[CAPACITY];
};

/* Allocations of the exact sizes let the sanitizer see one byte too many. */
static void run(const unsigned char *message, size_t length, int32_t max_names, int32_t capacity, struct result *result)
{
    unsigned char *exact = malloc(length + 1);
    struct rw_dns_name *names = malloc(sizeof *names * (size_t)max_names + 1);
    unsigned char *bytes = malloc((size_t)capacity + 1);
    CHECK(exact != NULL && names != NULL && bytes != NULL, "out of memory");
    unsigned char *start = exact + 1;
    memcpy(start, message, length);
    result->count = rw_dns_names(start, length, names, max_names, bytes + 1, capacity, result->where);
    CHECK(result->where[0] >= 0 && result->where[0] <= max_names, "%d names", (int)result->where[0]);
    CHECK(result->where[1] >= 0 && (size_t)result->where[1] <= length, "position %d of %zu", (int)result->where[1], length);
    memcpy(result->names, names, sizeof *names * (size_t)result->where[0]);
    memcpy(result->bytes, bytes + 1, (size_t)capacity);
    free(bytes);
    free(names);
    free(exact);
}

/* By the definition, octet by octet. Returns the length, 0 if there is no such name. */
static int32_t naive(const unsigned char *message, size_t length, size_t at, unsigned char out[255])
{
    int32_t total = 0;
    for (int hops = 0; hops < 200;) {
        if (at >= length)
            return 0;
        unsigned octet = message[at];
        if (octet >= 0xc0) {
            if (at + 1 >= length)
                return 0;
            at = (octet & 0x3f) << 8 | message[at + 1];
            hops++;
            continue;
        }
        if (octet >= 0x40 || at + octet >= length || total + (int32_t)octet >= 255)
            return 0;
        memcpy(out + total, message + at, octet + 1);
        total += (int32_t)octet + 1;
        at += octet + 1;
        if (octet == 0)
            return total;
    }
    return 0;
}

static void check_names(const unsigned char *message, size_t length, const struct result *result, const char *what)
{
    int32_t last = 12;
    for (int32_t i = 0; i < result->where[0]; i++) {
        const struct rw_dns_name *name = &result->names[i];
        unsigned char wanted[256];
        int32_t wanted_length = naive(message, length, (size_t)name->position, wanted);
        CHECK(name->position >= last && name->end > name->position && (size_t)name->end <= length, "%s: name %d at %d to %d",
              what, (int)i, (int)name->position, (int)name->end);
        CHECK(name->length == wanted_length && memcmp(result->bytes + name->offset, wanted, (size_t)wanted_length) == 0,
              "%s: name %d at %d has %d octets, wanted %d", what, (int)i, (int)name->position, (int)name->length,
              (int)wanted_length);
        last = name->end;
    }
}

/* A response: example.com MX 10 mail.example.com, SOA, SRV, NAPTR, an address; every name but the first by pointer. */
static const unsigned char response[] = {
    0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 1, 0, 1,
    7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'c', 'o', 'm', 0, 0, 15, 0, 1,
    0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 9, 0, 10, 4, 'm', 'a', 'i', 'l', 0xc0, 12,
    0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 8, 0, 1, 0, 2, 0, 80, 0xc0, 43,
    0xc0, 20, 0, 35, 0, 1, 0, 0, 0, 60, 0, 14, 0, 1, 0, 2, 1, 'u', 3, 's', 'i', 'p', 0, 1, 'x', 0,
    0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 60, 0, 28, 2, 'n', 's', 0xc0, 12, 0xc0, 43,
    0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0,
    0xc0, 43, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1,
};

static void test_response(void)
{
    static struct result result;
    const unsigned char *bytes = response;
    run(bytes, sizeof response, MAX_NAMES, CAPACITY, &result);
    CHECK(result.count == 11, "%d at %d", (int)result.count, (int)result.where[1]);
    CHECK(result.where[1] == (int32_t)sizeof response, "%d", (int)result.where[1]);
    CHECK(memcmp(result.bytes + result.names[4].offset, "\4mail\7example\3com", 18) == 0, "the target of SRV");
    CHECK(memcmp(result.bytes + result.names[5].offset, "\3com", 5) == 0, "a suffix");
    CHECK(memcmp(result.bytes + result.names[6].offset, "\1x", 3) == 0, "behind the strings of NAPTR");
    check_names(bytes, sizeof response, &result, "response");

    for (size_t length = 0; length < sizeof response; length++) {
        run(bytes, length, MAX_NAMES, CAPACITY, &result);
        CHECK(result.count == RW_DNS_TRUNCATED, "cut to %zu bytes: %d", length, (int)result.count);
        check_names(bytes, length, &result, "cut");
    }
    for (int32_t room = 0; room < 11; room++) {
        run(bytes, sizeof response, room, CAPACITY, &result);
        CHECK(result.count == RW_DNS_FULL && result.where[0] == room, "%d names: %d", (int)room, (int)result.count);
    }
    for (int32_t capacity = 0; capacity < RW_DNS_ROOM + 100; capacity++) {
        run(bytes, sizeof response, MAX_NAMES, capacity, &result);
        check_names(bytes, sizeof response, &result, "small table");
    }

    uint32_t random = 1;
    for (int i = 0; i < 200000; i++) {
        unsigned char mutated[sizeof response];
        memcpy(mutated, response, sizeof mutated);
        for (int j = 0; j <= i % 4; j++) {
            random = random * 1664525 + 1013904223;
            unsigned value = random >> 8 & 0xff;
            random = random * 1664525 + 1013904223;
            mutated[(random >> 8) % sizeof mutated] = (unsigned char)(value & 1 ? 0xc0 : value);
        }
        size_t length = i % 3 == 0 ? (random >> 12) % sizeof mutated : sizeof mutated;
        run(mutated, length, MAX_NAMES, CAPACITY, &result);
        check_names(mutated, length, &result, "mutated");
    }
}

/* A question alone, with the name at 12. */
static void expect(const char *what, const unsigned char *name, size_t length, int32_t wanted)
{
    static struct result result;
    unsigned char message[600] = {0, 0, 0, 0, 0, 1};
    memcpy(message + 12, name, length);
    run(message, 12 + length + 4, MAX_NAMES, CAPACITY, &result);
    CHECK(result.count == wanted, "%s: %d, wanted %d", what, (int)result.count, (int)wanted);
    CHECK(wanted >= 0 || result.where[1] == 12, "%s: position %d", what, (int)result.where[1]);
}

static void test_bad_names(void)
{
    expect("root", (const unsigned char *)"", 1, 1);
    expect("pointer to itself", (const unsigned char[]){0xc0, 12}, 2, RW_DNS_POINTER);
    expect("pointer forward", (const unsigned char[]){0xc0, 14, 1, 'a', 0}, 5, RW_DNS_POINTER);
    expect("pointer behind the message", (const unsigned char[]){0xff, 0xff}, 2, RW_DNS_POINTER);
    expect("pointer into the header", (const unsigned char[]){0xc0, 0}, 2, RW_DNS_POINTER);
    expect("pointer to the labels it ends", (const unsigned char[]){1, 'a', 0xc0, 12}, 4, RW_DNS_POINTER);
    expect("pointer into the labels it ends", (const unsigned char[]){2, 1, 'a', 0xc0, 13}, 5, RW_DNS_POINTER);
    expect("label type 01", (const unsigned char[]){0x40, 0}, 2, RW_DNS_LABEL_TYPE);
    expect("label type 10", (const unsigned char[]){1, 'a', 0xbf, 0}, 4, RW_DNS_LABEL_TYPE);

    unsigned char name[300] = {0};
    for (int i = 0; i < 4; i++)
        name[64 * i] = 63;
    name[192] = 61;
    expect("255 octets", name, 255, 1);
    name[192] = 62;
    expect("256 octets", name, 256, RW_DNS_TOO_LONG);

    /* A pointer makes a name of 256 octets out of 254 and 3. */
    static struct result result;
    unsigned char message[400] = {0, 0, 0, 0, 0, 2};
    memcpy(message + 12, "\1a\0\0\1\0\1", 7);
    name[192] = 60;
    memcpy(message + 19, name, 253);
    message[19 + 253] = 0xc0;
    message[19 + 254] = 12;
    run(message, 19 + 255 + 4, MAX_NAMES, CAPACITY, &result);
    CHECK(result.count == RW_DNS_TOO_LONG && result.where[0] == 1, "%d", (int)result.count);
}

int main(void)
{
    test_response();
    test_bad_names();
    return 0;
}
