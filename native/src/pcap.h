#ifndef RINGWIRE_PCAP_H
#define RINGWIRE_PCAP_H

#include <stddef.h>
#include <stdint.h>

/*
 * libpcap, found when first needed by dlopen: neither its headers nor the library are there to build. Functions return
 * 0 or more, or -errno with libpcap's own words in `error`, which has room for RW_PCAP_ERROR bytes. Without libpcap
 * that is -ENOSYS and why it cannot be loaded. Link types are LINKTYPE_ values. Tried on Linux; the branches for
 * macOS and the BSDs are untested.
 */
enum { RW_PCAP_ERROR = 512 };

/* The version of libpcap, as it prints it. */
int rw_pcap_version(char *version, size_t room, char *error);

enum {
    RW_PCAP_OPTIMIZE = 1,    /* libpcap shortens the program */
    RW_PCAP_OTHER_ORDER = 2, /* link headers in host order, as of LINKTYPE_NULL, are those of a host of the other one */
};

/*
 * Compiles an expression into instructions as of BpfProgram: code, jt, jf and k from the highest bits down. With an
 * interface the program is for that interface live, its link type, and what the kernel knows of a frame; with NULL it
 * is for the bytes alone. -EINVAL: the expression does not compile; -E2BIG: more than `room` instructions. Otherwise how
 * many they are.
 */
int rw_pcap_compile(const char *expression, int link_type, int snaplen, int flags, const char *interface,
                    uint64_t *instructions, size_t room, char *error);

/*
 * The interfaces: for each, four texts with a zero behind each: name, description, flags as decimal number, and
 * addresses such as 192.0.2.1/24 with a space behind each. Returns the bytes it takes; where that is more than `room`,
 * nothing whole is written.
 */
int rw_pcap_interfaces(char *text, size_t room, char *error);

struct rw_pcap;

struct rw_pcap_settings {
    int snaplen;
    int promiscuous;
    int timeout_ms; /* how long the kernel may hold frames back, where it does so */
    int immediate;  /* frames are handed over at once */
    int buffer_size; /* bytes; 0 for libpcap's choice */
};

/* Opens an interface live, in non-blocking mode; -EPERM, -ENODEV and -ENETDOWN mean what they say. */
int rw_pcap_open(const char *interface, const struct rw_pcap_settings *settings, struct rw_pcap **opened, char *error);

/* LINKTYPE_ of what it captures. */
int rw_pcap_link_type(struct rw_pcap *pcap);

int rw_pcap_set_filter(struct rw_pcap *pcap, const uint64_t *instructions, size_t count, char *error);

/* Before each frame in a batch, in the machine's byte order; frames are padded to eight bytes. */
struct rw_pcap_record {
    int64_t nanoseconds; /* since 1970 */
    uint32_t captured;
    uint32_t original;
};

/*
 * Copies the frames that are ready, as many as surely fit, each behind its record. Returns how many. `room` is
 * at least rw_pcap_longest(snaplen).
 */
int rw_pcap_read(struct rw_pcap *pcap, void *batch, size_t room, char *error);

/* The most that one frame takes in a batch. */
size_t rw_pcap_longest(int snaplen);

/*
 * Sends frames from `batch`, each behind its length in four bytes of the machine's order, until `length` bytes are
 * done or one is refused; one that does not lie within them is -EINVAL. Writes how many bytes went into `sent`.
 */
int rw_pcap_send(struct rw_pcap *pcap, const void *batch, size_t length, size_t *sent, char *error);

/* Received, dropped for want of room, dropped by the interface; 32-bit counts that wrap. */
int rw_pcap_statistics(struct rw_pcap *pcap, uint32_t counts[3], char *error);

/* What woke rw_pcap_poll, as bits. */
enum { RW_PCAP_READY = 1, RW_PCAP_WOKEN = 2 };

/* Waits until frames may be ready, rw_pcap_wake was called, which it forgets, or the time is over. */
int rw_pcap_poll(struct rw_pcap *pcap, int64_t timeout_ns);

/* Ends the present or the next rw_pcap_poll. From any thread, also while another one reads. */
int rw_pcap_wake(struct rw_pcap *pcap);

/* Nobody may use it any more. */
void rw_pcap_close(struct rw_pcap *pcap);

#endif
