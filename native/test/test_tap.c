#define _GNU_SOURCE

#include "batch.h"
#include "check.h"
#include "interface.h"
#include "tap.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void bad_arguments(void)
{
    struct rw_tap tap;
    CHECK(rw_tap_open(NULL, 0, 0, &tap) == -EINVAL && tap.fd == -1 && tap.wake_fd == -1, "no name");
    CHECK(rw_tap_open("", 0, 0, &tap) == -EINVAL, "empty name");
    CHECK(rw_tap_open("sixteen_letters_", 0, 0, &tap) == -EINVAL, "long name");
    CHECK(rw_tap_open("tap%d", 0, 0, NULL) == -EINVAL, "no result");
}

static void opens(int tun, int virtio)
{
    struct rw_tap tap, again;
    struct rw_interface found;
    int error = rw_tap_open("rwtest%d", tun, virtio, &tap);
    if (error == -EPERM || error == -EACCES || error == -ENOENT || error == -ENODEV) {
        CHECK(tap.fd == -1, "left open");
        printf("skipped: %s in step %d\n", strerror(-error), (int)tap.step);
        return;
    }
    CHECK(error == 0, "%s in step %d", strerror(-error), (int)tap.step);
    CHECK(strncmp(tap.name, "rwtest", 6) == 0 && strchr(tap.name, '%') == NULL, "name %s", tap.name);
    CHECK(virtio == ((tap.offloads & 7) == 7), "offloads %x", (unsigned)tap.offloads);
    CHECK(rw_interface_find(tap.name, &found) == 0 && found.mtu == 1500 && !found.up, "mtu %d", found.mtu);
    CHECK(rw_interface_set_mtu(tap.name, 1400) == 0, "set the mtu");
    CHECK(rw_interface_find(tap.name, &found) == 0 && found.mtu == 1400, "mtu %d", found.mtu);
    CHECK(rw_interface_set_mtu(tap.name, -1) < 0, "a negative mtu");

    static _Alignas(8) unsigned char memory[4096] = {[RW_BATCH_FRAME] = 0x45};
    int32_t length = 60;
    memcpy(memory + RW_BATCH_LENGTH, &length, sizeof length);
    CHECK(rw_batch_write(tap.fd, memory, sizeof memory, 0, 1, virtio) == -EIO, "it is down");
    CHECK(rw_batch_read(tap.fd, memory, sizeof memory, 1, 2000, virtio) == -EAGAIN, "nothing to read");

    error = rw_tap_open(tap.name, tun, virtio, &again);
    CHECK(error == -EBUSY && again.step == RW_TAP_ATTACH && again.fd == -1, "%d in step %d", error, (int)again.step);
    CHECK(rw_interface_up(tap.name) == 0 && rw_interface_find(tap.name, &found) == 0 && found.up, "up");
    close(tap.fd);
    close(tap.wake_fd);
    CHECK(rw_interface_find(tap.name, &found) == -ENODEV, "it goes with the descriptor");
}

int main(void)
{
    bad_arguments();
    opens(0, 0);
    opens(0, 1);
    opens(1, 0);
    opens(1, 1);
    return 0;
}
