/*
 * lwIP on a TAP interface as a worker: open TAP HOST PORT. It serves, by callbacks, what tcp_stream.c serves: a source at
 * PORT, a sink at PORT+1, echoes of TCP and UDP at PORT+2, and a sink again at PORT+3.
 */
#include "lwip_tap.h"

#include "lwip/ip4_addr.h"
#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"
#include "lwip/udp.h"

static char zeros[65536];

static err_t more(void *argument, struct tcp_pcb *pcb, u16_t count)
{
    u16_t room = tcp_sndbuf(pcb);
    (void)argument;
    (void)count;
    if (room > 0 && tcp_write(pcb, zeros, room, 0) == ERR_OK)
        tcp_output(pcb);
    return ERR_OK;
}

static err_t source_received(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)argument;
    (void)error;
    if (data == NULL) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    pbuf_free(data);
    return ERR_OK;
}

static err_t received(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)error;
    if (data == NULL)
        return tcp_close(pcb);
    if (argument != NULL) {
        for (struct pbuf *part = data; part != NULL; part = part->next)
            tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
        tcp_output(pcb);
    }
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

static err_t accept_source(void *argument, struct tcp_pcb *pcb, err_t error)
{
    (void)error;
    tcp_arg(pcb, argument);
    tcp_sent(pcb, more);
    tcp_recv(pcb, source_received);
    return more(NULL, pcb, 0);
}

static err_t accept_sink(void *argument, struct tcp_pcb *pcb, err_t error)
{
    (void)error;
    tcp_arg(pcb, argument);
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, received);
    return ERR_OK;
}

static void echo(void *argument, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from, u16_t port)
{
    (void)argument;
    udp_sendto(pcb, data, from, port);
    pbuf_free(data);
}

static void serve(int port, tcp_accept_fn accept, void *argument)
{
    struct tcp_pcb *pcb = tcp_new();
    if (pcb == NULL || tcp_bind(pcb, IP_ANY_TYPE, (u16_t)port) != ERR_OK)
        worker_fail("port %d", port);
    pcb = tcp_listen(pcb);
    tcp_arg(pcb, argument);
    tcp_accept(pcb, accept);
}

struct wanted {
    char *device;
    const char *host;
    int port;
};

static void begin(void *argument)
{
    static struct netif netif;
    struct wanted *wanted = argument;
    ip4_addr_t address, mask, none;
    ip4_addr_set_zero(&none);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    if (!ip4addr_aton(wanted->host, &address) ||
        netif_add(&netif, &address, &mask, &none, wanted->device, tap_init, tcpip_input) == NULL)
        worker_fail("no interface");
    netif_set_up(&netif);
    netif_set_link_up(&netif);
    serve(wanted->port, accept_source, NULL);
    serve(wanted->port + 1, accept_sink, NULL);
    serve(wanted->port + 2, accept_sink, zeros);
    serve(wanted->port + 3, accept_sink, NULL);
    struct udp_pcb *udp = udp_new();
    udp_bind(udp, IP_ANY_TYPE, (u16_t)(wanted->port + 2));
    udp_recv(udp, echo, NULL);
    worker_result("ok=1");
}

int main(void)
{
    char *words[WORKER_WORDS];
    while (worker_next(words)) {
        static struct wanted wanted;
        if (strcmp(words[0], "open") != 0)
            worker_fail("unknown command %s", words[0]);
        wanted.device = strdup(words[1]);
        wanted.host = strdup(words[2]);
        wanted.port = atoi(words[3]);
        tcpip_init(begin, &wanted);
    }
    return 0;
}
