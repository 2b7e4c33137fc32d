/* Any name, geometry, filter and fanout: an error or a ring, and nothing left open. Whole rings need CAP_NET_RAW. */
#include "fuzz.h"
#include "ring.h"

#include <dirent.h>
#include <errno.h>

enum { LARGEST = 1 << 20 };

static int open_files(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL)
        return -1;
    while (readdir(directory) != NULL)
        count++;
    (void)closedir(directory);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    int loopback = take(&in, 1) % 4 != 0;
    uint32_t block_size = (uint32_t)take(&in, 4), count = (uint32_t)take(&in, 4);
    if (take(&in, 1) % 2 != 0) {
        block_size = 1u << (10 + block_size % 11);
        count %= 16;
    }
    /* The kernel is asked for little memory only, and one is promiscuous on nothing but loopback. */
    if (block_size > LARGEST && block_size < 0x80000000u)
        block_size %= LARGEST;
    if (block_size <= LARGEST && (uint64_t)block_size * count > LARGEST)
        count = LARGEST / block_size;
    char name[32] = "lo";
    if (!loopback)
        for (size_t i = 0; i < sizeof name - 1; i++)
            name[i] = (char)take(&in, 1);
    struct rw_ring_options options = {
        .block_size = block_size,
        .block_count = count,
        .timeout_ms = (uint32_t)take(&in, 2),
        .promiscuous = loopback,
        .ignore_outgoing = (int)take(&in, 1) & 1,
        .rx_hash = (int)take(&in, 1) & 1,
        .busy_poll_us = (uint32_t)take(&in, 2),
        .join_fanout = (int)take(&in, 1) & 1,
        .fanout = (uint32_t)take(&in, 4),
    };
    uint64_t filter[8];
    options.filter_length = (uint32_t)(take(&in, 1) % 9);
    for (uint32_t i = 0; i < options.filter_length; i++)
        filter[i] = take(&in, 8);
    options.filter = options.filter_length > 0 ? filter : NULL;

    struct rw_ring ring;
    int before = open_files();
    int error = rw_ring_open(name, &options, &ring);
    CHECK(error <= 0 && error > -4096, "result %d", error);
    if (error == 0) {
        CHECK(ring.fd >= 0 && ring.wake_fd >= 0 && ring.map != NULL, "an open ring lacks something");
        struct rw_ring_wait wait = {.fd = ring.fd, .wake_fd = ring.wake_fd};
        CHECK(rw_ring_poll(&wait, 1, 0) == 0, "poll");
        CHECK(rw_ring_close(ring.fd, ring.wake_fd) == 0, "close");
        CHECK(rw_ring_unmap(ring.map, (size_t)block_size * count) == 0, "unmap");
    } else {
        CHECK(ring.fd == -1 && ring.wake_fd == -1 && ring.map == NULL, "a failed ring holds something");
    }
    int after = open_files();
    CHECK(before == after, "%d files open before, %d after, result %d", before, after, error);
    return 0;
}
