#define _GNU_SOURCE

#include "ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Only the divisor of tp_frame_nr: TPACKET_V3 lays frames out by their length. */
enum { NOMINAL_FRAME = 2048 };

static int set_option(int fd, int option, const void *value, socklen_t length)
{
    return setsockopt(fd, SOL_PACKET, option, value, length) == 0 ? 0 : -errno;
}

static int look_up(struct rw_ring *ring, const char *name)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(ring->fd, SIOCGIFINDEX, &request) != 0)
        return -errno;
    ring->ifindex = request.ifr_ifindex;
    if (ioctl(ring->fd, SIOCGIFHWADDR, &request) != 0)
        return -errno;
    ring->hatype = request.ifr_hwaddr.sa_family;
    return 0;
}

static int allocate(struct rw_ring *ring, uint32_t block_size, uint32_t block_count, uint32_t timeout_ms)
{
    int version = TPACKET_V3, headroom = RW_RING_HEADROOM;
    int error = set_option(ring->fd, PACKET_VERSION, &version, sizeof version);
    if (error == 0)
        error = set_option(ring->fd, PACKET_RESERVE, &headroom, sizeof headroom);
    if (error != 0)
        return error;

    struct tpacket_req3 request;
    memset(&request, 0, sizeof request);
    request.tp_block_size = block_size;
    request.tp_block_nr = block_count;
    request.tp_frame_size = NOMINAL_FRAME;
    request.tp_frame_nr = block_size / NOMINAL_FRAME * block_count;
    request.tp_retire_blk_tov = timeout_ms;
    error = set_option(ring->fd, PACKET_RX_RING, &request, sizeof request);
    if (error != 0)
        return error;

    /* The pages are the kernel's: always present, so MAP_POPULATE and MAP_LOCKED would add nothing. */
    void *map = mmap(NULL, (size_t)block_size * block_count, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    ring->map = map;
    return 0;
}

static int join_promiscuous(const struct rw_ring *ring)
{
    struct packet_mreq request;
    memset(&request, 0, sizeof request);
    request.mr_ifindex = ring->ifindex;
    request.mr_type = PACKET_MR_PROMISC;
    return set_option(ring->fd, PACKET_ADD_MEMBERSHIP, &request, sizeof request);
}

static int socket_error(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return -errno;
    return -error;
}

static int bind_all(const struct rw_ring *ring)
{
    struct sockaddr_ll address;
    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = ring->ifindex;
    if (bind(ring->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        return -errno;
    /* Binding to an interface that is down succeeds and says so here. */
    return socket_error(ring->fd);
}

static int open_steps(struct rw_ring *ring, const char *name, uint32_t block_size, uint32_t block_count,
                      uint32_t timeout_ms, int promiscuous)
{
    ring->step = RW_RING_SOCKET;
    /* Protocol 0 takes no packets in, so none of another interface arrives before bind. */
    ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (ring->fd < 0)
        return -errno;

    ring->step = RW_RING_INTERFACE;
    int error = look_up(ring, name);
    if (error != 0)
        return error;

    ring->step = RW_RING_OTHER;
    ring->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (ring->wake_fd < 0)
        return -errno;
#ifdef PACKET_IGNORE_OUTGOING
    if (ring->hatype == ARPHRD_LOOPBACK) {
        /* Each packet passes loopback out and in. Before Linux 4.20 this fails, and the reader skips one. */
        int ignore = 1;
        (void)set_option(ring->fd, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore);
    }
#endif

    ring->step = RW_RING_GEOMETRY;
    error = allocate(ring, block_size, block_count, timeout_ms);
    if (error != 0)
        return error;

    if (promiscuous) {
        ring->step = RW_RING_PROMISCUOUS;
        error = join_promiscuous(ring);
        if (error != 0)
            return error;
    }

    ring->step = RW_RING_BIND;
    return bind_all(ring);
}

int rw_ring_open(const char *name, uint32_t block_size, uint32_t block_count, uint32_t timeout_ms, int promiscuous,
                 struct rw_ring *ring)
{
    if (ring == NULL)
        return -EINVAL;
    memset(ring, 0, sizeof *ring);
    ring->fd = ring->wake_fd = -1;
    if (name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ)
        return -EINVAL;
    if (block_size < NOMINAL_FRAME || block_size > INT_MAX || block_count == 0 || timeout_ms == 0 || timeout_ms > INT_MAX)
        return -EINVAL;
    /* Counts of the kernel are 32-bit; a 32-bit process cannot map more than its address space. */
    if ((uint64_t)(block_size / NOMINAL_FRAME) * block_count > INT_MAX
        || (uint64_t)block_size * block_count > PTRDIFF_MAX)
        return -EINVAL;

    int error = open_steps(ring, name, block_size, block_count, timeout_ms, promiscuous);
    if (error != 0) {
        if (ring->map != NULL)
            (void)munmap(ring->map, (size_t)block_size * block_count);
        (void)rw_ring_close(ring->fd, ring->wake_fd);
        ring->fd = ring->wake_fd = -1;
        ring->map = NULL;
    }
    return error;
}

int rw_ring_poll(int fd, int wake_fd, int64_t timeout_ns)
{
    if (fd < 0 || wake_fd < 0 || timeout_ns < 0)
        return -EINVAL;
    struct pollfd polled[2] = {{.fd = fd, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000), .tv_nsec = (long)(timeout_ns % 1000000000)};
    int count = ppoll(polled, 2, &timeout, NULL);
    if (count < 0)
        return errno == EINTR ? 0 : -errno;
    if ((polled[0].revents | polled[1].revents) & POLLNVAL)
        return -EBADF;
    if (polled[1].revents != 0)
        return RW_RING_WOKEN;
    if (polled[0].revents & (POLLERR | POLLHUP)) {
        int error = socket_error(fd);
        if (error != 0)
            return error;
    }
    return polled[0].revents & POLLIN ? RW_RING_READY : 0;
}

int rw_ring_wake(int wake_fd)
{
    uint64_t one = 1;
    if (wake_fd < 0)
        return -EINVAL;
    /* A full counter wakes as well as another count would. */
    return write(wake_fd, &one, sizeof one) == (ssize_t)sizeof one || errno == EAGAIN ? 0 : -errno;
}

int rw_ring_statistics(int fd, uint32_t counts[3])
{
    struct tpacket_stats_v3 stats;
    socklen_t length = sizeof stats;
    if (fd < 0 || counts == NULL)
        return -EINVAL;
    memset(&stats, 0, sizeof stats);
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) != 0)
        return -errno;
    counts[0] = stats.tp_packets;
    counts[1] = stats.tp_drops;
    counts[2] = stats.tp_freeze_q_cnt;
    return 0;
}

int rw_ring_replace(void *map, size_t size)
{
    if (map == NULL || size == 0)
        return -EINVAL;
    void *zeros = mmap(map, size, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return zeros == MAP_FAILED ? -errno : 0;
}

int rw_ring_unmap(void *map, size_t size)
{
    if (map == NULL || size == 0)
        return -EINVAL;
    return munmap(map, size) == 0 ? 0 : -errno;
}

int rw_ring_close(int fd, int wake_fd)
{
    int error = 0;
    if (fd >= 0 && close(fd) != 0)
        error = -errno;
    if (wake_fd >= 0 && close(wake_fd) != 0 && error == 0)
        error = -errno;
    return error;
}
