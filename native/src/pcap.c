#define _GNU_SOURCE

#include "pcap.h"
#include "pcap_api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rw_pcap {
    const struct pcap_api *api;
    struct pcap *handle;
    int fd;      /* what libpcap says to poll */
    int wake[2]; /* a pipe: read and write end */
    int snaplen;
    int nanosecond_ticks; /* what a fraction of a second counts: 1 ns or 1000 */
};

/* A link header that is made up, as of the device "any", may come on top of the snaplen. */
enum { BEYOND_SNAPLEN = 64, ALIGNMENT = 8, LONGEST_WAIT_MS = 1000 * 3600 };

__attribute__((format(printf, 3, 4))) static int fail(int number, char *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error, RW_PCAP_ERROR, format, arguments);
    va_end(arguments);
    return -number;
}

static size_t round_up(size_t length)
{
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

int rw_pcap_version(char *version, size_t room, char *error)
{
    const struct pcap_api *api = rw_pcap_api(error);
    if (api == NULL)
        return -ENOSYS;
    (void)snprintf(version, room, "%s", api->lib_version());
    return 0;
}

static int activation_errno(int status)
{
    switch (status) {
    case API_ERROR_NO_SUCH_DEVICE:
        return ENODEV;
    case API_ERROR_PERM_DENIED:
    case API_ERROR_PROMISC_PERM_DENIED:
        return EPERM;
    case API_ERROR_IFACE_NOT_UP:
        return ENETDOWN;
    default:
        return EIO;
    }
}

/* An activated handle, or NULL with *number and error set. */
static struct pcap *activate(const struct pcap_api *api, const char *interface, const struct rw_pcap_settings *settings,
                             int *number, char *error)
{
    char reason[API_ERRBUF_SIZE] = "";
    struct pcap *handle = api->create(interface, reason);
    if (handle == NULL) {
        *number = fail(EIO, error, "%s", reason);
        return NULL;
    }
    (void)api->set_snaplen(handle, settings->snaplen);
    (void)api->set_promisc(handle, settings->promiscuous);
    (void)api->set_timeout(handle, settings->timeout_ms);
    (void)api->set_immediate_mode(handle, settings->immediate);
    if (settings->buffer_size > 0)
        (void)api->set_buffer_size(handle, settings->buffer_size);
    /* Microseconds where the system has no more. */
    (void)api->set_tstamp_precision(handle, API_TSTAMP_PRECISION_NANO);
    int status = api->activate(handle);
    if (status < 0) {
        const char *detail = api->geterr(handle);
        *number = *detail == '\0' ? fail(activation_errno(status), error, "%s", api->statustostr(status))
                                  : fail(activation_errno(status), error, "%s (%s)", detail, api->statustostr(status));
        api->close(handle);
        return NULL;
    }
    return handle;
}

static int unpack(struct api_bpf_program *program, uint64_t *instructions, size_t room, char *error)
{
    if (program->length > room)
        return fail(E2BIG, error, "it takes %u instructions, and there may be %zu", program->length, room);
    for (unsigned int i = 0; i < program->length; i++) {
        const struct api_bpf_insn *from = &program->instructions[i];
        instructions[i] = (uint64_t)from->code << 48 | (uint64_t)from->jt << 40 | (uint64_t)from->jf << 32 | from->k;
    }
    return (int)program->length;
}

static uint32_t swapped(uint32_t value)
{
    return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
}

/*
 * Where a link header tells the protocol by an address family, libpcap compares it with every system's number for IPv6,
 * and in the byte order of the file, only if it has a file before it: here a header without frames.
 */
static struct pcap *open_empty_file(const struct pcap_api *api, int link_type, int snaplen, int other_order, char *error)
{
    uint32_t header[6] = {0xa1b2c3d4, 0, 0, 0, (uint32_t)snaplen, (uint32_t)link_type};
    const uint16_t version[2] = {2, 4};
    memcpy(&header[1], version, sizeof version);
    if (other_order) {
        for (size_t i = 0; i < sizeof header / sizeof *header; i++)
            header[i] = swapped(header[i]);
        header[1] = header[1] >> 16 | header[1] << 16; /* two numbers of 16 bits */
    }
    FILE *file = fmemopen(header, sizeof header, "rb");
    if (file == NULL) {
        (void)fail(ENOMEM, error, "no memory");
        return NULL;
    }
    char reason[API_ERRBUF_SIZE] = "";
    struct pcap *handle = api->fopen_offline(file, reason); /* reads the header now */
    if (handle == NULL) {
        (void)fail(EIO, error, "%s", reason);
        (void)fclose(file);
    }
    return handle;
}

static struct pcap *open_dead(const struct pcap_api *api, int link_type, int snaplen, int other_order, char *error)
{
    enum { LINKTYPE_NULL = 0, LINKTYPE_ENC = 109 };
    if (link_type == LINKTYPE_NULL || link_type == LINKTYPE_ENC)
        return open_empty_file(api, link_type, snaplen, other_order, error);
    struct pcap *handle = api->open_dead(rw_pcap_dlt(link_type), snaplen);
    if (handle == NULL)
        (void)fail(ENOMEM, error, "no memory");
    return handle;
}

int rw_pcap_compile(const char *expression, int link_type, int snaplen, int flags, const char *interface,
                    uint64_t *instructions, size_t room, char *error)
{
    const struct pcap_api *api = rw_pcap_api(error);
    if (api == NULL)
        return -ENOSYS;
    struct pcap *handle;
    uint32_t mask = 0; /* as tcpdump has it for files: "ip broadcast" is then what goes to all networks */
    if (interface != NULL) {
        struct rw_pcap_settings settings = {.snaplen = snaplen, .timeout_ms = 1000, .buffer_size = 1 << 18};
        int number = 0;
        handle = activate(api, interface, &settings, &number, error);
        if (handle == NULL)
            return number;
        uint32_t net;
        char reason[API_ERRBUF_SIZE];
        if (api->lookupnet(interface, &net, &mask, reason) != 0)
            mask = 0; /* it has no IPv4 address */
    } else {
        handle = open_dead(api, link_type, snaplen, flags & RW_PCAP_OTHER_ORDER, error);
        if (handle == NULL)
            return -ENOMEM;
    }

    struct api_bpf_program program = {0, NULL};
    rw_pcap_lock();
    int result = api->compile(handle, &program, expression, (flags & RW_PCAP_OPTIMIZE) != 0, mask);
    if (result == 0) {
        result = unpack(&program, instructions, room, error);
        api->freecode(&program);
    } else {
        result = fail(EINVAL, error, "%s", api->geterr(handle));
    }
    rw_pcap_unlock();
    api->close(handle);
    return result;
}

/* Writes where there is room, and counts in any case. */
struct writer {
    char *at;
    size_t room;
    size_t length;
};

static void append(struct writer *to, const char *text, char behind)
{
    size_t length = strlen(text);
    if (to->length + length + 1 <= to->room) {
        memcpy(to->at + to->length, text, length);
        to->at[to->length + length] = behind;
    }
    to->length += length + 1;
}

static int prefix_length(const unsigned char *mask, size_t length)
{
    int bits = 0;
    for (size_t i = 0; i < length; i++)
        for (int bit = 7; bit >= 0 && (mask[i] >> bit & 1); bit--)
            bits++;
    return bits;
}

static void append_address(struct writer *to, const struct api_addr *from)
{
    if (from->address == NULL)
        return;
    char text[INET6_ADDRSTRLEN + 8];
    size_t offset, length;
    if (from->address->sa_family == AF_INET) {
        offset = offsetof(struct sockaddr_in, sin_addr);
        length = 4;
    } else if (from->address->sa_family == AF_INET6) {
        offset = offsetof(struct sockaddr_in6, sin6_addr);
        length = 16;
    } else {
        return;
    }
    if (inet_ntop(from->address->sa_family, (const char *)from->address + offset, text, INET6_ADDRSTRLEN) == NULL)
        return;
    int prefix = from->netmask == NULL ? (int)length * 8
                                       : prefix_length((const unsigned char *)from->netmask + offset, length);
    size_t end = strlen(text);
    (void)snprintf(text + end, sizeof text - end, "/%d", prefix);
    append(to, text, ' ');
}

int rw_pcap_interfaces(char *text, size_t room, char *error)
{
    const struct pcap_api *api = rw_pcap_api(error);
    if (api == NULL)
        return -ENOSYS;
    struct api_if *first = NULL;
    char reason[API_ERRBUF_SIZE] = "";
    if (api->findalldevs(&first, reason) != 0)
        return fail(EIO, error, "%s", reason);
    struct writer writer = {text, room, 0};
    for (const struct api_if *i = first; i != NULL; i = i->next) {
        char flags[16];
        (void)snprintf(flags, sizeof flags, "%u", i->flags);
        append(&writer, i->name, '\0');
        append(&writer, i->description == NULL ? "" : i->description, '\0');
        append(&writer, flags, '\0');
        for (const struct api_addr *a = i->addresses; a != NULL; a = a->next)
            append_address(&writer, a);
        append(&writer, "", '\0');
    }
    api->freealldevs(first);
    return (int)writer.length;
}

static int open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return -errno;
    for (int i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0 || fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0)
            return -errno;
    return 0;
}

