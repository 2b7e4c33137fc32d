#ifndef RINGWIRE_BATCH_H
#define RINGWIRE_BATCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Frames packed into one piece of memory, many for one call. Each record starts at a multiple of eight:
 *
 *    0  int64   when it was received, ns since 1970 (only where it was)
 *    8  int32   length of the frame
 *   14  10 bytes  struct virtio_net_hdr, in the machine's byte order
 *   24  the frame
 *
 * The memory is the caller's, of any content: a record that does not lie within it is -EINVAL.
 */
enum {
    RW_BATCH_TIME = 0,
    RW_BATCH_LENGTH = 8,
    RW_BATCH_VIRTIO = 14,
    RW_BATCH_FRAME = 24,
};

/*
 * Sends up to `count` records from `offset` on by sendmmsg(2) without waiting. Returns how many went out, at least
 * one, or -errno of the first. `virtio`: the socket has PACKET_VNET_HDR.
 */
int rw_batch_send(int fd, const void *memory, size_t size, size_t offset, uint32_t count, int virtio);

/* The same by write(2), one frame a call, as TUN and TAP want it. `virtio`: the device has IFF_VNET_HDR. */
int rw_batch_write(int fd, const void *memory, size_t size, size_t offset, uint32_t count, int virtio);

/*
 * Reads records by read(2) until there is nothing to read, `count` is reached or less room than a frame of `longest`
 * bytes is left. Returns how many, at least one, or -errno; -EAGAIN if there was nothing.
 */
int rw_batch_read(int fd, void *memory, size_t size, uint32_t count, uint32_t longest, int virtio);

/* What rw_wait saw, as bits. */
enum { RW_WAIT_READY = 1, RW_WAIT_WOKEN = 2 };

/*
 * Waits until the descriptor can be read, or written, or has an error to tell, or something wrote to the eventfd
 * `wake_fd`, which is reset; -1 for none. Returns bits, 0 when the time is over or a signal came, or -errno.
 */
int rw_wait(int fd, int for_writing, int wake_fd, int64_t timeout_ns);

#endif
