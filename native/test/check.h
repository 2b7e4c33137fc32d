#ifndef RINGWIRE_CHECK_H
#define RINGWIRE_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* Like assert, but also in a release build, and with a message that names the case. */
#define CHECK(condition, ...)                                             \
    do {                                                                  \
        if (!(condition)) {                                               \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                 \
            fputc('\n', stderr);                                          \
            exit(1);                                                      \
        }                                                                 \
    } while (0)

#endif
