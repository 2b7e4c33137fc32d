#define _GNU_SOURCE

#include "batch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* More in one sendmmsg gains nothing, and its arrays stay small enough for any stack. */
enum { CHUNK = 64, VIRTIO_LENGTH = RW_BATCH_FRAME - RW_BATCH_VIRTIO, INT32_SIZE = 4 };

static size_t next_record(size_t frame_end)
{
    return (frame_end + 7) & ~(size_t)7;
}

/* Points at the bytes of the record at `offset`; returns where the next one starts, or 0 if it does not fit. */
static size_t locate(const unsigned char *memory, size_t size, size_t offset, int virtio, struct iovec *bytes)
{
    int32_t length;
    if (offset > size || size - offset < RW_BATCH_FRAME)
        return 0;
    memcpy(&length, memory + offset + RW_BATCH_LENGTH, INT32_SIZE);
    if (length < 0 || (size_t)length > size - offset - RW_BATCH_FRAME)
        return 0;
    size_t start = offset + (virtio ? RW_BATCH_VIRTIO : RW_BATCH_FRAME);
    bytes->iov_base = (void *)(uintptr_t)(memory + start);
    bytes->iov_len = (size_t)length + (virtio ? VIRTIO_LENGTH : 0);
    return next_record(offset + RW_BATCH_FRAME + (size_t)length);
}

int rw_batch_send(int fd, const void *memory, size_t size, size_t offset, uint32_t count, int virtio)
{
    struct mmsghdr messages[CHUNK];
    struct iovec bytes[CHUNK];
    uint32_t sent = 0;

    if (fd < 0 || memory == NULL || count == 0 || count > INT32_MAX)
        return -EINVAL;
    memset(messages, 0, sizeof messages);
    for (unsigned i = 0; i < CHUNK; i++) {
        messages[i].msg_hdr.msg_iov = &bytes[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    while (sent < count) {
        unsigned ready = 0;
        while (ready < CHUNK && ready < count - sent) {
            offset = locate(memory, size, offset, virtio, &bytes[ready]);
            if (offset == 0)
                return -EINVAL;
            ready++;
        }
        int done = sendmmsg(fd, messages, ready, MSG_DONTWAIT);
        if (done < 0)
            return sent > 0 ? (int)sent : -errno;
        sent += (unsigned)done;
        if ((unsigned)done < ready)
            break;
    }
    return (int)sent;
}

int rw_batch_write(int fd, const void *memory, size_t size, size_t offset, uint32_t count, int virtio)
{
    if (fd < 0 || memory == NULL || count == 0 || count > INT32_MAX)
        return -EINVAL;
    for (uint32_t sent = 0; sent < count; sent++) {
        struct iovec bytes;
        offset = locate(memory, size, offset, virtio, &bytes);
        if (offset == 0)
            return -EINVAL;
        ssize_t done = write(fd, bytes.iov_base, bytes.iov_len);
        if (done < 0)
            return sent > 0 ? (int)sent : -errno;
    }
    return (int)count;
}

static int64_t now(void)
{
    struct timespec time;
    return clock_gettime(CLOCK_REALTIME, &time) == 0 ? (int64_t)time.tv_sec * 1000000000 + time.tv_nsec : 0;
}

int rw_batch_read(int fd, void *memory, size_t size, uint32_t count, uint32_t longest, int virtio)
{
    unsigned char *at = memory;
    size_t ahead = virtio ? VIRTIO_LENGTH : 0, room = RW_BATCH_FRAME + (size_t)longest;
    uint32_t taken = 0;

    if (fd < 0 || memory == NULL || count == 0 || count > INT32_MAX || longest == 0 || longest > INT32_MAX || room > size)
        return -EINVAL;
    size_t offset = 0;
    while (taken < count && offset <= size - room) {
        unsigned char *record = at + offset;
        memset(record, 0, RW_BATCH_FRAME);
        ssize_t done = read(fd, record + RW_BATCH_FRAME - ahead, longest + ahead);
        if (done < 0 || (size_t)done <= ahead) {
            int error = done < 0 ? errno : EIO;
            return taken > 0 ? (int)taken : -error;
        }
        int64_t time = now();
        int32_t length = (int32_t)((size_t)done - ahead);
        memcpy(record + RW_BATCH_TIME, &time, sizeof time);
        memcpy(record + RW_BATCH_LENGTH, &length, INT32_SIZE);
        offset = next_record(offset + RW_BATCH_FRAME + (size_t)length);
        taken++;
    }
    return (int)taken;
}

int rw_wait(int fd, int for_writing, int wake_fd, int64_t timeout_ns)
{
    if (fd < 0 || timeout_ns < 0)
        return -EINVAL;
    /* poll(2) passes over a negative descriptor. */
    struct pollfd polled[2] = {
        {.fd = fd, .events = for_writing ? POLLOUT : POLLIN},
        {.fd = wake_fd, .events = POLLIN},
    };
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000), .tv_nsec = (long)(timeout_ns % 1000000000)};
    int count = ppoll(polled, 2, &timeout, NULL);
    if (count < 0)
        return errno == EINTR ? 0 : -errno;
    if ((polled[0].revents | polled[1].revents) & POLLNVAL)
        return -EBADF;
    int seen = polled[0].revents != 0 ? RW_WAIT_READY : 0;
    if (polled[1].revents != 0) {
        uint64_t times;
        /* Another waiter may have been faster. */
        (void)!read(wake_fd, &times, sizeof times);
        seen |= RW_WAIT_WOKEN;
    }
    return seen;
}
