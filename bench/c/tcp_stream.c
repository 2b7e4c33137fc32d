/*
 * The kernel's TCP and UDP as a worker, for both ends of a connection:
 *   serve PORT                     source at PORT, sink at PORT+1, echo of TCP and UDP at PORT+2, close at PORT+3
 *   send HOST PORT MS              as fast as it can, then waits until the other end has read all
 *   receive HOST PORT MS           as fast as it can
 *   ping tcp|udp HOST PORT COUNT   round trips of one byte
 *   connect HOST PORT FROM COUNT MS fin|rst  opens and closes from COUNT addresses, the first of which is FROM
 *   open HOST PORT FROM COUNT      connections that stay open; "close" ends them
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "worker.h"

enum { BUFFER = 128 * 1024, FLYING = 64, ADDRESSES = 16, MOST_OPEN = 1 << 14 };

static struct sockaddr_in address_of(const char *host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        worker_fail("%s is no address", host);
    return address;
}

static uint64_t cpu_ns(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return ((uint64_t)u.ru_utime.tv_sec + (uint64_t)u.ru_stime.tv_sec) * 1000000000 +
           ((uint64_t)u.ru_utime.tv_usec + (uint64_t)u.ru_stime.tv_usec) * 1000;
}

/* The serving end. */

static void *source(void *argument)
{
    int fd = (int)(intptr_t)argument;
    char *buffer = calloc(1, BUFFER);
    while (send(fd, buffer, BUFFER, MSG_NOSIGNAL) > 0) {
    }
    free(buffer);
    close(fd);
    return NULL;
}

static void *sink(void *argument)
{
    int fd = (int)(intptr_t)argument;
    char *buffer = malloc(BUFFER);
    while (recv(fd, buffer, BUFFER, 0) > 0) {
    }
    free(buffer);
    close(fd);
    return NULL;
}

static void *echo(void *argument)
{
    int fd = (int)(intptr_t)argument, one = 1;
    char buffer[2048];
    ssize_t length;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while ((length = recv(fd, buffer, sizeof buffer, 0)) > 0 && send(fd, buffer, (size_t)length, MSG_NOSIGNAL) > 0) {
    }
    close(fd);
    return NULL;
}

static void *echo_datagrams(void *argument)
{
    int fd = (int)(intptr_t)argument;
    char buffer[2048];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t length;
    while ((length = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &size)) >= 0)
        sendto(fd, buffer, (size_t)length, 0, (struct sockaddr *)&from, size);
    return NULL;
}

struct service {
    int fd;
    void *(*run)(void *);
};

static void start(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, argument) != 0)
        worker_fail("no thread");
    pthread_detach(thread);
}

static void *accept_each(void *argument)
{
    struct service *s = argument;
    int fd;
    while ((fd = accept(s->fd, NULL, NULL)) >= 0 || errno == ECONNABORTED)
        if (fd >= 0)
            start(s->run, (void *)(intptr_t)fd);
    return NULL;
}

/* Connections that the other end opens and closes: closed here when it has. */
static void *close_each(void *argument)
{
    int listener = (int)(intptr_t)argument, epoll = epoll_create1(0), fd;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    char byte;
    fcntl(listener, F_SETFL, O_NONBLOCK);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    while (1) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) {
                if (recv(events[i].data.fd, &byte, 1, MSG_DONTWAIT) <= 0 && errno != EAGAIN)
                    close(events[i].data.fd);
                continue;
            }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                event.data.fd = fd;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
    return NULL;
}

static int bound(int type, int port)
{
    int fd = socket(AF_INET, type, 0), one = 1;
    struct sockaddr_in address = address_of("0.0.0.0", port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        (type == SOCK_STREAM && listen(fd, 4096) < 0))
        worker_fail("port %d: %s", port, strerror(errno));
    return fd;
}

static void serve(int port)
{
    static struct service services[] = {{0, source}, {0, sink}, {0, echo}};
    for (int i = 0; i < 3; i++) {
        services[i].fd = bound(SOCK_STREAM, port + i);
        start(accept_each, &services[i]);
    }
    start(echo_datagrams, (void *)(intptr_t)bound(SOCK_DGRAM, port + 2));
    start(close_each, (void *)(intptr_t)bound(SOCK_STREAM, port + 3));
    worker_result("ok=1");
}

/* The calling end. */

static int connected(int type, const char *host, int port)
{
    int fd = socket(AF_INET, type, 0), one = 1;
    struct sockaddr_in address = address_of(host, port);
    struct timeval patience = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (type == SOCK_STREAM)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        worker_fail("connect to %s port %d: %s", host, port, strerror(errno));
    return fd;
}

