/* What a receiver gives to receiver_main.c. Each ends the worker where it fails. */
#ifndef BENCH_RECEIVER_H
#define BENCH_RECEIVER_H

#include <stdint.h>

/* Opens a ring; the kernel hands over a block that is not full after a timeout. */
void receiver_open(const char *interface, unsigned blocks, unsigned block_size, int timeout_ms);

/* Reads until it has `wanted` packets, or finds none after `deadline` (CLOCK_MONOTONIC); adds up packet_parse. */
uint64_t receiver_read(uint64_t wanted, uint64_t deadline, uint64_t *sum);

/* Packets that the kernel dropped since the ring was opened. */
uint64_t receiver_drops(void);

void receiver_close(void);

#endif
