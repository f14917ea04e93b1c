/* The floor: what fan-out costs a program that does nothing else.
 *
 * One epoll loop, plain bytes, units of one size. It greets as chatd does, with as many bytes and
 * no cryptography, keeps members of numbered groups, and hands each message to all others in its
 * group: by a send of its own (mode "send"), or joined with what waits for the same peer and sent
 * once an epoll turn (mode "join").
 *
 * floor MODE UNIT HELLO SYN ACK READY WELCOME: sizes in bytes; prints the port it listens on.
 * A unit begins with 'J' (join) or 'M' (message) and a big-endian u32, the group.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, BUFFER = 1 << 18, GROUPS = 1 << 16 };

struct buffer {
    unsigned char *bytes;
    size_t size, room;
};

struct peer {
    int fd;
    int greeted;    /* steps of the greeting that have been read: 0, 1, 2 */
    int watched;    /* waits for the socket to take more */
    int queued;     /* is in the list of those who get something this turn */
    struct buffer in, out;
};

struct group {
    struct peer **members;
    size_t size, room;
};

static int joining, epoll;
static size_t unit, hello, syn, ack, ready, welcome;
static struct group groups[GROUPS];
static struct peer **turn; /* who gets something when the turn ends */
static size_t turn_size, turn_room;
static unsigned char *zeros;

static void *grown(void *list, size_t size, size_t *room, size_t each)
{
    if (size < *room)
        return list;
    *room = *room ? *room * 2 : 1;
    return realloc(list, *room * each);
}

static void append(struct buffer *buffer, const unsigned char *bytes, size_t size)
{
    if (buffer->size + size > buffer->room) {
        buffer->room = (buffer->size + size) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
    }
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

static void watch(struct peer *peer, int writing)
{
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = peer};
    if (peer->watched != writing)
        epoll_ctl(epoll, EPOLL_CTL_MOD, peer->fd, &event);
    peer->watched = writing;
}

/* Send what waits; what the socket does not take waits on. A broken socket is noticed by recv. */
static void flush(struct peer *peer)
{
    ssize_t sent = send(peer->fd, peer->out.bytes, peer->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
        peer->out.size -= sent;
        memmove(peer->out.bytes, peer->out.bytes + sent, peer->out.size);
    }
    watch(peer, peer->out.size > 0);
}

static void deliver(struct peer *peer, const unsigned char *bytes, size_t size)
{
    if (!joining && !peer->out.size) {
        ssize_t sent = send(peer->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent == (ssize_t)size)
            return;
        sent = sent < 0 ? 0 : sent;
        append(&peer->out, bytes + sent, size - sent);
        watch(peer, 1);
        return;
    }
    append(&peer->out, bytes, size);
    if (joining && !peer->queued && !peer->watched) {
        peer->queued = 1;
        turn = grown(turn, turn_size, &turn_room, sizeof *turn);
        turn[turn_size++] = peer;
    }
}

static void end_turn(void)
{
    for (size_t i = 0; i < turn_size; i++) {
        turn[i]->queued = 0;
        flush(turn[i]);
    }
    turn_size = 0;
}

static void take_unit(struct peer *peer, const unsigned char *bytes)
{
    uint32_t number;
    memcpy(&number, bytes + 1, sizeof number);
    struct group *group = &groups[ntohl(number) % GROUPS];
    if (bytes[0] == 'J') {
        group->members = grown(group->members, group->size, &group->room, sizeof peer);
        group->members[group->size++] = peer;
        return;
    }
    for (size_t i = 0; i < group->size; i++)
        if (group->members[i] != peer)
            deliver(group->members[i], bytes, unit);
}

/* Handle what is whole. Returns how many bytes that was. */
static size_t handle(struct peer *peer, const unsigned char *bytes, size_t size)
{
    size_t start = 0;
    if (peer->greeted == 0 && size >= syn) {
        deliver(peer, zeros, ack);
        peer->greeted = 1;
        start = syn;
    }
    if (peer->greeted == 1 && size - start >= ready) {
        deliver(peer, zeros, welcome);
        peer->greeted = 2;
        start += ready;
    }
    if (peer->greeted < 2)
        return start;
    for (; size - start >= unit; start += unit)
        take_unit(peer, bytes + start);
    return start;
}

static void leave(struct peer *peer)
{
    end_turn();
    for (struct group *group = groups; group < groups + GROUPS; group++)
        for (size_t i = 0; i < group->size; i++)
            if (group->members[i] == peer)
                group->members[i--] = group->members[--group->size];
    close(peer->fd);
    free(peer->in.bytes);
    free(peer->out.bytes);
    free(peer);
}

static void receive(struct peer *peer)
{
    static unsigned char bytes[BUFFER];
    ssize_t size = recv(peer->fd, bytes, BUFFER, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        leave(peer);
        return;
    }
    if (!peer->in.size) {
        size_t done = handle(peer, bytes, size);
        append(&peer->in, bytes + done, size - done);
        return;
    }
    append(&peer->in, bytes, size);
    size_t done = handle(peer, peer->in.bytes, peer->in.size);
    peer->in.size -= done;
    memmove(peer->in.bytes, peer->in.bytes + done, peer->in.size);
}

static void welcome_in(int listener)
{
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct peer *peer = calloc(1, sizeof *peer);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        peer->fd = fd;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        deliver(peer, zeros, hello);
    }
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024))
        exit(1);
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    return listener;
}

int main(int argc, char **argv)
{
    size_t *sizes[] = {&unit, &hello, &syn, &ack, &ready, &welcome};
    struct epoll_event events[EVENTS];
    if (argc != 8)
        return 2;
    joining = !strcmp(argv[1], "join");
    for (int i = 0; i < 6; i++)
        *sizes[i] = strtoul(argv[i + 2], NULL, 10);
    zeros = calloc(1, 1 << 16);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_somewhere();
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct peer *peer = events[i].data.ptr;
            if (!peer)
                welcome_in(listener);
            else if (events[i].events & EPOLLOUT)
                flush(peer);
            else
                receive(peer);
        }
        end_turn();
    }
}
