/*
 * The worker protocol, from the worker's side: each line on stdin is a command of words, each answer is one line
 * "result key=value ..." or "failed why". End of input ends the worker.
 */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORKER_WORDS = 8 };

/* Splits the next command into words; 0 at the end of input. */
static inline int worker_next(char *words[WORKER_WORDS])
{
    static char line[4096];
    int count = 0;
    if (fgets(line, sizeof line, stdin) == NULL)
        return 0;
    for (char *word = strtok(line, " \n"); word != NULL && count < WORKER_WORDS; word = strtok(NULL, " \n"))
        words[count++] = word;
    for (int i = count; i < WORKER_WORDS; i++)
        words[i] = "";
    return 1;
}

/* Says why and ends the worker: a baseline that failed has no result. */
static inline void worker_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("failed ", stdout);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
    exit(1);
}

static inline void worker_result(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("result ", stdout);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
}

static inline uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
