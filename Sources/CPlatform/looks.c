#define _GNU_SOURCE
#include "zd_looks.h"

#include "zd_cpu.h"
#include "zd_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

// Written by its thread alone, also when a signal interrupts that thread.
static _Thread_local struct {
    zd_look *room;
    int32_t capacity;
    volatile int32_t count;
    volatile int is_timed;
    uint64_t interval_ns;
    timer_t timer;
} looks;

static void look(void) {
    zd_look *const place = looks.room + looks.count;
    place->begin_ns = zd_now_ns();
    place->width = zd_probe_width_at(&place->kilohertz);
    place->end_ns = zd_now_ns();
    looks.count = looks.count + 1;
}

// One may still be on its way when its timer is gone.
static void on_timer(int signal) {
    (void)signal;
    const int before = errno;
    if (looks.is_timed && looks.count < looks.capacity - 1) look();
    errno = before;
}

static int signal_number(void) { return SIGRTMIN + 5; }

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_timer;
    action.sa_flags = SA_RESTART;
    (void)sigaction(signal_number(), &action, NULL);
}

static void let_through(int how) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number());
    (void)pthread_sigmask(how, &set, NULL);
}

// The next signal after twice the interval from now, and so on.
static void arm(void) {
    const uint64_t wait = 2 * looks.interval_ns;
    struct itimerspec when;
    when.it_interval.tv_sec = when.it_value.tv_sec = (time_t)(wait / 1000000000u);
    when.it_interval.tv_nsec = when.it_value.tv_nsec = (long)(wait % 1000000000u);
    (void)timer_settime(looks.timer, 0, &when, NULL);
}

void zd_begin_looks(zd_look *room, int32_t capacity, uint64_t interval_ns) {
    looks.interval_ns = interval_ns;
    looks.room = room;
    looks.capacity = capacity;
    looks.count = 0;
    looks.is_timed = 0;
    look();
    pthread_once(&once, install);
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = signal_number();
    event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
    if (timer_create(CLOCK_MONOTONIC, &event, &looks.timer) != 0) return;
    looks.is_timed = 1;
    let_through(SIG_UNBLOCK);
    arm();
}

void zd_pass_look(void) {
    if (looks.count >= looks.capacity - 1 || zd_now_ns() - looks.room[looks.count - 1].end_ns < looks.interval_ns) return;
    // The signal must not come in the middle of this look.
    const int timed = looks.is_timed;
    looks.is_timed = 0;
    look();
    looks.is_timed = timed;
    if (timed) arm();
}

int32_t zd_end_looks(void) {
    if (looks.is_timed) {
        (void)timer_delete(looks.timer);
        let_through(SIG_BLOCK);
        looks.is_timed = 0;
    }
    if (looks.count < looks.capacity) look();
    return looks.count;
}
