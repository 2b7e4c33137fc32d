#include "dnsnames.h"

#include <string.h>

enum { HEADER = 12, LONGEST = 255, MEMO = 16 };

struct reader {
    const unsigned char *message;
    size_t length;
    struct rw_dns_name *names;
    int32_t count, max_names;
    unsigned char *bytes;
    int32_t used, capacity;
    /* Names that a pointer may mean: target, offset in `bytes` and length. No target is 0. */
    struct {
        int32_t target, offset, length;
    } memo[MEMO];
};

static unsigned read16(const struct reader *r, size_t at)
{
    return (unsigned)r->message[at] << 8 | r->message[at + 1];
}

static void remember(struct reader *r, size_t target, int32_t offset, int32_t length)
{
    unsigned slot = (unsigned)(target ^ target >> 4) % MEMO;
    r->memo[slot].target = (int32_t)target;
    r->memo[slot].offset = offset;
    r->memo[slot].length = length;
}

/* Writes up to 7 bytes more than asked for: the room behind every name allows it. */
static void copy_known(unsigned char *to, const unsigned char *from, int32_t length)
{
    for (int32_t i = 0; i < length; i += 8) {
        /* Through a variable, because the two may overlap within those 7 bytes. */
        uint64_t word;
        memcpy(&word, from + i, sizeof word);
        memcpy(to + i, &word, sizeof word);
    }
}

/*
 * Reads the name at `start`, whose own labels end before `limit`, and sets `end` behind it. Every pointer leads to
 * before the labels that it ends, so they cannot go on for ever.
 */
static int read_name(struct reader *r, size_t start, size_t limit, size_t *end)
{
    if (r->count == r->max_names || r->capacity - r->used < RW_DNS_ROOM)
        return RW_DNS_FULL;
    const unsigned char *message = r->message;
    unsigned char *out = r->bytes + r->used;
    size_t at = start, total = 0, bound = limit, after = 0;
    size_t target = 0, target_total = 0; /* of the first pointer */
    int32_t offset = r->used;

    for (;;) {
        size_t run = at;
        unsigned octet;
        for (;;) {
            if (at >= bound)
                return RW_DNS_TRUNCATED;
            octet = message[at];
            if (octet == 0 || octet >= 0x40)
                break;
            at += octet + 1;
            if (total + (at - run) >= LONGEST)
                return RW_DNS_TOO_LONG;
        }
        size_t copied = at - run + (octet == 0);
        if (r->length - run >= copied + 7)
            copy_known(out + total, message + run, (int32_t)copied);
        else
            memcpy(out + total, message + run, copied);
        total += copied;
        if (octet == 0) {
            if (after == 0)
                after = at + 1;
            break;
        }
        if (octet < 0xc0)
            return RW_DNS_LABEL_TYPE;
        if (at + 1 >= bound)
            return RW_DNS_TRUNCATED;
        size_t to = read16(r, at) & 0x3fff;
        if (after == 0)
            after = at + 2;
        if (to >= run || to < HEADER)
            return RW_DNS_POINTER;
        unsigned slot = (unsigned)(to ^ to >> 4) % MEMO;
        if (r->memo[slot].target == (int32_t)to) {
            if (total + (size_t)r->memo[slot].length > LONGEST)
                return RW_DNS_TOO_LONG;
            /* A pointer alone means a name that is there already. */
            if (total == 0)
                offset = r->memo[slot].offset;
            else
                copy_known(out + total, r->bytes + r->memo[slot].offset, r->memo[slot].length);
            total += (size_t)r->memo[slot].length;
            break;
        }
        if (target == 0) {
            target = to;
            target_total = total;
        }
        at = to;
        bound = r->length;
    }

    struct rw_dns_name *name = &r->names[r->count++];
    name->position = (int32_t)start;
    name->end = (int32_t)after;
    name->offset = offset;
    name->length = (int32_t)total;
    if (target != 0)
        remember(r, target, offset + (int32_t)target_total, (int32_t)(total - target_total));
    remember(r, start, offset, (int32_t)total);
    if (offset == r->used)
        r->used += (int32_t)total;
    *end = after;
    return 0;
}

/* How record data of a type begins: bytes before the first name, times 4, plus the number of names. */
static unsigned names_of(unsigned type)
{
    switch (type) {
    case 2: case 3: case 4: case 5:   /* NS MD MF CNAME */
    case 7: case 8: case 9: case 12:  /* MB MG MR PTR */
    case 23: case 30: case 39:        /* NSAP-PTR NXT DNAME */
    case 47: case 249: case 250:      /* NSEC TKEY TSIG */
        return 1;
    case 6: case 14: case 17: case 58: /* SOA MINFO RP TALINK */
        return 2;
    case 15: case 18: case 21: case 36: /* MX AFSDB RT KX */
    case 64: case 65: case 107:         /* SVCB HTTPS LP */
        return 2 * 4 + 1;
    case 26: /* PX */
        return 2 * 4 + 2;
    case 33: /* SRV */
        return 6 * 4 + 1;
    case 24: case 46: /* SIG RRSIG */
        return 18 * 4 + 1;
    default:
        return 0;
    }
}

enum { NAPTR = 35 };

static int read_data(struct reader *r, unsigned type, size_t start, size_t end, size_t *wrong)
{
    unsigned form = names_of(type);
    size_t at = start + form / 4;
    if (type == NAPTR) {
        form = 1;
        at = start + 4;
        for (int strings = 0; strings < 3 && at < end; strings++)
            at += (size_t)r->message[at] + 1;
    }
    for (unsigned i = form % 4; i > 0; i--) {
        *wrong = at < end ? at : start;
        int error = at < end ? read_name(r, at, end, &at) : RW_DNS_TRUNCATED;
        if (error != 0)
            return error;
    }
    return 0;
}

static int read_message(struct reader *r, size_t *wrong)
{
    *wrong = 0;
    if (r->length < HEADER)
        return RW_DNS_TRUNCATED;
    unsigned questions = read16(r, 4);
    unsigned records = read16(r, 6) + read16(r, 8) + read16(r, 10);
    size_t at = HEADER;

    for (unsigned i = 0; i < questions; i++) {
        *wrong = at;
        int error = read_name(r, at, r->length, &at);
        if (error != 0)
            return error;
        if (r->length - at < 4)
            return RW_DNS_TRUNCATED;
        at += 4;
    }
    for (unsigned i = 0; i < records; i++) {
        *wrong = at;
        int error = read_name(r, at, r->length, &at);
        if (error != 0)
            return error;
        if (r->length - at < 10)
            return RW_DNS_TRUNCATED;
        unsigned type = read16(r, at);
        size_t size = read16(r, at + 8);
        at += 10;
        if (r->length - at < size)
            return RW_DNS_TRUNCATED;
        /* Updates ask with empty data for any (RFC 2136). */
        if (size > 0) {
            error = read_data(r, type, at, at + size, wrong);
            if (error != 0)
                return error;
        }
        at += size;
    }
    *wrong = at;
    return 0;
}

int32_t rw_dns_names(const void *message, size_t length, struct rw_dns_name *names, int32_t max_names,
                     unsigned char *bytes, int32_t capacity, int32_t where[2])
{
    struct reader r = {.message = message, .length = length, .names = names, .max_names = max_names,
                       .bytes = bytes, .capacity = capacity};
    size_t at;
    int error = read_message(&r, &at);
    where[0] = r.count;
    where[1] = (int32_t)at;
    return error != 0 ? error : r.count;
}
