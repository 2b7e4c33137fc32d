#define _GNU_SOURCE

#include "pcap_api.h"
#include "pcap.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#if defined(__GLIBC__) && defined(__x86_64__)
/* The version of these that every glibc has: the one of 2.34 would keep the library from older systems. */
__asm__(".symver dlopen,dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");
__asm__(".symver dlerror,dlerror@GLIBC_2.2.5");
#elif defined(__GLIBC__) && defined(__aarch64__)
__asm__(".symver dlopen,dlopen@GLIBC_2.17");
__asm__(".symver dlsym,dlsym@GLIBC_2.17");
__asm__(".symver dlerror,dlerror@GLIBC_2.17");
#endif

/* Debian's name first; the others call the same interface 1. */
static const char *const NAMES[] = {
#if defined(__APPLE__)
    "libpcap.A.dylib", "libpcap.dylib",
#else
    "libpcap.so.0.8", "libpcap.so.1", "libpcap.so",
#endif
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pcap_api api;
static int loaded;

void rw_pcap_lock(void)
{
    (void)pthread_mutex_lock(&lock);
}

void rw_pcap_unlock(void)
{
    (void)pthread_mutex_unlock(&lock);
}

/* A function pointer by way of memory: ISO C has no cast for it. */
static int look_up(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

static int load(char *error)
{
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof NAMES / sizeof *NAMES; i++) {
        library = dlopen(NAMES[i], RTLD_NOW | RTLD_LOCAL);
        if (library == NULL && i == 0) {
            const char *reason = dlerror();
            (void)snprintf(error, RW_PCAP_ERROR, "%s", reason != NULL ? reason : "unknown");
        }
    }
    if (library == NULL)
        return 0;
#define PCAP_LOOK_UP(result, name, arguments)                                               \
    if (!look_up(library, "pcap_" #name, (void *)&api.name, sizeof api.name)) {              \
        (void)snprintf(error, RW_PCAP_ERROR, "libpcap is too old: it has no pcap_" #name);  \
        return 0;                                                                           \
    }
    PCAP_FUNCTIONS(PCAP_LOOK_UP)
#undef PCAP_LOOK_UP
    return 1;
}

const struct pcap_api *rw_pcap_api(char *error)
{
    rw_pcap_lock();
    if (!loaded)
        loaded = load(error);
    int there = loaded;
    rw_pcap_unlock();
    return there ? &api : NULL;
}

/* Where the two differ (pcap-common.c of libpcap); everything else has one number. */
static const struct {
    int link_type;
    int dlt;
} DIFFERENT[] = {
    {100, 11}, /* ATM_RFC1483 */
#if defined(__OpenBSD__)
    {101, 14}, /* RAW */
    {108, 12}, /* LOOP */
#else
    {101, 12}, /* RAW */
#endif
};

int rw_pcap_dlt(int link_type)
{
    for (size_t i = 0; i < sizeof DIFFERENT / sizeof *DIFFERENT; i++)
        if (DIFFERENT[i].link_type == link_type)
            return DIFFERENT[i].dlt;
    return link_type;
}

int rw_pcap_linktype(int dlt)
{
    for (size_t i = 0; i < sizeof DIFFERENT / sizeof *DIFFERENT; i++)
        if (DIFFERENT[i].dlt == dlt)
            return DIFFERENT[i].link_type;
    return dlt;
}
