/* Any text as filter expression, any room for what libpcap says; skipped where it is not there. */
#define _GNU_SOURCE

#include "fuzz.h"
#include "pcap.h"

#include <errno.h>

enum { TEXT = 512, MARK = 0xa5, CANARY = 16 };

/* Random letters are hardly ever an expression. */
static const char *const WORDS[] = {
    "ip", "ip6", "arp", "tcp", "udp", "icmp", "sctp", "vlan", "mpls", "host", "net", "port", "portrange", "src", "dst",
    "ether", "proto", "and", "or", "not", "(", ")", "[", "]", ":", "=", "!=", ">", "<", "&", "|", "+", "-", "*", "/",
    "<<", "0", "1", "53", "6-7", "0xffffffff", "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "00:00:5e:00:53:01",
    "broadcast", "multicast", "greater", "less", "len", "inbound", "gateway", "tcp-syn", "tcpflags", "icmptype",
};

static size_t expression(struct input *in, char *text)
{
    size_t length = 0;
    int by_words = (int)take(in, 1) & 3;
    while (in->left > 0 && length + 32 < TEXT) {
        unsigned byte = (unsigned)take(in, 1);
        if (by_words != 0) {
            const char *word = WORDS[byte % (sizeof WORDS / sizeof *WORDS)];
            length += (size_t)snprintf(text + length, TEXT - length, "%s ", word);
        } else {
            text[length++] = (char)byte;
        }
    }
    text[length] = '\0';
    return strlen(text);
}

static void compiles(struct input *in, char *error)
{
    static const int link_types[] = {1, 0, 101, 108, 113, 228, 229, 276, 105, 127, 147, 65535, -1};
    int link_type = link_types[take(in, 1) % (sizeof link_types / sizeof *link_types)];
    int snaplen = take(in, 1) % 8 ? 262144 : (int)take(in, 4), optimize = (int)take(in, 1) & 1;
    size_t room = take(in, 1) % 4 ? 4096 : take(in, 1);
    char buffer[TEXT];
    size_t length = expression(in, buffer);
    char *text = malloc(length + 1);
    uint64_t *instructions = malloc((room + 1) * sizeof *instructions);
    CHECK(text != NULL && instructions != NULL, "out of memory");
    memcpy(text, buffer, length + 1);
    instructions[room] = MARK;

    int count = rw_pcap_compile(text, link_type, snaplen, optimize, NULL, instructions, room, error);
    CHECK(count <= (int)room && count != 0, "%d instructions", count);
    CHECK(count > 0 || count == -EINVAL || count == -E2BIG || count == -ENOMEM, "%d", count);
    CHECK(count > 0 || error[0] != '\0', "no reason for %d", count);
    CHECK(instructions[room] == MARK, "written outside");
    free(text);
    free(instructions);
}

static void lists(size_t room, char *error)
{
    char *text = malloc(room + CANARY);
    CHECK(text != NULL, "out of memory");
    memset(text + room, MARK, CANARY);
    int length = rw_pcap_interfaces(text, room, error);
    CHECK(length >= 0 || error[0] != '\0', "no reason for %d", length);
    for (int i = 0; i < CANARY; i++)
        CHECK((uint8_t)text[room + (size_t)i] == MARK, "written outside");
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    char error[RW_PCAP_ERROR] = "", version[8];
    if (rw_pcap_version(version, sizeof version, error) == -ENOSYS)
        return 0;
    CHECK(strnlen(version, sizeof version) < sizeof version, "no end");
    if (take(&in, 1) % 64 == 0)
        lists(take(&in, 2) % 2048, error);
    else
        compiles(&in, error);
    CHECK(strnlen(error, sizeof error) < sizeof error, "no end");
    return 0;
}
