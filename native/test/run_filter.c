#define _GNU_SOURCE
/*
 * run_filter: which frames do others accept? Reads from standard input, all numbers in four bytes, high byte first: how
 * many frames; each frame behind its length; then, until the end, programs: how many instructions, and eight bytes for
 * each, as BpfProgram has them. Writes for each program and frame four bytes, what libpcap's bpf_filter returns (all
 * ones where there is no libpcap), and four bytes, how many of the frame the kernel lets through a socket with the
 * program attached (all ones where it refuses the program).
 */
#include "pcap_api.h"
#include "pcap.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef unsigned int (*filter_function)(const struct api_bpf_insn *, const unsigned char *, unsigned int wire_length,
                                        unsigned int length);

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int read_u32(uint32_t *value)
{
    if (fread(value, sizeof *value, 1, stdin) != 1)
        return 0;
    *value = ntohl(*value);
    return 1;
}

static void write_u32(uint32_t value)
{
    value = htonl(value);
    if (fwrite(&value, sizeof value, 1, stdout) != 1)
        die("write");
}

/* The datagram that came through, or 0: a datagram is in the receiver's queue, or dropped, when send returns. */
static uint32_t through(const int pair[2], const unsigned char *frame, uint32_t length)
{
    static unsigned char back[1 << 17];
    if (send(pair[0], frame, length, 0) < 0 && errno != EPERM)
        die("send");
    ssize_t got = recv(pair[1], back, sizeof back, MSG_DONTWAIT);
    if (got < 0 && errno != EAGAIN)
        die("recv");
    return got < 0 ? 0 : (uint32_t)got;
}

int main(void)
{
    filter_function bpf_filter = NULL;
    char error[RW_PCAP_ERROR];
    if (rw_pcap_api(error) != NULL) {
        void *library = dlopen("libpcap.so.0.8", RTLD_NOW);
        void *symbol = library == NULL ? NULL : dlsym(library, "bpf_filter");
        memcpy(&bpf_filter, &symbol, sizeof symbol);
    }
    uint32_t frames, count;
    if (!read_u32(&frames))
        die("no frames");
    unsigned char **bytes = calloc(frames, sizeof *bytes);
    uint32_t *lengths = calloc(frames, sizeof *lengths);
    for (uint32_t i = 0; i < frames; i++) {
        if (!read_u32(&lengths[i]) || (bytes[i] = malloc(lengths[i] + 1)) == NULL
            || fread(bytes[i], 1, lengths[i], stdin) != lengths[i])
            die("frame");
    }
    while (read_u32(&count)) {
        struct api_bpf_insn *ours = calloc(count, sizeof *ours);
        struct sock_filter *theirs = calloc(count, sizeof *theirs);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t high, k = 0;
            if (!read_u32(&high) || !read_u32(&k))
                die("program");
            ours[i] = (struct api_bpf_insn){(unsigned short)(high >> 16), (unsigned char)(high >> 8), (unsigned char)high, k};
            theirs[i] = (struct sock_filter){(unsigned short)(high >> 16), (unsigned char)(high >> 8), (unsigned char)high, k};
        }
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
            die("socketpair");
        int room = 1 << 19;
        (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        struct sock_fprog program = {(unsigned short)count, theirs};
        int refused = setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0;
        for (uint32_t i = 0; i < frames; i++) {
            write_u32(bpf_filter == NULL ? UINT32_MAX : bpf_filter(ours, bytes[i], lengths[i], lengths[i]));
            write_u32(refused ? UINT32_MAX : through(pair, bytes[i], lengths[i]));
        }
        (void)close(pair[0]);
        (void)close(pair[1]);
        free(ours);
        free(theirs);
        if (fflush(stdout) != 0)
            die("write");
    }
    return 0;
}
