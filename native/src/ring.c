#define _GNU_SOURCE

#include "ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
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

/* Newer than some of the headers this is built with. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif
#ifndef SO_BUSY_POLL
#define SO_BUSY_POLL 46
#endif

/* Only the divisor of tp_frame_nr: TPACKET_V3 lays frames out by their length. */
enum { NOMINAL_FRAME = 2048 };

static int set_option(int fd, int option, const void *value, socklen_t length)
{
    return setsockopt(fd, SOL_PACKET, option, value, length) == 0 ? 0 : -errno;
}

static int look_up(int fd, const char *name, int *ifindex, int *hatype)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(fd, SIOCGIFINDEX, &request) != 0)
        return -errno;
    *ifindex = request.ifr_ifindex;
    if (ioctl(fd, SIOCGIFHWADDR, &request) != 0)
        return -errno;
    *hatype = request.ifr_hwaddr.sa_family;
    return 0;
}

/* Switches the clock of the network card on, unless somebody did: it is one for all, and theirs may be finer. */
static int start_hardware_clock(int fd, const char *name)
{
    struct hwtstamp_config config;
    struct ifreq request;
    memset(&config, 0, sizeof config);
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, name, strlen(name));
    request.ifr_data = (void *)&config;
    if (ioctl(fd, SIOCGHWTSTAMP, &request) == 0 && config.rx_filter != HWTSTAMP_FILTER_NONE)
        return 0;
    config.flags = 0;
    config.rx_filter = HWTSTAMP_FILTER_ALL;
    return ioctl(fd, SIOCSHWTSTAMP, &request) == 0 ? 0 : -errno;
}

static int use_hardware_clock(int fd, const char *name)
{
    int error = start_hardware_clock(fd, name);
    int source = SOF_TIMESTAMPING_RAW_HARDWARE;
    return error != 0 ? error : set_option(fd, PACKET_TIMESTAMP, &source, sizeof source);
}

static int allocate(struct rw_ring *ring, const struct rw_ring_options *options)
{
    int version = TPACKET_V3, headroom = RW_RING_HEADROOM;
    int error = set_option(ring->fd, PACKET_VERSION, &version, sizeof version);
    if (error == 0)
        error = set_option(ring->fd, PACKET_RESERVE, &headroom, sizeof headroom);
    if (error != 0)
        return error;

    struct tpacket_req3 request;
    memset(&request, 0, sizeof request);
    request.tp_block_size = options->block_size;
    request.tp_block_nr = options->block_count;
    request.tp_frame_size = NOMINAL_FRAME;
    request.tp_frame_nr = options->block_size / NOMINAL_FRAME * options->block_count;
    request.tp_retire_blk_tov = options->timeout_ms;
    request.tp_feature_req_word = options->rx_hash ? TP_FT_REQ_FILL_RXHASH : 0;
    error = set_option(ring->fd, PACKET_RX_RING, &request, sizeof request);
    if (error != 0)
        return error;

    /* The pages are the kernel's: always present, so MAP_POPULATE and MAP_LOCKED would add nothing. */
    void *map = mmap(NULL, (size_t)options->block_size * options->block_count, PROT_READ | PROT_WRITE, MAP_SHARED,
                     ring->fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    ring->map = map;
    return 0;
}

static int attach(int fd, const uint64_t *instructions, uint32_t length)
{
    struct sock_filter filter[RW_RING_LONGEST_FILTER];
    for (uint32_t i = 0; i < length; i++) {
        filter[i].code = (uint16_t)(instructions[i] >> 48);
        filter[i].jt = (uint8_t)(instructions[i] >> 40);
        filter[i].jf = (uint8_t)(instructions[i] >> 32);
        filter[i].k = (uint32_t)instructions[i];
    }
    struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0 : -errno;
}

static int refuse_all(int fd)
{
    const uint64_t refuse = (uint64_t)(BPF_RET | BPF_K) << 48;
    return attach(fd, &refuse, 1);
}

static int attach_asked(int fd, const struct rw_ring_options *options)
{
    int unused = 0;
    if (options->filter != NULL)
        return attach(fd, options->filter, options->filter_length);
    return setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0 ? 0 : -errno;
}

static int join_promiscuous(int fd, int ifindex)
{
    struct packet_mreq request;
    memset(&request, 0, sizeof request);
    request.mr_ifindex = ifindex;
    request.mr_type = PACKET_MR_PROMISC;
    return set_option(fd, PACKET_ADD_MEMBERSHIP, &request, sizeof request);
}

static int socket_error(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return -errno;
    return -error;
}

static int bind_all(int fd, int ifindex)
{
    struct sockaddr_ll address;
    memset(&address, 0, sizeof address);
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = ifindex;
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0)
        return -errno;
    /* Binding to an interface that is down succeeds and says so here. */
    return socket_error(fd);
}

