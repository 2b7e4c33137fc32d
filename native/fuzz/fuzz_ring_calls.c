/* Every call on a ring, in any order, with descriptors that are good, closed or of another kind. */
#define _GNU_SOURCE

#include "fuzz.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 8, PAGE = 4096, CALLS = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    /* One for all inputs, because the kernel takes long to close it; without CAP_NET_RAW one more bad descriptor. */
    static int packets = INT_MIN;
    if (packets == INT_MIN)
        packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int pipes[2], closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(closed >= 0 && pipe2(pipes, O_CLOEXEC | O_NONBLOCK) == 0 && close(closed) == 0, "%s", strerror(errno));
    int fds[] = {
        eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        pipes[0],
        pipes[1],
        socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
        packets,
        INT_MAX,
        -1,
        INT_MIN,
    };
    enum { FDS = sizeof fds / sizeof *fds };
    uint8_t *map = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(map != MAP_FAILED, "%s", strerror(errno));

    for (int calls = 0; calls < CALLS && in.left > 0; calls++) {
        int fd = fds[take(&in, 1) % FDS], other = fds[take(&in, 1) % FDS], result;
        uint32_t counts[3] = {0, 0, 0};
        size_t from = take(&in, 1) % PAGES, length = take(&in, 2) % ((PAGES - from) * PAGE + 1);
        switch (take(&in, 1) % 4) {
        case 0: {
            struct rw_ring_wait waits[] = {{.fd = fd, .wake_fd = other}, {.fd = other, .wake_fd = fd}};
            int64_t timeout = (int64_t)(take(&in, 1) % 2 ? take(&in, 2) % 1000 : 0 - take(&in, 8) % 2);
            result = rw_ring_poll(waits, (int)take(&in, 1) % 4 - 1, timeout);
            CHECK(result <= 0 && result > -4096, "poll: %d", result);
            break;
        }
        case 1:
            /* A write to a pipe whose reader lives: no SIGPIPE. */
            result = rw_ring_wake(fd);
            CHECK(result <= 0 && result > -4096, "wake: %d", result);
            break;
        case 2:
            result = rw_ring_statistics(fd, take(&in, 1) % 8 ? counts : NULL);
            CHECK(result <= 0 && result > -4096, "statistics: %d", result);
            break;
        default:
            map[from * PAGE] = 1;
            result = rw_ring_replace(map + from * PAGE, length);
            CHECK(length == 0 ? result == -EINVAL : result == 0, "replace %zu: %d", length, result);
            CHECK(length == 0 || map[from * PAGE] == 0, "old bytes");
        }
    }

    CHECK(rw_ring_unmap(map, (size_t)PAGES * PAGE) == 0, "unmap");
    CHECK(rw_ring_close(fds[0], fds[3]) == 0 && rw_ring_close(fds[1], fds[2]) == 0, "close");
    CHECK(rw_ring_close(INT_MAX, fds[0]) == -EBADF, "closed twice");
    return 0;
}