int rw_pcap_open(const char *interface, const struct rw_pcap_settings *settings, struct rw_pcap **opened, char *error)
{
    const struct pcap_api *api = rw_pcap_api(error);
    if (api == NULL)
        return -ENOSYS;
    struct rw_pcap *pcap = calloc(1, sizeof *pcap);
    if (pcap == NULL)
        return fail(ENOMEM, error, "no memory");
    pcap->api = api;
    pcap->wake[0] = pcap->wake[1] = -1;
    pcap->snaplen = settings->snaplen;
    int number = 0;
    pcap->handle = activate(api, interface, settings, &number, error);
    if (pcap->handle == NULL) {
        rw_pcap_close(pcap);
        return number;
    }
    char reason[API_ERRBUF_SIZE] = "";
    if (api->setnonblock(pcap->handle, 1, reason) != 0) {
        rw_pcap_close(pcap);
        return fail(EIO, error, "%s", reason);
    }
    pcap->nanosecond_ticks = api->get_tstamp_precision(pcap->handle) == API_TSTAMP_PRECISION_NANO ? 1 : 1000;
    pcap->fd = api->get_selectable_fd(pcap->handle);
    if (pcap->fd < 0) {
        rw_pcap_close(pcap);
        return fail(EOPNOTSUPP, error, "libpcap cannot wait for frames of this kind of interface");
    }
    number = open_pipe(pcap->wake);
    if (number != 0) {
        rw_pcap_close(pcap);
        return fail(-number, error, "pipe: %s", strerror(-number));
    }
    *opened = pcap;
    return 0;
}