static int join_fanout(struct rw_ring *ring, const struct rw_ring_options *options)
{
    int joined = 0;
    socklen_t length = sizeof joined;
    int error = set_option(ring->fd, PACKET_FANOUT, &options->fanout, sizeof options->fanout);
    if (error != 0)
        return error;
    /* The kernel has chosen the number where it was asked for a group of its own. */
    if (getsockopt(ring->fd, SOL_PACKET, PACKET_FANOUT, &joined, &length) != 0)
        return -errno;
    ring->fanout_group = (uint32_t)joined & 0xffff;
    return 0;
}

static int prepare(struct rw_ring *ring, const char *name, const struct rw_ring_options *options)
{
    ring->step = RW_RING_OTHER;
    ring->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (ring->wake_fd < 0)
        return -errno;
    int error = 0;
    /* Each packet passes loopback out and in. Before Linux 4.20 this fails, and the reader skips one. */
    if (options->ignore_outgoing || ring->hatype == ARPHRD_LOOPBACK) {
        int ignore = 1;
        ring->ignores_outgoing = set_option(ring->fd, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore) == 0;
    }
    if (options->hardware_timestamps) {
        ring->step = RW_RING_TIMESTAMPS;
        error = use_hardware_clock(ring->fd, name);
    }
    if (error == 0 && options->busy_poll_us != 0) {
        ring->step = RW_RING_BUSY_POLL;
        int microseconds = (int)options->busy_poll_us;
        if (setsockopt(ring->fd, SOL_SOCKET, SO_BUSY_POLL, &microseconds, sizeof microseconds) != 0)
            error = -errno;
    }
    return error;
}

static int open_steps(struct rw_ring *ring, const char *name, const struct rw_ring_options *options)
{
    ring->step = RW_RING_SOCKET;
    /* Protocol 0 takes no packets in, so none of another interface arrives before bind. */
    ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (ring->fd < 0)
        return -errno;

    ring->step = RW_RING_INTERFACE;
    int error = look_up(ring->fd, name, &ring->ifindex, &ring->hatype);
    if (error == 0)
        error = prepare(ring, name, options);
    if (error != 0)
        return error;

    ring->step = RW_RING_GEOMETRY;
    error = allocate(ring, options);
    if (error != 0)
        return error;

    ring->step = RW_RING_FILTER;
    if (options->filter != NULL)
        error = attach(ring->fd, options->filter, options->filter_length);
    /* Only a bound socket may join; what it would see before belongs to the other members. */
    if (error == 0 && options->join_fanout)
        error = refuse_all(ring->fd);
    if (error != 0)
        return error;

    if (options->promiscuous) {
        ring->step = RW_RING_PROMISCUOUS;
        error = join_promiscuous(ring->fd, ring->ifindex);
        if (error != 0)
            return error;
    }

    ring->step = RW_RING_BIND;
    error = bind_all(ring->fd, ring->ifindex);
    if (error != 0 || !options->join_fanout)
        return error;

    ring->step = RW_RING_FANOUT;
    error = join_fanout(ring, options);
    return error != 0 ? error : attach_asked(ring->fd, options);
}

