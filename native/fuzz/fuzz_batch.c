/* Any bytes as a batch of frames: what is sent lies within it, and what is read comes to lie within it. */
#define _GNU_SOURCE

#include "batch.h"
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VIRTIO_LENGTH = RW_BATCH_FRAME - RW_BATCH_VIRTIO, FRAMES = 40, LONGEST = 4096 };

/* Where the frames are that a walk by the words of batch.h finds, up to the first that is not within the memory. */
static uint32_t walk(const uint8_t *memory, size_t size, size_t offset, uint32_t count, size_t *offsets, size_t *lengths)
{
    uint32_t found = 0;
    for (; found < count && offset + RW_BATCH_FRAME <= size; found++) {
        int32_t length;
        memcpy(&length, memory + offset + RW_BATCH_LENGTH, sizeof length);
        if (length < 0 || offset + RW_BATCH_FRAME + (size_t)length > size)
            break;
        offsets[found] = offset;
        lengths[found] = (size_t)length;
        offset = (offset + RW_BATCH_FRAME + (size_t)length + 7) / 8 * 8;
    }
    return found;
}

static void sends(int pair[2], struct input *in)
{
    static uint8_t received[LONGEST + VIRTIO_LENGTH];
    size_t offsets[FRAMES], lengths[FRAMES];
    int by_write = (int)take(in, 1) & 1, virtio = (int)take(in, 1) & 1;
    uint32_t count = (uint32_t)take(in, 1) % FRAMES;
    size_t offset = take(in, 1) % 16 ? take(in, 1) % 64 / 8 * 8 : take(in, 8);
    int sensible = (int)take(in, 1) & 1;
    size_t size = in->left;
    uint8_t *memory = malloc(size > 0 ? size : 1);
    CHECK(memory != NULL, "out of memory");
    memcpy(memory, in->at, size);
    /* Lengths that are mostly good. */
    if (sensible)
        for (size_t i = 0; i + RW_BATCH_LENGTH + 4 <= size; i += 8)
            memset(memory + i + RW_BATCH_LENGTH + 1, 0, 3);

    uint32_t good = offset > size ? 0 : walk(memory, size, offset, count, offsets, lengths);
    int result = (by_write ? rw_batch_write : rw_batch_send)(pair[0], memory, size, offset, count, virtio);
    uint32_t sent = result > 0 ? (uint32_t)result : 0;
    if (count == 0 || good == 0 || (good < count && !by_write))
        CHECK(result == -EINVAL, "%d, with %u of %u good", result, (unsigned)good, (unsigned)count);
    else if (result == -EINVAL)
        CHECK(good < count, "refused %u good ones", (unsigned)count);
    else
        CHECK(result > 0 && sent <= good, "%d, with %u of %u good", result, (unsigned)good, (unsigned)count);

    uint32_t seen = 0;
    size_t ahead = virtio ? VIRTIO_LENGTH : 0;
    for (ssize_t got; (got = recv(pair[1], received, sizeof received, 0)) >= 0; seen++) {
        CHECK(seen < good && (size_t)got == lengths[seen] + ahead, "frame %u has %zd bytes", (unsigned)seen, got);
        CHECK(memcmp(received, memory + offsets[seen] + RW_BATCH_FRAME - ahead, (size_t)got) == 0, "frame %u",
              (unsigned)seen);
    }
    CHECK(result < 0 || seen == sent, "%u of %u came", (unsigned)seen, (unsigned)sent);
    CHECK(by_write || result > 0 || seen == 0, "%u came of none", (unsigned)seen);
    free(memory);
}

static void reads(int pair[2], struct input *in)
{
    size_t lengths[FRAMES];
    const uint8_t *bytes[FRAMES];
    int virtio = (int)take(in, 1) & 1;
    size_t size = take(in, 2) % LONGEST;
    uint32_t count = (uint32_t)take(in, 1) % FRAMES;
    uint32_t longest = take(in, 1) % 16 ? (uint32_t)take(in, 1) : (uint32_t)take(in, 4);
    size_t ahead = virtio ? VIRTIO_LENGTH : 0;
    uint32_t queued = 0;
    while (queued < FRAMES && in->left > 0) {
        size_t length = take(in, 1);
        bytes[queued] = in->at;
        lengths[queued] = length < in->left ? length : in->left;
        if (send(pair[0], in->at, lengths[queued], 0) < 0)
            break;
        in->at += lengths[queued];
        in->left -= lengths[queued++];
    }
    uint8_t *memory = malloc(size > 0 ? size : 1);
    CHECK(memory != NULL, "out of memory");

    int result = rw_batch_read(pair[1], memory, size, count, longest, virtio);
    CHECK(result != 0 && result <= (int)count && result <= (int)queued && result > -4096, "result %d", result);
    if (count == 0 || longest == 0 || longest > INT32_MAX || RW_BATCH_FRAME + (size_t)longest > size)
        CHECK(result == -EINVAL, "result %d", result);
    else if (queued == 0)
        CHECK(result == -EAGAIN, "result %d", result);
    else
        CHECK(lengths[0] <= ahead ? result == -EIO : result > 0, "result %d", result);
    size_t offsets[FRAMES], found[FRAMES];
    if (result > 0)
        CHECK(walk(memory, size, 0, (uint32_t)result, offsets, found) == (uint32_t)result, "%d frames", result);
    for (int i = 0; i < result; i++) {
        size_t wanted = lengths[i] - ahead < longest ? lengths[i] - ahead : longest;
        CHECK(found[i] == wanted, "frame %d has %zu bytes, not %zu", i, found[i], wanted);
        CHECK(memcmp(memory + offsets[i] + RW_BATCH_FRAME - ahead, bytes[i], wanted + ahead) == 0, "frame %d", i);
    }
    free(memory);
}

static void waits(int pair[2], struct input *in)
{
    int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(closed >= 0 && close(closed) == 0, "%s", strerror(errno));
    int wake = eventfd((unsigned)take(in, 1) & 1, EFD_CLOEXEC | EFD_NONBLOCK);
    int fds[] = {wake, pair[0], closed, INT_MAX, -1, INT_MIN};
    enum { FDS = sizeof fds / sizeof *fds };
    int fd = fds[take(in, 1) % FDS], other = fds[take(in, 1) % FDS];
    int64_t timeout = take(in, 1) % 4 ? (int64_t)take(in, 2) : 0 - (int64_t)(take(in, 8) >> 1);
    int result = rw_wait(fd, (int)take(in, 1) & 1, other, timeout);
    CHECK(result <= (RW_WAIT_READY | RW_WAIT_WOKEN) && result > -4096, "wait: %d", result);
    CHECK((fd >= 0 && timeout >= 0) || result == -EINVAL, "wait: %d", result);
    CHECK(close(wake) == 0, "close");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0, "%s", strerror(errno));
    unsigned what = (unsigned)take(&in, 1) % 8;
    if (what == 0)
        waits(pair, &in);
    else if (what < 5)
        sends(pair, &in);
    else
        reads(pair, &in);
    (void)close(pair[0]);
    (void)close(pair[1]);
    return 0;
}
