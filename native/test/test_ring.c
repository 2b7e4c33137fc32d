#define _GNU_SOURCE

#include "check.h"
#include "ring.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = 1 << 16, COUNT = 4 };

static void refuses(const char *name, uint32_t size, uint32_t count, uint32_t timeout)
{
    struct rw_ring ring;
    int error = rw_ring_open(name, size, count, timeout, 0, &ring);
    CHECK(error == -EINVAL && ring.step == RW_RING_ARGUMENTS, "%s %u x %u: %d", name == NULL ? "NULL" : name,
          (unsigned)count, (unsigned)size, error);
    CHECK(ring.fd == -1 && ring.wake_fd == -1 && ring.map == NULL, "something is left open");
}

static void bad_arguments(void)
{
    refuses(NULL, BLOCK, COUNT, 10);
    refuses("", BLOCK, COUNT, 10);
    refuses("sixteen_letters_", BLOCK, COUNT, 10);
    refuses("lo", 0, COUNT, 10);
    refuses("lo", 0x80000000u, COUNT, 10);
    refuses("lo", BLOCK, 0, 10);
    refuses("lo", BLOCK, 0xffffffffu, 10);
    refuses("lo", BLOCK, COUNT, 0);
    CHECK(rw_ring_open("lo", BLOCK, COUNT, 10, 0, NULL) == -EINVAL, "no result");
    CHECK(rw_ring_poll(-1, -1, 0) == -EINVAL, "no descriptors");
    CHECK(rw_ring_poll(0, 1, -1) == -EINVAL, "no end of waiting");
    CHECK(rw_ring_poll(9999, 9998, 0) == -EBADF, "closed descriptors");
    CHECK(rw_ring_wake(-1) == -EINVAL, "no descriptor");
    CHECK(rw_ring_statistics(-1, NULL) == -EINVAL, "no descriptor");
    CHECK(rw_ring_replace(NULL, BLOCK) == -EINVAL, "no mapping");
    CHECK(rw_ring_unmap(NULL, BLOCK) == -EINVAL, "no mapping");
    CHECK(rw_ring_close(-1, -1) == 0, "nothing to close");
}

static void wakes(void)
{
    int silent = eventfd(0, EFD_CLOEXEC), wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(silent >= 0 && wake >= 0, "eventfd: %s", strerror(errno));
    CHECK(rw_ring_poll(silent, wake, 0) == 0, "nothing happened");
    CHECK(rw_ring_wake(wake) == 0, "wake");
    CHECK(rw_ring_poll(silent, wake, 10000000000) == RW_RING_WOKEN, "woken");
    CHECK(rw_ring_poll(silent, wake, 10000000000) == RW_RING_WOKEN, "stays woken");
    CHECK(rw_ring_close(silent, wake) == 0, "close");
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

static void on_loopback(void)
{
    struct rw_ring ring;
    uint32_t counts[3] = {7, 7, 7};
    int error = rw_ring_open("lo", BLOCK, COUNT, 10, 1, &ring);
    /* ENOPROTOOPT: an emulator that does not know packet sockets. */
    if (error == -EPERM || error == -EAFNOSUPPORT || error == -ENOPROTOOPT
        || (error == -ENETDOWN && ring.step == RW_RING_BIND)) {
        printf("skipped on lo: %s\n", strerror(-error));
        return;
    }
    CHECK(error == 0, "open: %s in step %d", strerror(-error), (int)ring.step);
    CHECK(ring.ifindex > 0 && ring.hatype == 772, "index %d type %d", ring.ifindex, ring.hatype);
    CHECK(rw_ring_poll(ring.fd, ring.wake_fd, 0) >= 0, "poll");
    CHECK(rw_ring_statistics(ring.fd, counts) == 0 && counts[1] == 0, "statistics");
    CHECK(rw_ring_replace(ring.map, (size_t)BLOCK * COUNT) == 0, "replace");
    CHECK(rw_ring_close(ring.fd, ring.wake_fd) == 0, "close");
    CHECK(rw_ring_unmap(ring.map, (size_t)BLOCK * COUNT) == 0, "unmap");

    error = rw_ring_open("no_such_if", BLOCK, COUNT, 10, 1, &ring);
    CHECK(error == -ENODEV && ring.step == RW_RING_INTERFACE, "%d in step %d", error, (int)ring.step);
    error = rw_ring_open("lo", BLOCK + 8, COUNT, 10, 1, &ring);
    CHECK(error == -EINVAL && ring.step == RW_RING_GEOMETRY, "%d in step %d", error, (int)ring.step);
}

int main(void)
{
    bad_arguments();
    wakes();
    replaces();
    on_loopback();
    return 0;
}