int rw_pcap_link_type(struct rw_pcap *pcap)
{
    return rw_pcap_linktype(pcap->api->datalink(pcap->handle));
}

int rw_pcap_set_filter(struct rw_pcap *pcap, const uint64_t *instructions, size_t count, char *error)
{
    struct api_bpf_insn *code = calloc(count, sizeof *code);
    if (code == NULL)
        return fail(ENOMEM, error, "no memory");
    for (size_t i = 0; i < count; i++) {
        uint64_t from = instructions[i];
        code[i] = (struct api_bpf_insn){(unsigned short)(from >> 48), (unsigned char)(from >> 40),
                                        (unsigned char)(from >> 32), (uint32_t)from};
    }
    struct api_bpf_program program = {(unsigned int)count, code};
    int status = pcap->api->setfilter(pcap->handle, &program);
    free(code); /* libpcap keeps a copy */
    return status == 0 ? 0 : fail(EINVAL, error, "%s", pcap->api->geterr(pcap->handle));
}

size_t rw_pcap_longest(int snaplen)
{
    return sizeof(struct rw_pcap_record) + round_up((size_t)snaplen + BEYOND_SNAPLEN);
}

struct batch {
    const struct rw_pcap *pcap;
    char *start;
    size_t length;
};

static void take(unsigned char *user, const struct api_pkthdr *header, const unsigned char *bytes)
{
    struct batch *batch = (struct batch *)(void *)user;
    uint32_t limit = (uint32_t)(batch->pcap->snaplen + BEYOND_SNAPLEN);
    struct rw_pcap_record record = {
        (int64_t)header->ts.tv_sec * 1000000000 + (int64_t)header->ts.tv_usec * batch->pcap->nanosecond_ticks,
        header->caplen < limit ? header->caplen : limit, header->len};
    memcpy(batch->start + batch->length, &record, sizeof record);
    memcpy(batch->start + batch->length + sizeof record, bytes, record.captured);
    batch->length += sizeof record + round_up(record.captured);
}

