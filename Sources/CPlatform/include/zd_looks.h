#ifndef ZD_LOOKS_H
#define ZD_LOOKS_H

#include <stdint.h>

/// A look of a thread at its core: when it began and ended by zd_now_ns, and what zd_probe_width_at told.
typedef struct {
    uint64_t begin_ns;
    uint64_t end_ns;
    uint64_t width;
    uint64_t kilohertz;
} zd_look;

/// From now on the calling thread looks at its core: at once, whenever zd_pass_look is called and `interval_ns` have passed, and, where it is not called for twice as
/// long, by a timer's signal that interrupts whatever the thread is doing. Looks go to `room`, which must stay until zd_end_looks; when it is full but for one,
/// no more are taken. Where the system gives no timer nothing is interrupted.
void zd_begin_looks(zd_look *room, int32_t capacity, uint64_t interval_ns);

/// Looks, if it is time to. Called between pieces of work, so that short ones need not be interrupted.
void zd_pass_look(void);

/// Ends the looks of the calling thread with a last one. Returns how many there are.
int32_t zd_end_looks(void);

#endif
