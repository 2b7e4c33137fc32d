/*
 * A TAP interface as lwIP's network interface. Debian's own driver (netif/tapif.h) cannot receive frames longer than 566
 * bytes: in memp.c of its library TCP_MSS is that of <netinet/tcp.h>, 512, so that a buffer of PBUF_POOL is smaller than
 * pbuf_alloc() believes, and the heap is overwritten. This one takes PBUF_RAM, and runs the stack in the thread that
 * reads, a batch of frames at a time, which spares a hand-over between threads.
 */
#ifndef BENCH_LWIP_TAP_H
#define BENCH_LWIP_TAP_H

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lwip/etharp.h"
#include "lwip/tcpip.h"
#include "netif/ethernet.h"
#include "worker.h"

enum { TAP_LONGEST = 1518, TAP_BATCH = 64 };

static int tap_fd;

/* The frame is in one piece: LWIP_NETIF_TX_SINGLE_PBUF. What the kernel does not take is lost as on a wire. */
static err_t tap_output(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    return write(tap_fd, frame->payload, frame->len) == frame->tot_len ? ERR_OK : ERR_IF;
}

static struct pbuf *tap_read(void)
{
    struct pbuf *frame = pbuf_alloc(PBUF_RAW, TAP_LONGEST, PBUF_RAM);
    if (frame == NULL)
        worker_fail("no memory");
    ssize_t length = read(tap_fd, frame->payload, TAP_LONGEST);
    if (length <= 0) {
        pbuf_free(frame);
        return NULL;
    }
    pbuf_realloc(frame, (u16_t)length);
    return frame;
}

static void *tap_run(void *argument)
{
    struct netif *netif = argument;
    struct pollfd polled = {.fd = tap_fd, .events = POLLIN};
    while (poll(&polled, 1, -1) >= 0 || errno == EINTR) {
        struct pbuf *frame;
        LOCK_TCPIP_CORE();
        for (int i = 0; i < TAP_BATCH && (frame = tap_read()) != NULL; i++)
            if (ethernet_input(frame, netif) != ERR_OK)
                pbuf_free(frame);
        UNLOCK_TCPIP_CORE();
    }
    return NULL;
}

/* For netif_add(), whose state is the name of the interface. */
static err_t tap_init(struct netif *netif)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    pthread_t thread;
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", (const char *)netif->state);
    tap_fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (tap_fd < 0 || ioctl(tap_fd, TUNSETIFF, &request) < 0)
        worker_fail("%s: %s", request.ifr_name, strerror(errno));
    netif->name[0] = 't';
    netif->name[1] = 'p';
    netif->mtu = 1500;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    memcpy(netif->hwaddr, "\x02\x12\x34\x56\x78\xab", ETH_HWADDR_LEN);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = tap_output;
    if (pthread_create(&thread, NULL, tap_run, netif) != 0)
        worker_fail("no thread");
    return ERR_OK;
}

#endif
