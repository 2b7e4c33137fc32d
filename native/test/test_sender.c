#define _GNU_SOURCE

#include "batch.h"
#include "check.h"
#include "sender.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void bad_arguments(void)
{
    struct rw_sender sender;
    struct rw_interface found;
    const char *names[] = {NULL, "", "sixteen_letters_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK(rw_sender_open(names[i], 0, 0, 0, &sender) == -EINVAL && sender.fd == -1, "name %zu", i);
        CHECK(rw_interface_find(names[i], &found) == -EINVAL, "name %zu", i);
        CHECK(rw_interface_set_mtu(names[i], 1500) == -EINVAL, "name %zu", i);
        CHECK(rw_interface_up(names[i]) == -EINVAL, "name %zu", i);
    }
    CHECK(rw_sender_open("lo", 0, 0, -1, &sender) == -EINVAL, "negative buffer");
    CHECK(rw_sender_open("lo", 0, 0, 0, NULL) == -EINVAL, "no result");
    CHECK(rw_interface_find("lo", NULL) == -EINVAL, "no result");
    CHECK(rw_interface_find("no_such_if", &found) == -ENODEV, "no such interface");
    CHECK(rw_interface_up("no_such_if") == -ENODEV, "no such interface");
}

static void describes_loopback(void)
{
    struct rw_interface found;
    int error = rw_interface_find("lo", &found);
    if (error != 0) {
        printf("skipped on lo: %s\n", strerror(-error));
        return;
    }
    CHECK(found.ifindex > 0 && found.hatype == 772 && found.mtu > 0, "index %d type %d mtu %d", found.ifindex,
          found.hatype, found.mtu);
}

static void sends_on_loopback(int qdisc_bypass, int virtio)
{
    struct rw_sender sender;
    int error = rw_sender_open("lo", qdisc_bypass, virtio, 1 << 20, &sender);
    /* ENOPROTOOPT: an emulator that does not know packet sockets. */
    if (error == -EPERM || error == -EAFNOSUPPORT || error == -ENETDOWN || error == -ENOPROTOOPT) {
        CHECK(sender.fd == -1, "left open");
        printf("skipped on lo: %s in step %d\n", strerror(-error), (int)sender.step);
        return;
    }
    CHECK(error == 0, "%s in step %d", strerror(-error), (int)sender.step);
    /* To nobody, of an ethertype for experiments. */
    static _Alignas(8) unsigned char memory[96] = {[RW_BATCH_FRAME + 12] = 0x88, [RW_BATCH_FRAME + 13] = 0xb5};
    int32_t length = 60;
    memcpy(memory + RW_BATCH_LENGTH, &length, sizeof length);
    CHECK(rw_batch_send(sender.fd, memory, sizeof memory, 0, 1, virtio) == 1, "send");
    length = 13;
    memcpy(memory + RW_BATCH_LENGTH, &length, sizeof length);
    CHECK(rw_batch_send(sender.fd, memory, sizeof memory, 0, 1, virtio) == -EINVAL, "a runt");
    CHECK(rw_wait(sender.fd, 1, -1, 0) == RW_WAIT_READY, "writable");
    close(sender.fd);

    error = rw_sender_open("no_such_if", 0, 0, 0, &sender);
    CHECK(error == -ENODEV && sender.step == RW_SENDER_INTERFACE, "%d in step %d", error, (int)sender.step);
}

int main(void)
{
    bad_arguments();
    describes_loopback();
    sends_on_loopback(0, 0);
    sends_on_loopback(1, 0);
    sends_on_loopback(0, 1);
    return 0;
}
