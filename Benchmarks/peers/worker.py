#!/usr/bin/env python3
"""One engine with one network, speaking JSON lines on standard input and output; bench.py starts and pins it.

  run N     N timed runs: {"t": [seconds], "nivcsw": [...], "wall", "cpu", "foreign", "steal", "minflt"}
  warm N    N runs without times: {}
  out PATH  writes the outputs of the last run as .npz, NCHW, fp32: {}
  quit      ends, as does the end of the input

The first line is {"ready": true, "version": ..., "outputs": [...]}. What fails is answered by {"error": "..."}.
"""
import argparse
import json
import os
import resource
import sys
import time

import numpy as np

import engines
import networks

TICKS = os.sysconf('SC_CLK_TCK')


def cpu_times(cpus):
    """Seconds that these CPUs were busy, and that the hypervisor took from them."""
    busy = steal = 0
    with open('/proc/stat') as file:
        for line in file:
            word, *values = line.split()
            if word.startswith('cpu') and word[3:].isdigit() and int(word[3:]) in cpus:
                v = list(map(int, values))
                busy += v[0] + v[1] + v[2] + v[5] + v[6]
                steal += v[7]
    return busy / TICKS, steal / TICKS


def timed(run, count, cpus):
    usage = lambda: resource.getrusage(resource.RUSAGE_SELF)
    times, switches = [], []
    (busy, stolen), before, wall = cpu_times(cpus), usage(), time.perf_counter()
    for _ in range(count):
        switched = usage().ru_nivcsw
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        switches.append(usage().ru_nivcsw - switched)
    (busy_after, stolen_after), after, wall = cpu_times(cpus), usage(), time.perf_counter() - wall
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return dict(t=times, nivcsw=switches, wall=wall, cpu=cpu, foreign=max(0.0, busy_after - busy - cpu), steal=stolen_after - stolen,
                minflt=after.ru_minflt - before.ru_minflt)


def obey(line, engine, cpus):
    word, _, argument = line.strip().partition(' ')
    if word == 'run':
        return timed(engine.run, int(argument), cpus)
    if word == 'warm':
        for _ in range(int(argument)):
            engine.run()
        return {}
    if word == 'out':
        np.savez(argument, **{f'c{i + 2}': o for i, o in enumerate(engine.outputs())})
        return {}
    raise ValueError(f"'{line.strip()[:80]}' is no command; run N, warm N, out PATH and quit are")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('engine', choices=engines.NAMES)
    parser.add_argument('network', choices=networks.NAMES)
    parser.add_argument('--resolution', type=int, default=224)
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    channel = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)                                       # what engines print goes to standard error
    graph = networks.build(options.network, options.resolution, options.batch)
    engine = engines.load(options.engine, graph, options.threads, options.resolution)
    graph.weights.clear()                               # the engine has its own copy now
    cpus = os.sched_getaffinity(0)
    start = time.perf_counter()
    engine.run()
    engine.run()
    outputs = [dict(name=f'c{i + 2}', shape=list(s)) for i, s in enumerate(graph.output_shapes())]
    ready = dict(ready=True, engine=options.engine, version=engine.version, cpus=sorted(cpus), first2_s=time.perf_counter() - start, outputs=outputs)
    print(json.dumps(ready), file=channel)
    for line in sys.stdin:
        if not line.strip():
            continue
        if line.strip() == 'quit':
            break
        try:
            answer = obey(line, engine, cpus)
        except Exception as error:
            answer = dict(error=f'{type(error).__name__}: {error}')
        print(json.dumps(answer), file=channel)
    channel.flush()
    os._exit(0)                                         # some engines' threads do not end by themselves


if __name__ == '__main__':
    main()
