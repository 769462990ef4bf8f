#ifndef ZD_THREAD_H
#define ZD_THREAD_H

#include <stdint.h>

/// What one thread has used so far: getrusage(RUSAGE_THREAD) and its CPU clock.
typedef struct {
    uint64_t voluntary_switches;
    uint64_t involuntary_switches;
    uint64_t minor_faults;
    uint64_t major_faults;
    uint64_t cpu_ns;
    int32_t current_cpu;   ///< sched_getcpu(), or -1
    int32_t known;         ///< 1 when the counters above are readings, 0 when the system refused them
} zd_thread_usage;

/// Fills `usage` for the calling thread. A refused reading leaves `known` at 0.
void zd_read_thread_usage(zd_thread_usage *usage);

/// CPU time of the whole process in nanoseconds, or -1 when it cannot be read.
int64_t zd_process_cpu_ns(void);

/// CPU time of all threads of another process in nanoseconds, or -1 when it cannot be read.
int64_t zd_other_process_cpu_ns(int32_t pid);

/// Speed of the calling thread's core in kilohertz, from the time of a chain of additions of one cycle each: cycles over time where no
/// counter may be read. The best of a few tries of some microseconds; 0 where the processor is unknown.
uint64_t zd_probe_kilohertz(void);

/// Independent additions that the calling thread's core does in a cycle, in thousandths: a chain of additions of one cycle each gives the cycle.
/// A constant of the core while the thread has it for itself; less while another hardware thread of the core works, of which a virtual
/// machine is told nothing. Takes about 15 microseconds; 0 where the processor is unknown or the cycle changed meanwhile.
uint64_t zd_probe_width(void);

/// The same, and the core's speed just then, as zd_probe_kilohertz would tell it: `kilohertz` is 0 where the processor is unknown.
uint64_t zd_probe_width_at(uint64_t *kilohertz);

/// The kernel's number of the calling thread.
int32_t zd_thread_id(void);

/// Reads the CPU mask of thread `tid` (0: the calling thread) as 64-bit words, CPU 0 in the lowest bit of words[0].
/// Returns the number of words filled, or -errno.
int zd_affinity(int32_t tid, uint64_t *words, int capacity);

/// Binds thread `tid` (0: the calling thread) or the process of that number to the CPUs of a mask as above. Returns 0 or -errno.
/// Teams pin themselves with hwloc; this is for processes that are started bound, and for tests, which move threads from outside.
int zd_set_affinity(int32_t tid, const uint64_t *words, int count);

/// The mask that the process was started with (taskset, cpuset), read before main. Same result as zd_affinity.
int zd_initial_affinity(uint64_t *words, int capacity);

/// Gives the calling thread a name of at most 15 bytes, seen in top and perf.
void zd_name_thread(const char *name);

/// Blocks every signal that is not a fault of the thread itself, so that signals are handled on other threads.
void zd_block_signals(void);

/// Scheduler ticks per second of /proc/stat (USER_HZ), or -1.
int64_t zd_ticks_per_second(void);

#endif
