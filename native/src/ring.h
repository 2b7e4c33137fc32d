#ifndef RINGWIRE_RING_H
#define RINGWIRE_RING_H

#include <stddef.h>
#include <stdint.h>

/*
 * The TPACKET_V3 receive ring of Linux (Documentation/networking/packet_mmap.rst): opening, waiting, closing.
 * Reading is the caller's. Every function returns 0 or more, or -errno.
 */

/* The call that failed, where opening failed. */
enum rw_ring_step {
    RW_RING_ARGUMENTS = 0,
    RW_RING_INTERFACE = 1, /* looking the name up */
    RW_RING_SOCKET = 2,    /* the one that asks for CAP_NET_RAW */
    RW_RING_GEOMETRY = 3,  /* allocating the blocks in the kernel, or mapping them */
    RW_RING_PROMISCUOUS = 4,
    RW_RING_BIND = 5,
    RW_RING_OTHER = 6,
    RW_RING_FILTER = 7,
    RW_RING_FANOUT = 8,
    RW_RING_TIMESTAMPS = 9,
    RW_RING_BUSY_POLL = 10,
};

/* What woke rw_ring_poll, as bits. */
enum { RW_RING_READY = 1, RW_RING_WOKEN = 2 };

/* Headroom before each frame, for a VLAN tag that goes back in; eight keeps what follows aligned. */
enum { RW_RING_HEADROOM = 8 };

/* Bytes of a name with its end (IFNAMSIZ), instructions of a filter (BPF_MAXINSNS), and rings of one wait. */
enum { RW_RING_NAME = 16, RW_RING_LONGEST_FILTER = 4096, RW_RING_MOST = 256 };

struct rw_ring_options {
    uint32_t block_size;
    uint32_t block_count;
    uint32_t timeout_ms; /* 1 or more: after it a block that holds a frame is handed over though not full */
    int promiscuous;
    int ignore_outgoing;
    int rx_hash;
    int hardware_timestamps;
    uint32_t busy_poll_us; /* 0 leaves the system's setting */
    int join_fanout;
    uint32_t fanout;        /* the argument of PACKET_FANOUT: group, and mode and flags above it */
    const uint64_t *filter; /* struct sock_filter read as one big-endian number each; NULL for none */
    uint32_t filter_length;
};

struct rw_ring {
    int fd;      /* the packet socket */
    int wake_fd; /* an eventfd that rw_ring_wake writes */
    int ifindex;
    int hatype;            /* ARPHRD_ of the interface */
    int ignores_outgoing;  /* 0 also where the kernel (before 4.20) cannot */
    uint32_t fanout_group; /* joined, where asked to */
    void *map;
    enum rw_ring_step step; /* where it failed */
};

/*
 * Opens a bound and mapped ring on an interface that is up, which has never taken in a frame that the filter
 * refuses, or that belongs to another member of the fanout group. On failure nothing stays open.
 */
int rw_ring_open(const char *name, const struct rw_ring_options *options, struct rw_ring *ring);

/* What rw_ring_poll waits for, and what came of it: as bits, or the error that the socket reported, once. */
struct rw_ring_wait {
    int fd;
    int wake_fd;
    int result;
};

/*
 * Waits until a block of any ring may be ready, rw_ring_wake is called or the time is over; a signal ends it early.
 * A wake-up is used up by a call that may wait, and stays for the next where the timeout is 0. Returns 0, or the
 * error of waiting itself.
 */
int rw_ring_poll(struct rw_ring_wait *waits, int count, int64_t timeout_ns);

/* Ends the present or the next call of rw_ring_poll that may wait. From any thread. */
int rw_ring_wake(int wake_fd);

/*
 * Binds the socket to an interface that has taken the place of a deleted one of the same name. Returns its ifindex,
 * or -ENODEV as long as there is none, -ENETDOWN while it is down.
 */
int rw_ring_rebind(int fd, const char *name, int promiscuous);

/* Packets seen (drops included), dropped, and queue freezes since the last call: the kernel resets them on read. */
int rw_ring_statistics(int fd, uint32_t counts[3]);

/* Puts private zeros in place of the ring: a reader in another thread sees zeros and never faults. */
int rw_ring_replace(void *map, size_t size);

/* Gives the address range back. Nobody may read it any more. */
int rw_ring_unmap(void *map, size_t size);

/* Closes both descriptors. */
int rw_ring_close(int fd, int wake_fd);

#endif
