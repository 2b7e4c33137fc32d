/* The frames of every ring topic, and what every receiver reads of each. */
#ifndef BENCH_PACKET_H
#define BENCH_PACKET_H

#include <stdint.h>
#include <string.h>

static inline uint32_t load16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap16(value);
}

static inline uint32_t load32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}

/* Captured length, ethertype, IPv4 protocol, addresses and ports, gathered so that no read can be left out. */
static inline uint64_t packet_parse(const uint8_t *frame, uint32_t length, uint64_t sum)
{
    sum += length;
    if (length < 34 || load16(frame + 12) != 0x0800)
        return sum;
    sum ^= load32(frame + 26) ^ load32(frame + 30);
    uint32_t protocol = frame[23], ports = 14 + (frame[14] & 15) * 4;
    if ((protocol == 6 || protocol == 17) && ports + 4 <= length)
        sum += load16(frame + ports) ^ load16(frame + ports + 2);
    return sum + protocol;
}

/* UDP over IPv4 to a hardware address that is nobody's, so that the receiving kernel drops it at once. */
static inline void packet_make(uint8_t *frame, uint32_t length, uint32_t number)
{
    static const uint8_t head[24] = {2, 0, 0, 0, 0, 0x22, 2, 0, 0, 0, 0, 0x11, 8, 0, 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17};
    memset(frame, 0, length);
    memcpy(frame, head, sizeof head);
    frame[16] = (uint8_t)((length - 14) >> 8);
    frame[17] = (uint8_t)(length - 14);
    frame[26] = 10;
    frame[28] = (uint8_t)(number >> 8);
    frame[29] = (uint8_t)number;
    frame[30] = 10;
    frame[31] = 1;
    frame[33] = (uint8_t)(number * 7);
    frame[34] = 0x10;
    frame[35] = (uint8_t)number;
    frame[36] = 0;
    frame[37] = 53;
    frame[38] = (uint8_t)((length - 34) >> 8);
    frame[39] = (uint8_t)(length - 34);
}

#endif
