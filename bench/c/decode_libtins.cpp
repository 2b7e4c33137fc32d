/* libtins as a worker: load FILE; memory PASSES; file FILE. Commands and sum as in DecodeWorker.java. */
#include "packet.h"

extern "C" {
#include "worker.h"
}

#include <tins/tins.h>
#include <vector>

using namespace Tins;

static uint64_t fields(uint64_t source, uint64_t destination, uint64_t protocol, uint64_t hops)
{
    return source + 3 * destination + 5 * protocol + 7 * hops;
}

static uint64_t address(const IPv6Address &address)
{
    const uint8_t *bytes = &*address.begin();
    return load64(bytes) + load64(bytes + 8);
}

static uint64_t six(const PDU &packet)
{
    uint64_t sum = 0;
    if (const IP *ip = packet.find_pdu<IP>())
        sum = fields(__builtin_bswap32((uint32_t)ip->src_addr()), __builtin_bswap32((uint32_t)ip->dst_addr()), ip->protocol(), ip->ttl());
    else if (const IPv6 *ip6 = packet.find_pdu<IPv6>())
        sum = fields(address(ip6->src_addr()), address(ip6->dst_addr()), ip6->next_header(), ip6->hop_limit());
    if (const TCP *tcp = packet.find_pdu<TCP>())
        sum += 11ull * tcp->sport() + 13ull * tcp->dport();
    else if (const UDP *udp = packet.find_pdu<UDP>())
        sum += 11ull * udp->sport() + 13ull * udp->dport();
    return sum;
}

int main()
{
    std::vector<std::vector<uint8_t>> frames;
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        uint64_t packets = 0, sum = 0, start;
        try {
            if (strcmp(words[0], "load") == 0) {
                char error[PCAP_ERRBUF_SIZE];
                pcap_t *file = pcap_open_offline(words[1], error);
                if (file == NULL)
                    worker_fail("%s", error);
                struct pcap_pkthdr *header;
                const u_char *bytes;
                while (pcap_next_ex(file, &header, &bytes) == 1)
                    frames.emplace_back(bytes, bytes + header->caplen);
                pcap_close(file);
                worker_result("ok=1");
                continue;
            }
            start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
            if (strcmp(words[0], "memory") == 0) {
                for (int pass = atoi(words[1]); pass > 0; pass--) {
                    for (const auto &frame : frames) {
                        EthernetII packet(frame.data(), (uint32_t)frame.size());
                        sum += six(packet);
                    }
                    packets += frames.size();
                }
            } else {
                FileSniffer sniffer(words[1]);
                sniffer.sniff_loop([&](PDU &packet) {
                    sum += six(packet);
                    packets++;
                    return true;
                });
            }
        } catch (const std::exception &e) {
            worker_fail("%s", e.what());
        }
        worker_result("packets=%llu ns=%llu sum=%llx", (unsigned long long)packets,
                      (unsigned long long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start), (unsigned long long)sum);
    }
    return 0;
}
