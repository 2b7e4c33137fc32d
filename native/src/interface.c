#define _GNU_SOURCE

#include "interface.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int name_request(struct ifreq *request, const char *name)
{
    memset(request, 0, sizeof *request);
    if (name == NULL || *name == '\0' || strnlen(name, IFNAMSIZ) == IFNAMSIZ)
        return -EINVAL;
    memcpy(request->ifr_name, name, strlen(name));
    return 0;
}

static int ask(int fd, unsigned long what, struct ifreq *request)
{
    return ioctl(fd, what, request) == 0 ? 0 : -errno;
}

/* Any family answers for interfaces; this one is in every kernel. */
static int open_any(void)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

int rw_interface_describe(int fd, const char *name, struct rw_interface *found)
{
    struct ifreq request;
    if (found == NULL)
        return -EINVAL;
    memset(found, 0, sizeof *found);
    int error = name_request(&request, name);
    if (error == 0)
        error = ask(fd, SIOCGIFINDEX, &request);
    if (error != 0)
        return error;
    found->ifindex = request.ifr_ifindex;
    error = ask(fd, SIOCGIFHWADDR, &request);
    if (error != 0)
        return error;
    found->hatype = request.ifr_hwaddr.sa_family;
    memcpy(found->mac, request.ifr_hwaddr.sa_data, sizeof found->mac);
    error = ask(fd, SIOCGIFMTU, &request);
    if (error != 0)
        return error;
    found->mtu = request.ifr_mtu;
    error = ask(fd, SIOCGIFFLAGS, &request);
    found->up = error == 0 && (request.ifr_flags & IFF_UP) != 0;
    return error;
}

int rw_interface_find(const char *name, struct rw_interface *found)
{
    int fd = open_any();
    if (fd < 0)
        return fd;
    int error = rw_interface_describe(fd, name, found);
    (void)close(fd);
    return error;
}

int rw_interface_set_mtu(const char *name, int mtu)
{
    struct ifreq request;
    int error = name_request(&request, name);
    int fd = error != 0 ? error : open_any();
    if (fd < 0)
        return fd;
    request.ifr_mtu = mtu;
    error = ask(fd, SIOCSIFMTU, &request);
    (void)close(fd);
    return error;
}

int rw_interface_up(const char *name)
{
    struct ifreq request;
    int error = name_request(&request, name);
    int fd = error != 0 ? error : open_any();
    if (fd < 0)
        return fd;
    error = ask(fd, SIOCGIFFLAGS, &request);
    if (error == 0) {
        request.ifr_flags |= IFF_UP;
        error = ask(fd, SIOCSIFFLAGS, &request);
    }
    (void)close(fd);
    return error;
}
