#define _GNU_SOURCE

#include "batch.h"
#include "check.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 4096 };

static _Alignas(8) unsigned char memory[SIZE];

static size_t put(size_t at, const char *text)
{
    int32_t length = (int32_t)strlen(text);
    memset(memory + at, 0, RW_BATCH_FRAME);
    memcpy(memory + at + RW_BATCH_LENGTH, &length, sizeof length);
    memcpy(memory + at + RW_BATCH_FRAME, text, (size_t)length);
    return (at + RW_BATCH_FRAME + (size_t)length + 7) & ~(size_t)7;
}

static void bad_arguments(void)
{
    CHECK(rw_batch_send(-1, memory, SIZE, 0, 1, 0) == -EINVAL, "no descriptor");
    CHECK(rw_batch_send(0, NULL, SIZE, 0, 1, 0) == -EINVAL, "no memory");
    CHECK(rw_batch_send(0, memory, SIZE, 0, 0, 0) == -EINVAL, "no frames");
    CHECK(rw_batch_send(0, memory, SIZE, 0, 0xffffffffu, 0) == -EINVAL, "too many frames");
    CHECK(rw_batch_send(0, memory, SIZE, SIZE + 1, 1, 0) == -EINVAL, "start behind the end");
    CHECK(rw_batch_write(0, memory, RW_BATCH_FRAME - 1, 0, 1, 0) == -EINVAL, "no room for a record");
    CHECK(rw_batch_read(0, memory, SIZE, 1, SIZE, 0) == -EINVAL, "no room for the longest");
    CHECK(rw_batch_read(0, memory, SIZE, 1, 0, 0) == -EINVAL, "no frame is so short");
    CHECK(rw_batch_read(0, memory, SIZE, 0, 100, 0) == -EINVAL, "no frames");
    CHECK(rw_wait(-1, 0, -1, 0) == -EINVAL, "no descriptor");
    CHECK(rw_wait(0, 0, -1, -1) == -EINVAL, "no end of waiting");
    CHECK(rw_wait(9999, 0, -1, 0) == -EBADF, "closed descriptor");
}

/* Each length that leaves the memory is found out before anything is sent. */
static void damaged_lengths(void)
{
    const int32_t lengths[] = {-1, INT32_MIN, INT32_MAX, SIZE, SIZE - RW_BATCH_FRAME + 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memcpy(memory + RW_BATCH_LENGTH, &lengths[i], sizeof lengths[i]);
        CHECK(rw_batch_send(1000, memory, SIZE, 0, 1, 0) == -EINVAL, "length %d", (int)lengths[i]);
        CHECK(rw_batch_write(1000, memory, SIZE, 0, 1, 1) == -EINVAL, "length %d", (int)lengths[i]);
    }
    (void)put(0, "just one");
    CHECK(rw_batch_send(1000, memory, 32, 0, 2, 0) == -EINVAL, "the second is outside");
}

/* A datagram socket keeps frames apart as packet sockets and TAP do. */
static void carries(int by_write, int virtio)
{
    int pair[2];
    char text[16];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0, "%s", strerror(errno));
    size_t at = 0, second = 0;
    /* Fewer than the usual longest queue of such a socket, which is 10; the first goes alone. */
    for (int i = 0; i < 9; i++) {
        snprintf(text, sizeof text, "frame %.*s", i, "abcdefghi");
        at = put(at, text);
        if (i == 0)
            second = at;
    }
    int (*send)(int, const void *, size_t, size_t, uint32_t, int) = by_write ? rw_batch_write : rw_batch_send;
    CHECK(send(pair[0], memory, SIZE, 0, 1, virtio) == 1, "the first");
    CHECK(send(pair[0], memory, SIZE, second, 8, virtio) == 8, "the others");

    CHECK(rw_wait(pair[1], 0, -1, 0) == RW_WAIT_READY, "readable");
    CHECK(rw_batch_read(pair[1], memory, SIZE, 4, 100, virtio) == 4, "a part");
    CHECK(rw_batch_read(pair[1], memory, SIZE, 100, 100, virtio) == 5, "the rest");
    at = 0;
    for (int i = 4; i < 9; i++) {
        int32_t length;
        int64_t time;
        memcpy(&length, memory + at + RW_BATCH_LENGTH, sizeof length);
        memcpy(&time, memory + at + RW_BATCH_TIME, sizeof time);
        CHECK(length == 6 + i && memcmp(memory + at + RW_BATCH_FRAME, "frame abcdefghi", (size_t)length) == 0,
              "frame %d has %d bytes", i, (int)length);
        CHECK(time > 1000000000000000000, "time");
        at = (at + RW_BATCH_FRAME + (size_t)length + 7) & ~(size_t)7;
    }
    CHECK(rw_batch_read(pair[1], memory, SIZE, 4, 100, virtio) == -EAGAIN, "nothing left");
    CHECK(rw_wait(pair[1], 0, -1, 0) == 0, "nothing left");
    CHECK(rw_wait(pair[0], 1, -1, 0) == RW_WAIT_READY, "writable");
    close(pair[0]);
    close(pair[1]);
}

/* More than one chunk, into a queue that fills up: every frame is sent or told not to be. */
static void sends_in_part(void)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) == 0, "%s", strerror(errno));
    size_t at = 0;
    uint32_t count = 0;
    while (at + RW_BATCH_FRAME + 8 <= SIZE) {
        at = put(at, "x");
        count++;
    }
    CHECK(count > 100, "%u frames", (unsigned)count);
    uint32_t sent = 0, seen = 0;
    while (sent < count) {
        int done = rw_batch_send(pair[0], memory, SIZE, sent * 32, count - sent, 0);
        CHECK(done > 0 || done == -EAGAIN, "%d", done);
        if (done > 0)
            sent += (uint32_t)done;
        char byte;
        while (recv(pair[1], &byte, 1, 0) == 1)
            seen++;
    }
    CHECK(seen == count, "%u of %u", (unsigned)seen, (unsigned)count);
    close(pair[0]);
    close(pair[1]);
}

static void wakes(void)
{
    int silent = eventfd(0, EFD_CLOEXEC), wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint64_t one = 1;
    CHECK(silent >= 0 && wake >= 0, "eventfd: %s", strerror(errno));
    CHECK(write(wake, &one, sizeof one) == (ssize_t)sizeof one, "write");
    CHECK(rw_wait(silent, 0, wake, 10000000000) == RW_WAIT_WOKEN, "woken");
    CHECK(rw_wait(silent, 0, wake, 0) == 0, "once");
    close(silent);
    close(wake);
}

int main(void)
{
    bad_arguments();
    damaged_lengths();
    carries(0, 0);
    carries(0, 1);
    carries(1, 0);
    carries(1, 1);
    sends_in_part();
    wakes();
    return 0;
}
