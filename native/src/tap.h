#ifndef RINGWIRE_TAP_H
#define RINGWIRE_TAP_H

#include <stdint.h>

/*
 * TUN and TAP devices (Documentation/networking/tuntap.rst). rw_batch_read and rw_batch_write carry the frames.
 */

/* The call that failed, where opening failed. */
enum rw_tap_step {
    RW_TAP_ARGUMENTS = 0,
    RW_TAP_DEVICE_FILE = 1, /* opening /dev/net/tun */
    RW_TAP_ATTACH = 2,      /* TUNSETIFF */
    RW_TAP_OFFLOAD = 3,     /* the virtio header and what the reader can take */
    RW_TAP_OTHER = 4,
};

enum { RW_TAP_NAME = 16 };

struct rw_tap {
    int fd;      /* does not block */
    int wake_fd; /* an eventfd for rw_wait */
    uint32_t offloads; /* TUN_F_ bits the kernel took */
    char name[RW_TAP_NAME];
    enum rw_tap_step step; /* where it failed */
};

/*
 * Attaches to an interface or creates it; it goes with the descriptor unless somebody made it persistent. A name
 * with %d lets the kernel choose the number. `tun`: packets without a link header. `virtio`: IFF_VNET_HDR with all
 * the offloads that the kernel knows. On failure nothing stays open. Returns 0 or -errno.
 */
int rw_tap_open(const char *name, int tun, int virtio, struct rw_tap *tap);

#endif
