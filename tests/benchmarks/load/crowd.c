/* The load generator: a crowd of connections that are drained and counted, not understood.
 *
 * Everything it sends was sealed before; of what comes it looks at lengths only. So it costs far
 * less than any server that it drives. What a delivery weighs is told by the caller, in bytes of
 * payload: what is left of a frame without its header and its tag.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { DONE = 0, TIMED_OUT = -1, CLOSED = -2, UNEXPECTED = -3 };
enum { EVENTS = 256, BUFFER = 1 << 18, TIMER = UINT32_MAX };

/* How frames are cut: a header with a big-endian length in it, a body, of which `overhead` bytes
 * are no payload. Without a header all bytes are payload. */
struct framing {
    int32_t header, length_at, length_size, overhead;
};

struct peer {
    int fd;
    int have;                /* bytes of a header that has not come whole */
    unsigned char head[8];
    uint32_t body, left;     /* the frame that is coming: its size, what is missing */
    int64_t payload;         /* since the last settling */
    int64_t open;            /* payload that is no whole delivery yet (paced only) */
    int32_t next;            /* the message it will get next (paced only) */
};

struct crowd {
    int epoll;
    int32_t size;
    struct framing framing;
    unsigned char *buffer;
    struct peer peers[];
};

/* Groups that speak in lockstep: a group's next batch goes out when all of the last one has
 * arrived. Batches lie one after the other, group by group; `ends` says where they end. */
struct lockstep {
    int32_t groups, batches;
    const int32_t *senders;  /* a peer for each batch */
    const int32_t *group_of; /* for each peer the group it is in, or -1 */
    const unsigned char *bytes;
    const int64_t *ends;
    int64_t due;             /* payload that one batch brings to its group */
    int32_t patience;        /* milliseconds without anything, before it is given up */
};

/* One message at a time, at fixed times, from changing senders to all other members. */
struct paced {
    int32_t count, members;  /* the first `members` peers take part */
    const int32_t *senders;  /* a peer for each message */
    const unsigned char *bytes;
    const int64_t *ends;
    int64_t interval;        /* nanoseconds */
    int64_t unit, answer;    /* payload of a delivery, and of the answer a sender gets (or 0) */
    int32_t patience;
};

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

struct crowd *crowd_new(const int32_t *fds, int32_t size, const struct framing *framing)
{
    struct crowd *crowd = calloc(1, sizeof *crowd + size * sizeof(struct peer));
    crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
    crowd->size = size;
    crowd->framing = *framing;
    crowd->buffer = malloc(BUFFER);
    for (int32_t i = 0; i < size; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        crowd->peers[i].fd = fds[i];
        epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, fds[i], &event);
    }
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    close(crowd->epoll);
    free(crowd->buffer);
    free(crowd);
}

static void reset(struct crowd *crowd)
{
    for (int32_t i = 0; i < crowd->size; i++)
        crowd->peers[i].payload = crowd->peers[i].open = crowd->peers[i].next = 0;
}

static void end_header(const struct framing *framing, struct peer *peer)
{
    uint32_t length = 0;
    for (int i = 0; i < framing->length_size; i++)
        length = length << 8 | peer->head[framing->length_at + i];
    peer->body = peer->left = length;
    peer->have = 0;
}

/* Count the payload of the frames that end in these bytes. */
static void take(const struct framing *framing, struct peer *peer, const unsigned char *bytes,
                 size_t size)
{
    if (!framing->header) {
        peer->payload += size;
        return;
    }
    while (size) {
        size_t part;
        if (peer->left) {
            part = size < peer->left ? size : peer->left;
            peer->left -= part;
            if (!peer->left && (int64_t)peer->body > framing->overhead)
                peer->payload += peer->body - framing->overhead;
        } else {
            part = framing->header - peer->have;
            part = size < part ? size : part;
            memcpy(peer->head + peer->have, bytes, part);
            peer->have += part;
            if (peer->have == framing->header)
                end_header(framing, peer);
        }
        bytes += part;
        size -= part;
    }
}

/* Read what a peer has got, once. Returns the bytes, 0 for none, or CLOSED. */
static ssize_t drain(struct crowd *crowd, struct peer *peer)
{
    ssize_t size = recv(peer->fd, crowd->buffer, BUFFER, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (size <= 0)
        return CLOSED;
    take(&crowd->framing, peer, crowd->buffer, size);
    return size;
}

/* Read on until nothing has come for `quiet` milliseconds; tell what each peer has got since the
 * last time or the last run, and count from 0 again. */
int crowd_settle(struct crowd *crowd, int32_t quiet, int32_t patience, int64_t *payloads)
{
    struct epoll_event events[EVENTS];
    int64_t deadline = now() + patience * 1000000LL;
    int ready;
    while ((ready = epoll_wait(crowd->epoll, events, EVENTS, quiet)) > 0) {
        for (int i = 0; i < ready; i++)
            if (drain(crowd, &crowd->peers[events[i].data.u32]) == CLOSED)
                return CLOSED;
        if (now() > deadline)
            return TIMED_OUT;
    }
    for (int32_t i = 0; i < crowd->size; i++)
        payloads[i] = crowd->peers[i].payload;
    reset(crowd);
    return DONE;
}

static int put(int fd, const unsigned char *bytes, size_t size)
{
    while (size) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            if (poll(&wait, 1, 1000) <= 0)
                return TIMED_OUT;
        } else if (sent < 0) {
            return CLOSED;
        } else {
            bytes += sent;
            size -= sent;
        }
    }
    return DONE;
}

