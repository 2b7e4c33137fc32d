#define _GNU_SOURCE

#include "check.h"
#include "pcap.h"
#include "pcap_api.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#if defined(__has_include)
#if __has_include(<pcap/pcap.h>)
#include <pcap/pcap.h>

#define SAME(ours, our_member, theirs, their_member)                                                          \
    _Static_assert(offsetof(ours, our_member) == offsetof(theirs, their_member)                               \
                       && sizeof(((ours *)0)->our_member) == sizeof(((theirs *)0)->their_member),             \
                   #theirs "." #their_member)
#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(ours) == sizeof(theirs), #theirs)

SAME(struct api_bpf_insn, code, struct bpf_insn, code);
SAME(struct api_bpf_insn, jt, struct bpf_insn, jt);
SAME(struct api_bpf_insn, jf, struct bpf_insn, jf);
SAME(struct api_bpf_insn, k, struct bpf_insn, k);
SAME_SIZE(struct api_bpf_insn, struct bpf_insn);
SAME(struct api_bpf_program, length, struct bpf_program, bf_len);
SAME(struct api_bpf_program, instructions, struct bpf_program, bf_insns);
SAME_SIZE(struct api_bpf_program, struct bpf_program);
SAME(struct api_pkthdr, ts, struct pcap_pkthdr, ts);
SAME(struct api_pkthdr, caplen, struct pcap_pkthdr, caplen);
SAME(struct api_pkthdr, len, struct pcap_pkthdr, len);
SAME(struct api_stat, received, struct pcap_stat, ps_recv);
SAME(struct api_stat, dropped, struct pcap_stat, ps_drop);
SAME(struct api_stat, interface_dropped, struct pcap_stat, ps_ifdrop);
_Static_assert(sizeof(struct api_stat) >= sizeof(struct pcap_stat), "pcap_stat fits");
SAME(struct api_addr, next, pcap_addr_t, next);
SAME(struct api_addr, address, pcap_addr_t, addr);
SAME(struct api_addr, netmask, pcap_addr_t, netmask);
SAME(struct api_if, next, pcap_if_t, next);
SAME(struct api_if, name, pcap_if_t, name);
SAME(struct api_if, description, pcap_if_t, description);
SAME(struct api_if, addresses, pcap_if_t, addresses);
SAME(struct api_if, flags, pcap_if_t, flags);
_Static_assert((int)API_ERRBUF_SIZE == PCAP_ERRBUF_SIZE && (int)API_ERROR_BREAK == PCAP_ERROR_BREAK
                   && (int)API_ERROR_NO_SUCH_DEVICE == PCAP_ERROR_NO_SUCH_DEVICE
                   && (int)API_ERROR_PERM_DENIED == PCAP_ERROR_PERM_DENIED
                   && (int)API_ERROR_IFACE_NOT_UP == PCAP_ERROR_IFACE_NOT_UP
                   && (int)API_ERROR_PROMISC_PERM_DENIED == PCAP_ERROR_PROMISC_PERM_DENIED
                   && (int)API_TSTAMP_PRECISION_NANO == PCAP_TSTAMP_PRECISION_NANO,
               "constants");
#endif
#endif

enum { ETHERNET = 1, ROOM = 4096 };

static uint64_t program[ROOM];
static char error[RW_PCAP_ERROR];

static int compile(const char *expression, int link_type, size_t room)
{
    return rw_pcap_compile(expression, link_type, 262144, RW_PCAP_OPTIMIZE, NULL, program, room, error);
}

static void compiles(void)
{
    int count = compile("udp port 53", ETHERNET, ROOM);
    CHECK(count > 5, "%d %s", count, error);
    CHECK(program[0] == ((uint64_t)0x28 << 48 | 12), "ldh [12], not %llx", (unsigned long long)program[0]);
    CHECK(compile("", ETHERNET, ROOM) == 1 && program[0] == ((uint64_t)0x06 << 48 | 262144), "all");
    CHECK(compile("ip", 101, ROOM) > 1 && (program[0] & 0xffffffff) == 0, "LINKTYPE_RAW starts with the IP header");

    /* BSD loopback: IPv4 is 2 in the order of the host, and libpcap looks at it in network order. */
    uint32_t family = 2;
    unsigned char first = *(unsigned char *)&family;
    CHECK(compile("ip", 0, ROOM) == 4 && (uint32_t)program[1] == (first ? 0x02000000u : 2u), "%llx",
          (unsigned long long)program[1]);
    CHECK(rw_pcap_compile("ip", 0, 262144, RW_PCAP_OPTIMIZE | RW_PCAP_OTHER_ORDER, NULL, program, ROOM, error) == 4 &&
              (uint32_t)program[1] == (first ? 2u : 0x02000000u),
          "%llx %s", (unsigned long long)program[1], error);
    CHECK(compile("ip6", 0, ROOM) == 6, "IPv6 is 24, 28 or 30");
    CHECK(compile("ip broadcast", ETHERNET, ROOM) > 4, "%s", error);

    CHECK(compile("udp port", ETHERNET, ROOM) == -EINVAL && strstr(error, "syntax error") != NULL, "%s", error);
    CHECK(compile("udp port 53", ETHERNET, 3) == -E2BIG, "%s", error);
    CHECK(compile("ip and arp", ETHERNET, ROOM) == -EINVAL && *error != '\0', "%s", error);
}

static void lists(void)
{
    static char text[1 << 16];
    int length = rw_pcap_interfaces(text, sizeof text, error);
    if (length < 0) {
        printf("skipped the list: %s\n", error);
        return;
    }
    CHECK((size_t)length < sizeof text, "%d", length);
    int fields = 0;
    for (int i = 0; i < length; i++)
        fields += text[i] == '\0';
    CHECK(fields % 4 == 0, "%d fields", fields);
    /* Interfaces may come and go between two looks. */
    int bare = -1;
    for (int i = 0; i < 10 && bare != length; i++) {
        bare = rw_pcap_interfaces(text, 0, error);
        length = rw_pcap_interfaces(text, sizeof text, error);
    }
    CHECK(bare == length, "%d without room, %d with it", bare, length);
}

static void opens(void)
{
    struct rw_pcap_settings settings = {.snaplen = 100, .timeout_ms = 10, .immediate = 1};
    struct rw_pcap *pcap = NULL;
    CHECK(rw_pcap_open("no_such_if", &settings, &pcap, error) < 0 && *error != '\0' && pcap == NULL, "%s", error);
    int status = rw_pcap_open("lo", &settings, &pcap, error);
    if (status == -EPERM || status == -ENETDOWN || status == -EIO) {
        printf("skipped on lo: %s\n", error);
        return;
    }
    CHECK(status == 0, "%d %s", status, error);
    CHECK(rw_pcap_link_type(pcap) == ETHERNET, "%d", rw_pcap_link_type(pcap));
    CHECK(compile("udp port 53", ETHERNET, ROOM) > 0, "%s", error);
    CHECK(rw_pcap_set_filter(pcap, program, 1, error) < 0 && *error != '\0', "a program without return");
    CHECK(rw_pcap_wake(pcap) == 0 && rw_pcap_poll(pcap, 10000000000) == RW_PCAP_WOKEN, "wakes");
    CHECK((rw_pcap_poll(pcap, 1) & RW_PCAP_WOKEN) == 0, "forgets");
    static char batch[1 << 16];
    CHECK(rw_pcap_read(pcap, batch, sizeof batch, error) >= 0, "%s", error);
    const uint32_t outside[] = {5, 0x01020304, UINT32_MAX};
    size_t sent = 1;
    for (size_t length = 1; length <= 8; length++)
        CHECK(rw_pcap_send(pcap, outside, length, &sent, error) == -EINVAL && sent == 0, "%zu bytes", length);
    CHECK(rw_pcap_send(pcap, outside + 2, 4, &sent, error) == -EINVAL && sent == 0, "%s", error);
    uint32_t counts[3];
    CHECK(rw_pcap_statistics(pcap, counts, error) == 0, "%s", error);
    rw_pcap_close(pcap);
}

int main(void)
{
    int status = rw_pcap_version(error, sizeof error, error);
    if (status == -ENOSYS) {
        printf("skipped: %s\n", error);
        return 0;
    }
    CHECK(status == 0 && strstr(error, "libpcap") != NULL, "%s", error);
    compiles();
    lists();
    opens();
    return 0;
}
