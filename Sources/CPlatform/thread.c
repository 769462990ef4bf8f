#define _GNU_SOURCE
#include "zd_thread.h"

#include "zd_cpu.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void zd_read_thread_usage(zd_thread_usage *usage) {
    memset(usage, 0, sizeof *usage);
    usage->current_cpu = sched_getcpu();
    struct rusage r;
    struct timespec t;
    if (getrusage(RUSAGE_THREAD, &r) != 0 || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0) return;
    usage->voluntary_switches = (uint64_t)r.ru_nvcsw;
    usage->involuntary_switches = (uint64_t)r.ru_nivcsw;
    usage->minor_faults = (uint64_t)r.ru_minflt;
    usage->major_faults = (uint64_t)r.ru_majflt;
    usage->cpu_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    usage->known = 1;
}

// Register to register: some cores remove additions of a constant before they run.
#if defined(__x86_64__)
#define ZD_ADD4(value, one) __asm__ __volatile__("add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0" : "+r"(value) : "r"(one))
#define ZD_ADDS8(v, one) \
    __asm__ __volatile__("add %8, %0\n\tadd %8, %1\n\tadd %8, %2\n\tadd %8, %3\n\tadd %8, %4\n\tadd %8, %5\n\tadd %8, %6\n\tadd %8, %7" \
        : "+r"(v[0]), "+r"(v[1]), "+r"(v[2]), "+r"(v[3]), "+r"(v[4]), "+r"(v[5]), "+r"(v[6]), "+r"(v[7]) : "r"(one))
#elif defined(__aarch64__)
#define ZD_ADD4(value, one) \
    __asm__ __volatile__("add %0, %0, %1\n\tadd %0, %0, %1\n\tadd %0, %0, %1\n\tadd %0, %0, %1" : "+r"(value) : "r"(one))
#define ZD_ADDS8(v, one) \
    __asm__ __volatile__( \
        "add %0, %0, %8\n\tadd %1, %1, %8\n\tadd %2, %2, %8\n\tadd %3, %3, %8\n\t" \
        "add %4, %4, %8\n\tadd %5, %5, %8\n\tadd %6, %6, %8\n\tadd %7, %7, %8" \
        : "+r"(v[0]), "+r"(v[1]), "+r"(v[2]), "+r"(v[3]), "+r"(v[4]), "+r"(v[5]), "+r"(v[6]), "+r"(v[7]) : "r"(one))
#endif

#if defined(ZD_ADD4)
// Nanoseconds of a chain of additions, of which each takes a cycle.
static uint64_t time_chain(int adds) {
    uint64_t value = 0, one = 1;
    const uint64_t from = zd_now_ns();
    for (int step = 0; step < adds / 16; ++step) {
        ZD_ADD4(value, one); ZD_ADD4(value, one); ZD_ADD4(value, one); ZD_ADD4(value, one);
    }
    return zd_now_ns() - from;
}
#endif

uint64_t zd_probe_kilohertz(void) {
#if defined(ZD_ADD4)
    enum { tries = 4, adds = 16384 };
    uint64_t best = UINT64_MAX;
    for (int try = 0; try < tries; ++try) {
        const uint64_t taken = time_chain(adds);
        if (taken > 0 && taken < best) best = taken;
    }
    return best == UINT64_MAX ? 0 : (uint64_t)adds * 1000000u / best;
#else
    return 0;
#endif
}

uint64_t zd_probe_width(void) {
    uint64_t kilohertz;
    return zd_probe_width_at(&kilohertz);
}

uint64_t zd_probe_width_at(uint64_t *kilohertz) {
    *kilohertz = 0;
#if defined(ZD_ADD4)
    // Ten microseconds are a mean over what a neighbour does; in two it can be idle by chance.
    enum { chain = 8192, independent = 131072 };
    const uint64_t before = time_chain(chain);
    uint64_t one = 1, v[8] = {0};
    const uint64_t from = zd_now_ns();
    for (int step = 0; step < independent / 32; ++step) {
        ZD_ADDS8(v, one); ZD_ADDS8(v, one); ZD_ADDS8(v, one); ZD_ADDS8(v, one);
    }
    const uint64_t taken = zd_now_ns() - from;
    const uint64_t after = time_chain(chain);
    const uint64_t less = before < after ? before : after, more = before < after ? after : before;
    if (less > 0) *kilohertz = (uint64_t)chain * 1000000u / less;
    // An interrupted chain, or a change of frequency, would make the core look wider than it is.
    if (less == 0 || taken == 0 || more - less > less / 16) return 0;
    return independent * 1000u * less / (taken * chain);
#else
    return 0;
#endif
}

int64_t zd_process_cpu_ns(void) {
    struct timespec t;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0) return -1;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t zd_other_process_cpu_ns(int32_t pid) {
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return -1;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int32_t zd_thread_id(void) { return (int32_t)syscall(SYS_gettid); }

// The raw call, not glibc's wrapper: it tells how many bytes the kernel wrote.
int zd_affinity(int32_t tid, uint64_t *words, int capacity) {
    memset(words, 0, (size_t)capacity * sizeof *words);
    long bytes = syscall(SYS_sched_getaffinity, tid, (size_t)capacity * sizeof *words, words);
    if (bytes < 0) return -errno;
    return (int)((bytes + 7) / 8);
}

int zd_set_affinity(int32_t tid, const uint64_t *words, int count) {
    return syscall(SYS_sched_setaffinity, tid, (size_t)count * sizeof *words, words) < 0 ? -errno : 0;
}

enum { ZD_MAX_WORDS = 128 };   // 8192 CPUs, the largest NR_CPUS that Linux is configured with on x86-64
static uint64_t initial_words[ZD_MAX_WORDS];
static int initial_count = -ENODATA;

__attribute__((constructor)) static void remember_initial_affinity(void) {
    initial_count = zd_affinity(0, initial_words, ZD_MAX_WORDS);
}

int zd_initial_affinity(uint64_t *words, int capacity) {
    if (initial_count < 0) return initial_count;
    if (initial_count > capacity) return -ERANGE;
    memset(words, 0, (size_t)capacity * sizeof *words);
    memcpy(words, initial_words, (size_t)initial_count * sizeof *words);
    return initial_count;
}

void zd_name_thread(const char *name) { (void)pthread_setname_np(pthread_self(), name); }

void zd_block_signals(void) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    sigset_t set;
    sigfillset(&set);
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; ++i) sigdelset(&set, faults[i]);
    (void)pthread_sigmask(SIG_SETMASK, &set, NULL);
}

int64_t zd_ticks_per_second(void) { return sysconf(_SC_CLK_TCK); }