static void transfer(int sending, const char *host, int port, uint64_t nanos)
{
    static char buffer[BUFFER];
    int fd = connected(SOCK_STREAM, host, port);
    uint64_t bytes = 0, cpu = cpu_ns(), begin = clock_ns(CLOCK_MONOTONIC), now;
    do {
        ssize_t count =
            TEMP_FAILURE_RETRY(sending ? send(fd, buffer, BUFFER, MSG_NOSIGNAL) : recv(fd, buffer, BUFFER, 0));
        if (count <= 0)
            worker_fail("%s after %llu bytes: %s", sending ? "send" : "receive", (unsigned long long)bytes,
                        count == 0 ? "end of stream" : strerror(errno));
        bytes += (uint64_t)count;
        now = clock_ns(CLOCK_MONOTONIC);
    } while (now - begin < nanos);
    if (sending) {
        shutdown(fd, SHUT_WR);
        if (TEMP_FAILURE_RETRY(recv(fd, buffer, BUFFER, 0)) != 0)
            worker_fail("%s port %d did not end the stream: %s", host, port, strerror(errno));
        now = clock_ns(CLOCK_MONOTONIC);
    }
    close(fd);
    worker_result("bytes=%llu ns=%llu cpu=%llu", (unsigned long long)bytes, (unsigned long long)(now - begin),
                  (unsigned long long)(cpu_ns() - cpu));
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void ping(int type, const char *host, int port, size_t count)
{
    int fd = connected(type, host, port);
    uint64_t *times = malloc(count * sizeof *times);
    char byte = 'x';
    for (size_t i = 0; i < count; i++) {
        uint64_t begin = clock_ns(CLOCK_MONOTONIC);
        if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1 || TEMP_FAILURE_RETRY(recv(fd, &byte, 1, 0)) != 1)
            worker_fail("round trip %zu: %s", i, strerror(errno));
        times[i] = clock_ns(CLOCK_MONOTONIC) - begin;
    }
    close(fd);
    qsort(times, count, sizeof *times, by_value);
    worker_result("p50=%llu p99=%llu", (unsigned long long)times[count / 2],
                  (unsigned long long)times[count - 1 - count / 100]);
    free(times);
}

/* A connection that is on its way, from the next of the addresses. */
static int next_connection(const struct sockaddr_in *to, struct sockaddr_in *from, int addresses, int flags)
{
    static unsigned turn;
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0), one = 1;
    struct sockaddr_in local = *from;
    local.sin_addr.s_addr = htonl(ntohl(from->sin_addr.s_addr) + turn++ % (unsigned)addresses);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof local) < 0)
        worker_fail("bind: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr *)to, sizeof *to) < 0 && errno != EINPROGRESS)
        worker_fail("connect: %s", strerror(errno));
    return fd;
}

static void connect_and_close(const char *host, int port, const char *first, int addresses, uint64_t nanos, int reset)
{
    struct sockaddr_in to = address_of(host, port), from = address_of(first, 0);
    struct linger at_once = {.l_onoff = 1};
    struct epoll_event events[FLYING], event = {.events = EPOLLOUT};
    uint64_t done = 0, failed = 0, begin = clock_ns(CLOCK_MONOTONIC), now = begin;
    int epoll = epoll_create1(0), flying = 0;
    while (now - begin < nanos || flying > 0) {
        for (; flying < FLYING && now - begin < nanos; flying++) {
            event.data.fd = next_connection(&to, &from, addresses, SOCK_NONBLOCK);
            epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
        }
        int count = epoll_wait(epoll, events, FLYING, 5000);
        if (count == 0)
            worker_fail("%d connections hang", flying);
        for (int i = 0; i < count; i++, flying--) {
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(events[i].data.fd, SOL_SOCKET, SO_ERROR, &error, &size);
            *(error == 0 ? &done : &failed) += 1;
            if (reset)
                setsockopt(events[i].data.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            close(events[i].data.fd);
        }
        now = clock_ns(CLOCK_MONOTONIC);
    }
    close(epoll);
    worker_result("connections=%llu failed=%llu ns=%llu", (unsigned long long)done, (unsigned long long)failed,
                  (unsigned long long)(now - begin));
}

static int stay[MOST_OPEN], staying;

static void open_and_stay(const char *host, int port, const char *first, int count)
{
    struct sockaddr_in to = address_of(host, port), from = address_of(first, 0);
    struct rlimit files = {MOST_OPEN + 64, MOST_OPEN + 64};
    setrlimit(RLIMIT_NOFILE, &files);
    if (count > MOST_OPEN - staying)
        worker_fail("more than %d connections", MOST_OPEN);
    for (int i = 0; i < count; i++)
        stay[staying++] = next_connection(&to, &from, ADDRESSES, 0);
    worker_result("connections=%d", staying);
}

static void end_all(void)
{
    while (staying > 0)
        close(stay[--staying]);
    worker_result("ok=1");
}

int main(void)
{
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        if (strcmp(words[0], "serve") == 0)
            serve(atoi(words[1]));
        else if (strcmp(words[0], "send") == 0 || strcmp(words[0], "receive") == 0)
            transfer(words[0][0] == 's', words[1], atoi(words[2]), strtoull(words[3], NULL, 10) * 1000000);
        else if (strcmp(words[0], "ping") == 0)
            ping(words[1][0] == 't' ? SOCK_STREAM : SOCK_DGRAM, words[2], atoi(words[3]), strtoull(words[4], NULL, 10));
        else if (strcmp(words[0], "connect") == 0)
            connect_and_close(words[1], atoi(words[2]), words[3], atoi(words[4]),
                              strtoull(words[5], NULL, 10) * 1000000, words[6][0] == 'r');
        else if (strcmp(words[0], "open") == 0)
            open_and_stay(words[1], atoi(words[2]), words[3], atoi(words[4]));
        else if (strcmp(words[0], "close") == 0)
            end_all();
        else
            worker_fail("unknown command %s", words[0]);
    }
    return 0;
}