int rw_pcap_read(struct rw_pcap *pcap, void *buffer, size_t room, char *error)
{
    struct batch batch = {pcap, buffer, 0};
    size_t longest = rw_pcap_longest(pcap->snaplen);
    int total = 0;
    while (room - batch.length >= longest) {
        /* No more than surely fit: what was handed over once, libpcap does not give again. */
        int most = (int)((room - batch.length) / longest);
        int count = pcap->api->dispatch(pcap->handle, most, take, (unsigned char *)&batch);
        if (count < 0 && count != API_ERROR_BREAK && total == 0)
            return fail(EIO, error, "%s", pcap->api->geterr(pcap->handle));
        if (count <= 0)
            break; /* an error after frames comes back with the next call */
        total += count;
    }
    return total;
}

int rw_pcap_send(struct rw_pcap *pcap, const void *buffer, size_t length, size_t *sent, char *error)
{
    const char *batch = buffer;
    size_t at = 0;
    while (at < length) {
        uint32_t frame = 0;
        if (length - at >= sizeof frame)
            memcpy(&frame, batch + at, sizeof frame);
        if (length - at < sizeof frame || frame > length - at - sizeof frame) {
            *sent = at;
            return fail(EINVAL, error, "a frame of %u bytes at %zu is not within the %zu of the batch", frame, at, length);
        }
        errno = 0;
        if (pcap->api->inject(pcap->handle, batch + at + sizeof frame, frame) < 0) {
            int number = errno != 0 ? errno : EIO;
            *sent = at;
            return fail(number, error, "%s", pcap->api->geterr(pcap->handle));
        }
        at += sizeof frame + frame;
    }
    *sent = at;
    return 0;
}

int rw_pcap_statistics(struct rw_pcap *pcap, uint32_t counts[3], char *error)
{
    struct api_stat stat;
    memset(&stat, 0, sizeof stat);
    if (pcap->api->stats(pcap->handle, &stat) != 0)
        return fail(EIO, error, "%s", pcap->api->geterr(pcap->handle));
    counts[0] = stat.received;
    counts[1] = stat.dropped;
    counts[2] = stat.interface_dropped;
    return 0;
}

int rw_pcap_poll(struct rw_pcap *pcap, int64_t timeout_ns)
{
    int64_t ms = timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
    struct pollfd polled[2] = {{.fd = pcap->fd, .events = POLLIN}, {.fd = pcap->wake[0], .events = POLLIN}};
    int count = poll(polled, 2, (int)(ms < LONGEST_WAIT_MS ? ms : LONGEST_WAIT_MS));
    if (count < 0)
        return errno == EINTR ? 0 : -errno;
    if (polled[1].revents != 0) {
        char forgotten[64];
        while (read(pcap->wake[0], forgotten, sizeof forgotten) > 0)
            continue;
        return RW_PCAP_WOKEN;
    }
    /* An error of the interface is libpcap's to explain, in the read that follows. */
    return polled[0].revents != 0 ? RW_PCAP_READY : 0;
}

int rw_pcap_wake(struct rw_pcap *pcap)
{
    /* A full pipe wakes as well. */
    return write(pcap->wake[1], "", 1) == 1 || errno == EAGAIN ? 0 : -errno;
}

void rw_pcap_close(struct rw_pcap *pcap)
{
    if (pcap == NULL)
        return;
    if (pcap->handle != NULL)
        pcap->api->close(pcap->handle);
    for (int i = 0; i < 2; i++)
        if (pcap->wake[i] >= 0)
            (void)close(pcap->wake[i]);
    free(pcap);
}
