#ifndef RINGWIRE_DNSNAMES_H
#define RINGWIRE_DNSNAMES_H

#include <stddef.h>
#include <stdint.h>

/* Why a message was not read to its end; NameTable.java has the same numbers. */
enum {
    RW_DNS_TRUNCATED = -1,  /* the message or the record data ends inside what was being read */
    RW_DNS_LABEL_TYPE = -2, /* a length octet that begins with the bits 01 or 10 */
    RW_DNS_POINTER = -3,    /* a pointer into the header, or not to before the labels it ends */
    RW_DNS_TOO_LONG = -4,   /* a name of more than 255 octets */
    RW_DNS_FULL = -5        /* no room for one more name in the caller's arrays */
};

/* Bytes that must be left in the output before a name: the longest one, and what is copied behind it. */
#define RW_DNS_ROOM 264

struct rw_dns_name {
    int32_t position; /* where the name stands in the message */
    int32_t end;      /* behind its last byte there */
    int32_t offset;   /* of the uncompressed wire form in `bytes` */
    int32_t length;   /* 1 to 255, with the zero at the end */
};

/*
 * Uncompresses all names of one DNS message (RFC 1035, section 4.1.4): of questions, of record owners, and in the data
 * of the record types that hold names; in the order in which they stand.
 *
 * Returns how many there are, and in `where` the position behind the last record; or one of the errors above, and in
 * `where` how many names were read before it and the position of the name or record that is wrong.
 */
int32_t rw_dns_names(const void *message, size_t length, struct rw_dns_name *names, int32_t max_names,
                     unsigned char *bytes, int32_t capacity, int32_t where[2]);

#endif