static int is_sane(const char *name, const struct rw_ring_options *o)
{
    if (name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ || o == NULL)
        return 0;
    if (o->block_size < NOMINAL_FRAME || o->block_size > INT_MAX || o->block_count == 0 || o->timeout_ms == 0
        || o->timeout_ms > INT_MAX || o->busy_poll_us > INT_MAX)
        return 0;
    if (o->filter != NULL && (o->filter_length == 0 || o->filter_length > RW_RING_LONGEST_FILTER))
        return 0;
    /* Counts of the kernel are 32-bit; a 32-bit process cannot map more than its address space. */
    return (uint64_t)(o->block_size / NOMINAL_FRAME) * o->block_count <= INT_MAX
           && (uint64_t)o->block_size * o->block_count <= PTRDIFF_MAX;
}

int rw_ring_open(const char *name, const struct rw_ring_options *options, struct rw_ring *ring)
{
    if (ring == NULL)
        return -EINVAL;
    memset(ring, 0, sizeof *ring);
    ring->fd = ring->wake_fd = -1;
    if (!is_sane(name, options))
        return -EINVAL;

    int error = open_steps(ring, name, options);
    if (error != 0) {
        if (ring->map != NULL)
            (void)munmap(ring->map, (size_t)options->block_size * options->block_count);
        (void)rw_ring_close(ring->fd, ring->wake_fd);
        ring->fd = ring->wake_fd = -1;
        ring->map = NULL;
    }
    return error;
}

int rw_ring_rebind(int fd, const char *name, int promiscuous)
{
    int ifindex = 0, hatype = 0;
    if (fd < 0 || name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ)
        return -EINVAL;
    int error = look_up(fd, name, &ifindex, &hatype);
    if (error == 0)
        error = bind_all(fd, ifindex);
    /* Memberships went with the interface that was deleted. */
    if (error == 0 && promiscuous)
        error = join_promiscuous(fd, ifindex);
    return error == 0 ? ifindex : error;
}

/* What happened to one ring of a wait. */
static int outcome(int fd, short socket_events, short wake_events)
{
    if ((socket_events | wake_events) & POLLNVAL)
        return -EBADF;
    if (socket_events & (POLLERR | POLLHUP)) {
        int error = socket_error(fd);
        if (error != 0)
            return error;
    }
    return (socket_events & POLLIN ? RW_RING_READY : 0) | (wake_events & POLLIN ? RW_RING_WOKEN : 0);
}

int rw_ring_poll(struct rw_ring_wait *waits, int count, int64_t timeout_ns)
{
    if (waits == NULL || count < 1 || count > RW_RING_MOST || timeout_ns < 0)
        return -EINVAL;
    struct pollfd polled[2 * RW_RING_MOST];
    for (int i = 0; i < count; i++) {
        polled[2 * i] = (struct pollfd){.fd = waits[i].fd, .events = POLLIN};
        polled[2 * i + 1] = (struct pollfd){.fd = waits[i].wake_fd, .events = POLLIN};
        waits[i].result = 0;
    }
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000), .tv_nsec = (long)(timeout_ns % 1000000000)};
    int ready = ppoll(polled, 2 * (nfds_t)count, &timeout, NULL);
    if (ready <= 0)
        return ready == 0 || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        waits[i].result = outcome(waits[i].fd, polled[2 * i].revents, polled[2 * i + 1].revents);
        uint64_t wakes;
        /* Beside an error the wake-up is not told of, so it stays for the next call. */
        if (timeout_ns > 0 && waits[i].result >= 0 && (polled[2 * i + 1].revents & POLLIN))
            (void)!read(waits[i].wake_fd, &wakes, sizeof wakes);
    }
    return 0;
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
