#ifndef RINGWIRE_PCAP_API_H
#define RINGWIRE_PCAP_API_H

#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

/*
 * The part of libpcap's binary interface that is used here, stated anew so that its headers are not needed to build;
 * native/test/test_pcap.c compares the layouts where they are installed.
 */
struct pcap;

struct api_bpf_insn {
    unsigned short code;
    unsigned char jt;
    unsigned char jf;
    uint32_t k;
};

struct api_bpf_program {
    unsigned int length;
    struct api_bpf_insn *instructions;
};

struct api_pkthdr {
    struct timeval ts;
    uint32_t caplen;
    uint32_t len;
};

struct api_stat {
    unsigned int received;
    unsigned int dropped;
    unsigned int interface_dropped;
    /* The largest of all systems: Windows appends three. */
    unsigned int spare[3];
};

struct api_addr {
    struct api_addr *next;
    struct sockaddr *address;
    struct sockaddr *netmask;
    struct sockaddr *broadcast;
    struct sockaddr *destination;
};

struct api_if {
    struct api_if *next;
    char *name;
    char *description;
    struct api_addr *addresses;
    uint32_t flags;
};

typedef void (*api_handler)(unsigned char *user, const struct api_pkthdr *header, const unsigned char *bytes);

enum {
    API_ERRBUF_SIZE = 256,
    API_ERROR_BREAK = -2,
    API_ERROR_NO_SUCH_DEVICE = -5,
    API_ERROR_PERM_DENIED = -8,
    API_ERROR_IFACE_NOT_UP = -9,
    API_ERROR_PROMISC_PERM_DENIED = -11,
    API_TSTAMP_PRECISION_NANO = 1,
};

/* result, name, arguments of every function that is looked up. */
#define PCAP_FUNCTIONS(X)                                                                              \
    X(const char *, lib_version, (void))                                                               \
    X(struct pcap *, open_dead, (int link_type, int snaplen))                                          \
    X(struct pcap *, fopen_offline, (FILE *, char *))                                                  \
    X(int, lookupnet, (const char *, uint32_t *net, uint32_t *mask, char *))                           \
    X(int, compile, (struct pcap *, struct api_bpf_program *, const char *, int optimize, uint32_t mask)) \
    X(void, freecode, (struct api_bpf_program *))                                                      \
    X(char *, geterr, (struct pcap *))                                                                 \
    X(void, close, (struct pcap *))                                                                    \
    X(int, findalldevs, (struct api_if **, char *))                                                    \
    X(void, freealldevs, (struct api_if *))                                                            \
    X(struct pcap *, create, (const char *, char *))                                                   \
    X(int, set_snaplen, (struct pcap *, int))                                                          \
    X(int, set_promisc, (struct pcap *, int))                                                          \
    X(int, set_timeout, (struct pcap *, int))                                                          \
    X(int, set_immediate_mode, (struct pcap *, int))                                                   \
    X(int, set_buffer_size, (struct pcap *, int))                                                      \
    X(int, set_tstamp_precision, (struct pcap *, int))                                                 \
    X(int, get_tstamp_precision, (struct pcap *))                                                      \
    X(int, activate, (struct pcap *))                                                                  \
    X(const char *, statustostr, (int))                                                                \
    X(int, datalink, (struct pcap *))                                                                  \
    X(int, setfilter, (struct pcap *, struct api_bpf_program *))                                       \
    X(int, setnonblock, (struct pcap *, int, char *))                                                  \
    X(int, get_selectable_fd, (struct pcap *))                                                         \
    X(int, dispatch, (struct pcap *, int, api_handler, unsigned char *))                               \
    X(int, inject, (struct pcap *, const void *, size_t))                                              \
    X(int, stats, (struct pcap *, struct api_stat *))

struct pcap_api {
#define PCAP_MEMBER(result, name, arguments) result(*name) arguments;
    PCAP_FUNCTIONS(PCAP_MEMBER)
#undef PCAP_MEMBER
};

/* libpcap, loaded by the first call; NULL, with the reason in `error` (RW_PCAP_ERROR bytes), where it is not there. */
const struct pcap_api *rw_pcap_api(char *error);

/* DLT_ of this system for a LINKTYPE_, and back. */
int rw_pcap_dlt(int link_type);
int rw_pcap_linktype(int dlt);

/* Held by whoever compiles: libpcap before 1.8 cannot do two at a time. */
void rw_pcap_lock(void);
void rw_pcap_unlock(void);

#endif
