/* Any name for interfaces, senders and TAP devices: an error or a result, and nothing left open. */
#define _GNU_SOURCE

#include "fuzz.h"
#include "interface.h"
#include "sender.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <unistd.h>

/* In a network of its own, where the process may have one: the machine's interfaces are not to be changed. */
static int alone(void)
{
    static int answer = -1;
    if (answer < 0)
        answer = unshare(CLONE_NEWNET) == 0;
    return answer;
}

static void is_result(int result, const char *what)
{
    CHECK(result <= 0 && result > -4096, "%s: %d", what, result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    int may_change = alone(), first_free = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(first_free >= 0 && close(first_free) == 0, "%s", strerror(errno));
    unsigned what = (unsigned)take(&in, 1), settings = (unsigned)take(&in, 1);
    int number = (int)take(&in, 4);
    /* Exactly as long as it is, to see a byte read too many. */
    int loopback = settings & 1;
    size_t length = loopback ? 2 : in.left < 32 ? in.left : 32;
    char *name = malloc(length + 1);
    CHECK(name != NULL, "out of memory");
    memcpy(name, loopback ? "lo" : (const char *)in.at, length);
    name[length] = '\0';
    size_t text = strlen(name);
    int possible = text > 0 && text < 16;

    struct rw_interface found;
    int error;
    switch (what % 8) {
    case 0: {
        int fds[] = {-1, INT_MAX, INT_MIN, first_free};
        error = rw_interface_describe(fds[number & 3], name, &found);
        CHECK(error == (possible ? -EBADF : -EINVAL), "describe: %d", error);
        break;
    }
    case 1:
        error = may_change ? rw_interface_set_mtu(name, number) : -ENODEV;
        is_result(error, "set_mtu");
        CHECK(possible || error != 0, "set_mtu");
        break;
    case 2:
        error = may_change ? rw_interface_up(name) : -ENODEV;
        is_result(error, "up");
        CHECK(!loopback || !may_change || error == 0, "up: %d", error);
        break;
    case 3: {
        struct rw_sender sender;
        error = rw_sender_open(name, (int)settings & 2, (int)settings & 4, number, &sender);
        is_result(error, "sender");
        CHECK((error == 0) == (sender.fd >= 0), "sender: %d with descriptor %d", error, sender.fd);
        CHECK((possible && number >= 0) || error == -EINVAL, "sender: %d", error);
        if (error == 0)
            (void)close(sender.fd);
        break;
    }
    case 4: {
        /* What can be an interface takes the kernel long to make and to forget. */
        struct rw_tap tap;
        if (!may_change || (possible && what >= 64))
            break;
        error = rw_tap_open(name, (int)settings & 2, (int)settings & 4, &tap);
        is_result(error, "tap");
        CHECK((error == 0) == (tap.fd >= 0) && (error == 0) == (tap.wake_fd >= 0), "tap: %d", error);
        CHECK(possible || error == -EINVAL, "tap: %d", error);
        if (error == 0) {
            CHECK(strnlen(tap.name, RW_TAP_NAME) < RW_TAP_NAME, "name without end");
            (void)close(tap.fd);
            (void)close(tap.wake_fd);
        }
        break;
    }
    default:
        error = rw_interface_find(name, &found);
        is_result(error, "find");
        CHECK(possible ? !loopback || error == 0 : error == -EINVAL, "find: %d", error);
        CHECK(error != 0 || found.ifindex > 0, "index %d", found.ifindex);
    }
    free(name);
    int now_free = open("/dev/null", O_RDONLY | O_CLOEXEC);
    CHECK(now_free == first_free && close(now_free) == 0, "descriptor %d is left open", first_free);
    return 0;
}
