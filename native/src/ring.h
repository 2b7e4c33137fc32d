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
};

/* What woke rw_ring_poll, as bits. */
enum { RW_RING_READY = 1, RW_RING_WOKEN = 2 };

/* Headroom before each frame, for a VLAN tag that goes back in; eight keeps what follows aligned. */
enum { RW_RING_HEADROOM = 8 };

struct rw_ring {
    int fd;      /* the packet socket */
    int wake_fd; /* an eventfd that rw_ring_wake writes */
    int ifindex;
    int hatype; /* ARPHRD_ of the interface */
    void *map;
    enum rw_ring_step step; /* where it failed */
};

/*
 * Opens a bound and mapped ring on an interface that is up. `timeout_ms`, at least 1, is the time after which a
 * block that holds a frame is handed over though not full. On failure nothing stays open.
 */
int rw_ring_open(const char *name, uint32_t block_size, uint32_t block_count, uint32_t timeout_ms, int promiscuous,
                 struct rw_ring *ring);

/*
 * Waits until a block may be ready, rw_ring_wake is called or the time is over; a signal ends it early with 0.
 * An error that the socket reports, such as ENETDOWN, is returned once.
 */
int rw_ring_poll(int fd, int wake_fd, int64_t timeout_ns);

/* Ends the present and all later calls of rw_ring_poll. From any thread. */
int rw_ring_wake(int wake_fd);

/* Packets seen (drops included), dropped, and queue freezes since the last call: the kernel resets them on read. */
int rw_ring_statistics(int fd, uint32_t counts[3]);

/* Puts private zeros in place of the ring: a reader in another thread sees zeros and never faults. */
int rw_ring_replace(void *map, size_t size);

/* Gives the address range back. Nobody may read it any more. */
int rw_ring_unmap(void *map, size_t size);

/* Closes both descriptors. */
int rw_ring_close(int fd, int wake_fd);

#endif
