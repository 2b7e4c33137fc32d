#ifndef RINGWIRE_SENDER_H
#define RINGWIRE_SENDER_H

#include "interface.h"

/* A packet socket to send on (packet(7)); it receives nothing. rw_batch_send sends. */

/* The call that failed, where opening failed. */
enum rw_sender_step {
    RW_SENDER_ARGUMENTS = 0,
    RW_SENDER_INTERFACE = 1, /* looking the name up */
    RW_SENDER_SOCKET = 2,    /* the one that asks for CAP_NET_RAW */
    RW_SENDER_DOWN = 3,      /* the interface is not up */
    RW_SENDER_QDISC_BYPASS = 4,
    RW_SENDER_VIRTIO = 5,
    RW_SENDER_BUFFER = 6,
    RW_SENDER_BIND = 7,
};

struct rw_sender {
    int fd;
    struct rw_interface interface;
    enum rw_sender_step step; /* where it failed */
};

/*
 * Opens a socket bound to an interface that is up. `qdisc_bypass` sets PACKET_QDISC_BYPASS, `virtio`
 * PACKET_VNET_HDR; `send_buffer` is SO_SNDBUF in bytes, 0 for the system's. On failure nothing stays open.
 * Returns 0 or -errno.
 */
int rw_sender_open(const char *name, int qdisc_bypass, int virtio, int send_buffer, struct rw_sender *sender);

#endif
