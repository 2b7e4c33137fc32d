/*
 * Runs a fuzz target where there is no libFuzzer, and understands the options of it that matter:
 *   fuzz_NAME [-max_total_time=SECONDS] [-seed=NUMBER]   random and mutated inputs, the same for the same seed
 *   fuzz_NAME FILE...                                    each file once, to repeat a failure
 * An input that fails is printed in hexadecimal: `echo HEX | xxd -r -p >FILE` makes it a file.
 */
#define _GNU_SOURCE

#include "fuzz.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 4096, POOL = 64, HANG_SECONDS = 20 };

static uint64_t random_state;
static uint8_t input[LONGEST];
static size_t input_size;
static unsigned long long inputs, seed;
static int running;

/* In the runtime of the sanitizers, if the program has it. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static void report(void)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * LONGEST + 1];
    if (!running)
        return;
    running = 0;
    for (size_t i = 0; i < input_size; i++) {
        text[2 * i] = digits[input[i] >> 4];
        text[2 * i + 1] = digits[input[i] & 15];
    }
    fprintf(stderr, "input %llu of seed %llu failed, %zu bytes:\n%s\n", inputs, seed, input_size, text);
}

static void on_signal(int number)
{
    /* Not safe in a handler by the letter of POSIX; the process is lost either way. */
    report();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* xorshift64* */
static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dULL;
}

static size_t below(size_t bound)
{
    return (size_t)(next_random() >> 16) % bound;
}

static void run(void)
{
    /* An allocation of the exact size lets the sanitizer see one byte too many. */
    uint8_t *exact = malloc(input_size > 0 ? input_size : 1);
    CHECK(exact != NULL, "out of memory");
    memcpy(exact, input, input_size);
    running = 1;
    (void)alarm(HANG_SECONDS);
    (void)LLVMFuzzerTestOneInput(exact, input_size);
    (void)alarm(0);
    running = 0;
    inputs++;
    free(exact);
}

/* Short inputs mostly; a long one now and then. */
static void make_new(void)
{
    input_size = below(8) > 0 ? below(96) : below(LONGEST + 1);
    for (size_t i = 0; i < input_size; i++)
        input[i] = (uint8_t)(next_random() >> 32);
}

static void mutate(void)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x3f, 0x7f, 0x80, 0xc0, 0xfe, 0xff};
    for (size_t changes = 1 + below(4); changes > 0 && input_size > 0; changes--) {
        size_t at = below(input_size), length = 1 + below(input_size - at);
        switch (below(6)) {
        case 0:
            input[at] ^= (uint8_t)(1 << below(8));
            break;
        case 1:
            input[at] = telling[below(sizeof telling)];
            break;
        case 2:
            memset(input + at, telling[below(sizeof telling)], length);
            break;
        case 3:
            input_size = at;
            break;
        case 4:
            memmove(input + below(input_size - length + 1), input + at, length);
            break;
        default:
            if (input_size + length <= LONGEST) {
                memmove(input + at + length, input + at, input_size - at);
                input_size += length;
            }
        }
    }
}

static void run_random(double seconds)
{
    static uint8_t pool[POOL][LONGEST];
    static size_t sizes[POOL];
    struct timespec start, now;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        size_t slot = below(POOL);
        input_size = sizes[slot];
        memcpy(input, pool[slot], input_size);
        if (input_size == 0 || below(4) == 0)
            make_new();
        else
            mutate();
        run();
        sizes[slot] = input_size;
        memcpy(pool[slot], input, input_size);
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
}

static void run_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL, "cannot read %s", name);
    input_size = fread(input, 1, sizeof input, file);
    (void)fclose(file);
    run();
}

int main(int argc, char **argv)
{
    static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
    double seconds = 2;
    int files = 0;
    seed = (unsigned long long)time(NULL);
    (void)atexit(report);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(report);
        (void)signal(SIGALRM, on_signal);
    } else {
        for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
            (void)signal(fatal[i], on_signal);
    }

    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-max_total_time=", 16) == 0)
            seconds = atof(argv[i] + 16);
        else if (strncmp(argv[i], "-seed=", 6) == 0)
            seed = strtoull(argv[i] + 6, NULL, 10);
        else if (argv[i][0] != '-')
            files++;
    }
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            run_file(argv[i]);
    if (files == 0) {
        random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
        run_random(seconds);
    }
    printf("%llu inputs, seed %llu\n", inputs, seed);
    return 0;
}
