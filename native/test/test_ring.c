#define _GNU_SOURCE

#include "check.h"
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, COUNT = 4 };

static struct rw_ring_options usual(void)
{
    return (struct rw_ring_options){.block_size = BLOCK, .block_count = COUNT, .timeout_ms = 10, .promiscuous = 1};
}

static void refuses(const char *name, const struct rw_ring_options *options)
{
    struct rw_ring ring;
    int error = rw_ring_open(name, options, &ring);
    CHECK(error == -EINVAL && ring.step == RW_RING_ARGUMENTS, "%s: %d", name == NULL ? "NULL" : name, error);
    CHECK(ring.fd == -1 && ring.wake_fd == -1 && ring.map == NULL, "something is left open");
}

#define REFUSES(field, value)                      \
    do {                                           \
        struct rw_ring_options options = usual();  \
        options.field = (value);                   \
        refuses("lo", &options);                   \
    } while (0)

static int poll_one(int fd, int wake, int64_t timeout)
{
    struct rw_ring_wait wait = {fd, wake, 0};
    int error = rw_ring_poll(&wait, 1, timeout);
    return error != 0 ? error : wait.result;
}

static void bad_arguments(void)
{
    struct rw_ring_options good = usual();
    uint64_t program = 0;
    refuses(NULL, &good);
    refuses("", &good);
    refuses("sixteen_letters_", &good);
    refuses("lo", NULL);
    REFUSES(block_size, 0);
    REFUSES(block_size, 0x80000000u);
    REFUSES(block_count, 0);
    REFUSES(block_count, 0xffffffffu);
    REFUSES(timeout_ms, 0);
    REFUSES(busy_poll_us, 0x80000000u);
    good.filter = &program;
    refuses("lo", &good);
    good.filter_length = RW_RING_LONGEST_FILTER + 1;
    refuses("lo", &good);
    CHECK(rw_ring_open("lo", &good, NULL) == -EINVAL, "no result");
    CHECK(rw_ring_poll(NULL, 1, 0) == -EINVAL, "no rings");
    CHECK(rw_ring_poll(&(struct rw_ring_wait){0, 0, 0}, 0, 0) == -EINVAL, "no rings");
    CHECK(rw_ring_poll(&(struct rw_ring_wait){0, 0, 0}, RW_RING_MOST + 1, 0) == -EINVAL, "too many rings");
    CHECK(poll_one(0, 1, -1) == -EINVAL, "no end of waiting");
    CHECK(poll_one(9999, 9998, 0) == -EBADF, "closed descriptors");
    CHECK(rw_ring_wake(-1) == -EINVAL, "no descriptor");
    CHECK(rw_ring_rebind(-1, "lo", 0) == -EINVAL, "no descriptor");
    CHECK(rw_ring_rebind(0, NULL, 0) == -EINVAL, "no name");
    CHECK(rw_ring_statistics(-1, NULL) == -EINVAL, "no descriptor");
    CHECK(rw_ring_replace(NULL, BLOCK) == -EINVAL, "no mapping");
    CHECK(rw_ring_unmap(NULL, BLOCK) == -EINVAL, "no mapping");
    CHECK(rw_ring_close(-1, -1) == 0, "nothing to close");
}

static void wakes(void)
{
    int silent = eventfd(0, EFD_CLOEXEC), wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(silent >= 0 && wake >= 0, "eventfd: %s", strerror(errno));
    CHECK(poll_one(silent, wake, 0) == 0, "nothing happened");
    CHECK(rw_ring_wake(wake) == 0 && rw_ring_wake(wake) == 0, "wake");
    CHECK(poll_one(silent, wake, 0) == RW_RING_WOKEN, "woken");
    CHECK(poll_one(silent, wake, 10000000000) == RW_RING_WOKEN, "a call that does not wait uses no wake-up up");
    CHECK(poll_one(silent, wake, 1000000) == 0, "one that may wait does");
    CHECK(rw_ring_close(silent, wake) == 0, "close");
}

static void an_error_keeps_the_wake_up(void)
{
    int pair[2], wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(wake >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "open: %s", strerror(errno));
    /* What is unread where one end closes is an error at the other. */
    CHECK(write(pair[0], "x", 1) == 1 && close(pair[1]) == 0, "%s", strerror(errno));
    CHECK(rw_ring_wake(wake) == 0, "wake");
    CHECK(poll_one(pair[0], wake, 1000000) == -ECONNRESET, "the error");
    CHECK((poll_one(pair[0], wake, 1000000) & RW_RING_WOKEN) != 0, "the wake-up is lost");
    CHECK(rw_ring_close(pair[0], wake) == 0, "close");
}

