#ifndef RINGWIRE_INTERFACE_H
#define RINGWIRE_INTERFACE_H

/* Network interfaces by name (netdevice(7)). Every function returns 0, or -errno; a name that does not fit is -EINVAL. */

struct rw_interface {
    int ifindex;
    int hatype; /* ARPHRD_ */
    int mtu;    /* bytes without the link header */
    int up;
    unsigned char mac[6]; /* means something where hatype is ARPHRD_ETHER */
};

/* Asks through any socket. */
int rw_interface_describe(int fd, const char *name, struct rw_interface *found);

/* The same through a socket of its own. */
int rw_interface_find(const char *name, struct rw_interface *found);

int rw_interface_set_mtu(const char *name, int mtu);

/* Switches it on. */
int rw_interface_up(const char *name);

#endif