static int put_batch(const struct crowd *crowd, const struct lockstep *plan, int32_t group,
                     int32_t batch)
{
    int64_t index = (int64_t)group * plan->batches + batch;
    int64_t start = index ? plan->ends[index - 1] : 0;
    return put(crowd->peers[plan->senders[index]].fd, plan->bytes + start,
               plan->ends[index] - start);
}

/* A member has got more: is its group's batch complete, and which one is next? */
static int progress(const struct crowd *crowd, const struct lockstep *plan, int32_t group,
                    int64_t *got, int32_t *sent, int32_t *running)
{
    if (*got < plan->due)
        return DONE;
    if (*got > plan->due)
        return UNEXPECTED;
    *got = 0;
    if (*sent == plan->batches) {
        --*running;
        return DONE;
    }
    return put_batch(crowd, plan, group, (*sent)++);
}

static int run_lockstep(struct crowd *crowd, const struct lockstep *plan, int64_t *got,
                        int32_t *sent)
{
    struct epoll_event events[EVENTS];
    int32_t running = plan->groups;
    int status = DONE;
    for (int32_t group = 0; group < plan->groups && !status; group++)
        status = put_batch(crowd, plan, group, sent[group]++);
    while (running && !status) {
        int ready = epoll_wait(crowd->epoll, events, EVENTS, plan->patience);
        if (!ready)
            return TIMED_OUT;
        for (int i = 0; i < ready && !status; i++) {
            uint32_t index = events[i].data.u32;
            struct peer *peer = &crowd->peers[index];
            int32_t group = plan->group_of[index];
            int64_t before = peer->payload;
            if (drain(crowd, peer) == CLOSED)
                return CLOSED;
            if (group >= 0 && peer->payload > before) {
                got[group] += peer->payload - before;
                status = progress(crowd, plan, group, &got[group], &sent[group], &running);
            }
        }
    }
    return status;
}

int crowd_lockstep(struct crowd *crowd, const struct lockstep *plan)
{
    int64_t *got = calloc(plan->groups, sizeof *got);
    int32_t *sent = calloc(plan->groups, sizeof *sent);
    int status = run_lockstep(crowd, plan, got, sent);
    reset(crowd);
    free(got);
    free(sent);
    return status;
}

/* How many deliveries are in what a peer has got and nobody has counted yet. Its answers are told
 * from deliveries by their size. */
static int64_t deliveries(const struct paced *plan, struct peer *peer)
{
    int64_t whole = 0;
    for (int64_t answers = 0; answers * plan->answer <= peer->open; answers++) {
        int64_t rest = peer->open - answers * plan->answer;
        if (rest % plan->unit == 0) {
            whole = rest / plan->unit;
            peer->open = 0;
            break;
        }
        if (!plan->answer) {
            whole = rest / plan->unit;
            peer->open = rest % plan->unit;
            break;
        }
    }
    return whole;
}

/* Note when each delivery came. Everyone gets the messages of the others in their order. */
static int64_t note(const struct paced *plan, struct peer *peer, int32_t index,
                    const int64_t *sent_at, int32_t sent, double *latencies)
{
    int64_t time = now(), count = deliveries(plan, peer);
    for (int64_t i = 0; i < count; i++) {
        while (peer->next < sent && plan->senders[peer->next] == index)
            peer->next++;
        if (peer->next >= sent)
            return UNEXPECTED;
        *latencies++ = (time - sent_at[peer->next++]) / 1e9;
    }
    return count;
}

/* The timer has run out: send the next message; after the last one it stops. */
static int send_paced(const struct crowd *crowd, const struct paced *plan, int timer, int32_t index)
{
    int64_t start = index ? plan->ends[index - 1] : 0;
    uint64_t ticks;
    if (read(timer, &ticks, sizeof ticks) < 0)
        return UNEXPECTED;
    if (index + 1 == plan->count)
        timerfd_settime(timer, 0, &(struct itimerspec){{0, 0}, {0, 0}}, NULL);
    return put(crowd->peers[plan->senders[index]].fd, plan->bytes + start,
               plan->ends[index] - start);
}

static int64_t run_paced(struct crowd *crowd, const struct paced *plan, int timer,
                         int64_t *sent_at, double *latencies)
{
    struct epoll_event events[EVENTS];
    int64_t noted = 0, all = (int64_t)plan->count * (plan->members - 1);
    int32_t sent = 0;
    while (noted < all) {
        int ready = epoll_wait(crowd->epoll, events, EVENTS, plan->patience);
        int64_t status = ready ? DONE : TIMED_OUT;
        for (int i = 0; i < ready && status >= 0; i++) {
            uint32_t index = events[i].data.u32;
            if (index == TIMER) {
                sent_at[sent] = now();
                status = send_paced(crowd, plan, timer, sent++);
                continue;
            }
            struct peer *peer = &crowd->peers[index];
            int64_t before = peer->payload;
            if (drain(crowd, peer) == CLOSED)
                return CLOSED;
            peer->open += peer->payload - before;
            status = note(plan, peer, index, sent_at, sent, latencies + noted);
            noted += status > 0 ? status : 0;
        }
        if (status < 0)
            return status;
    }
    return noted;
}

/* Returns how many latencies (seconds) were written: count * (members - 1), or an error. */
int64_t crowd_paced(struct crowd *crowd, const struct paced *plan, double *latencies)
{
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct itimerspec every = {{0, plan->interval}, {0, plan->interval}};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = TIMER};
    int64_t *sent_at = calloc(plan->count, sizeof *sent_at), result;
    epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, timer, &event);
    timerfd_settime(timer, 0, &every, NULL);
    result = run_paced(crowd, plan, timer, sent_at, latencies);
    reset(crowd);
    close(timer);
    free(sent_at);
    return result;
}