static void waits_for_many(void)
{
    struct rw_ring_wait waits[RW_RING_MOST];
    for (int i = 0; i < RW_RING_MOST; i++) {
        waits[i].fd = eventfd(i == 7, EFD_CLOEXEC | EFD_NONBLOCK);
        waits[i].wake_fd = eventfd(i == 200, EFD_CLOEXEC | EFD_NONBLOCK);
        CHECK(waits[i].fd >= 0 && waits[i].wake_fd >= 0, "eventfd: %s", strerror(errno));
    }
    CHECK(rw_ring_poll(waits, RW_RING_MOST, 10000000000) == 0, "poll");
    for (int i = 0; i < RW_RING_MOST; i++) {
        int expected = i == 7 ? RW_RING_READY : i == 200 ? RW_RING_WOKEN : 0;
        CHECK(waits[i].result == expected, "ring %d: %d", i, waits[i].result);
        CHECK(rw_ring_close(waits[i].fd, waits[i].wake_fd) == 0, "close");
    }
}

static void replaces(void)
{
    unsigned char *map = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(map != MAP_FAILED, "mmap: %s", strerror(errno));
    memset(map, 7, BLOCK);
    CHECK(rw_ring_replace(map, BLOCK) == 0, "replace");
    CHECK(map[0] == 0 && map[BLOCK - 1] == 0, "old bytes");
    map[5] = 1;
    CHECK(rw_ring_unmap(map, BLOCK) == 0, "unmap");
}

static int may_open(struct rw_ring_options *options, struct rw_ring *ring)
{
    int error = rw_ring_open("lo", options, ring);
    /* ENOPROTOOPT: an emulator that does not know packet sockets. */
    if (error == -EPERM || error == -EAFNOSUPPORT || error == -ENOPROTOOPT
        || (error == -ENETDOWN && ring->step == RW_RING_BIND)) {
        printf("skipped on lo: %s\n", strerror(-error));
        return 0;
    }
    CHECK(error == 0, "open: %s in step %d", strerror(-error), (int)ring->step);
    return 1;
}

static void shut(struct rw_ring *ring)
{
    CHECK(rw_ring_replace(ring->map, (size_t)BLOCK * COUNT) == 0, "replace");
    CHECK(rw_ring_close(ring->fd, ring->wake_fd) == 0, "close");
    CHECK(rw_ring_unmap(ring->map, (size_t)BLOCK * COUNT) == 0, "unmap");
}

static void fails_in(const char *name, struct rw_ring_options *options, int expected, enum rw_ring_step step)
{
    struct rw_ring ring;
    int error = rw_ring_open(name, options, &ring);
    CHECK(error == expected && ring.step == step, "%d in step %d", error, (int)ring.step);
}

static void on_loopback(void)
{
    struct rw_ring ring, other;
    uint32_t counts[3] = {7, 7, 7};
    struct rw_ring_options options = usual();
    if (!may_open(&options, &ring))
        return;
    CHECK(ring.ifindex > 0 && ring.hatype == 772, "index %d type %d", ring.ifindex, ring.hatype);
    CHECK(poll_one(ring.fd, ring.wake_fd, 0) >= 0, "poll");
    CHECK(rw_ring_rebind(ring.fd, "lo", 1) == ring.ifindex, "rebind");
    CHECK(rw_ring_rebind(ring.fd, "no_such_if", 1) == -ENODEV, "rebind to nothing");
    CHECK(rw_ring_statistics(ring.fd, counts) == 0 && counts[1] == 0, "statistics");
    shut(&ring);

    fails_in("no_such_if", &options, -ENODEV, RW_RING_INTERFACE);
    options.block_size = BLOCK + 8;
    fails_in("lo", &options, -EINVAL, RW_RING_GEOMETRY);

    options = usual();
    const uint64_t accept = (uint64_t)6 << 48 | 100, nonsense = UINT64_MAX;
    options.filter = &nonsense;
    options.filter_length = 1;
    fails_in("lo", &options, -EINVAL, RW_RING_FILTER);
    options.filter = &accept;
    options.rx_hash = 1;
    options.join_fanout = 1;
    options.fanout = 0x2000u << 16;
    if (may_open(&options, &ring)) {
        options.fanout = ring.fanout_group;
        if (may_open(&options, &other)) {
            CHECK(other.fanout_group == ring.fanout_group, "%u and %u", ring.fanout_group, other.fanout_group);
            shut(&other);
        }
        options.fanout |= 1u << 16;
        fails_in("lo", &options, -EINVAL, RW_RING_FANOUT);
        shut(&ring);
    }
}

int main(void)
{
    bad_arguments();
    wakes();
    an_error_keeps_the_wake_up();
    waits_for_many();
    replaces();
    on_loopback();
    return 0;
}
