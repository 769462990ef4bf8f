#!/usr/bin/env python3
"""Times CPU inference engines side by side: each in its own pinned process, taking turns, with the same weights, and outputs compared.

  bench.py                                     all rows that are not recorded yet
  bench.py --rows 'resnet18@224/1'             one row: network@side/threads
  bench.py --rows 'maedet-*@640/*,*@224/2'     patterns, separated by commas
  bench.py --extra 'mine=./engine {network} {resolution} {batch} {threads} {cpus} {weights} {input} {onnx}'

A row is one JSON file in --results with all raw samples; rows that are there are skipped, so an interrupted run goes on where it was.
"""
import argparse
import fnmatch
import json
import os
import shlex
import sys
import tempfile
import time

import engines
import environment
import make_models
import networks
import outputs
import ratios
import report
import turns

HERE = os.path.dirname(os.path.abspath(__file__))
ZENDET = '{zendet} worker {network} --image-resolution {resolution} --batch {batch} --threads {threads} --cpus {cpus} --weights {weights} --input {input}'
# glibc keeps freed memory instead of returning it: engines that allocate in every run would otherwise pay for page faults.
ALLOCATOR = dict(MALLOC_MMAP_THRESHOLD_=str(1 << 32), MALLOC_TRIM_THRESHOLD_=str(1 << 34), MALLOC_TOP_PAD_=str(64 << 20))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--rows', default='*', help='patterns of network@side/threads')
    add('--engines', default=','.join(engines.NAMES), help='peers to measure')
    add('--extra', action='append', default=[], metavar='NAME=COMMAND', help='a further engine that speaks the protocol of worker.py')
    add('--zendet', default=os.path.join(HERE, '..', '..', '.build', 'release', 'zendet'), help='the binary (default: the release build of this package)')
    add('--without-zendet', action='store_true')
    add('--batch', type=int, default=1)
    add('--cpus', help='CPUs to pin to; N threads get the first N (default: the allowed ones, the last first)')
    add('--models', help='folder of the models (default: models/ beside this file, or $PEERS_MODELS)')
    add('--litert-python', help='Python with ai-edge-litert and litert-torch (default: $PEERS_LITERT_PYTHON, or this one)')
    add('--results', default=os.path.join(HERE, 'results'), help='folder of the recorded rows')
    add('--again', action='store_true', help='measure rows that are recorded already')
    add('--list', action='store_true', help='only show which rows would be measured')
    add('--rounds', type=int, default=9, help='undisturbed rounds that every engine needs')
    add('--samples', type=int, default=15, help='undisturbed samples that every engine needs')
    add('--seconds', type=float, default=1.5, help='timed seconds that every engine needs')
    add('--most-seconds', type=float, default=20, help='timed seconds after which an engine has enough in any case')
    add('--turn-seconds', type=float, default=0.3, help='timed seconds of one turn')
    add('--load-timeout', type=float, default=900, help='seconds that an engine may take to load and compile')
    add('--env', action='append', default=[], metavar='NAME=VALUE', help='environment variable for all engines')
    options = parser.parse_args()
    unknown = [e for e in options.engines.split(',') if e and e not in engines.NAMES]
    if unknown:
        parser.error(f"no engine '{unknown[0]}'; there are {', '.join(engines.NAMES)}")
    for name, values in [('--extra', options.extra), ('--env', options.env)]:
        if any('=' not in v for v in values):
            parser.error(f'{name} needs NAME=VALUE')
    if not options.without_zendet and not os.access(options.zendet, os.X_OK):
        parser.error(f'{options.zendet} is not there: swift build -c release --product zendet, or --zendet PATH, or --without-zendet')
    for variable, value in [('PEERS_MODELS', options.models), ('PEERS_LITERT_PYTHON', options.litert_python)]:
        if value:
            os.environ[variable] = os.path.abspath(value)
    return parser, options


def allowed_cpus(parser, options):
    allowed = sorted(os.sched_getaffinity(0), reverse=True)
    if not options.cpus:
        return allowed
    try:
        cpus = [int(c) for c in options.cpus.split(',')]
    except ValueError:
        parser.error(f"--cpus {options.cpus}: a list such as 1,0 was expected")
    if not set(cpus) <= set(allowed) or len(set(cpus)) < len(cpus):
        parser.error(f'--cpus {options.cpus}: each of {sorted(allowed)} may be named once')
    return cpus


def selected(parser, options, cpus):
    patterns = options.rows.split(',')
    rows = [(n, r, t) for n in networks.NAMES for r in networks.RESOLUTIONS for t in (1, 2)]
    name = lambda row: f'{row[0]}@{row[1]}/{row[2]}'
    for pattern in patterns:
        if not any(fnmatch.fnmatch(name(r), pattern) for r in rows):
            parser.error(f"--rows {pattern} fits no row; rows are such as '{name(rows[0])}'")
    chosen = [r for r in rows if any(fnmatch.fnmatch(name(r), p) for p in patterns)]
    skipped = [r for r in chosen if r[2] > len(cpus)]
    if skipped:
        print(f'{len(skipped)} rows need more threads than the {len(cpus)} CPUs allow; skipped', file=sys.stderr)
    return [r for r in chosen if r[2] <= len(cpus)]


def record_path(options, row):
    batch = f'-b{options.batch}' if options.batch > 1 else ''
    return os.path.join(options.results, f'{row[0]}-{row[1]}{batch}-t{row[2]}.json')


def commands(options, row, cpus):
    """(name, command, files needed, is a peer) of every engine; ncnn runs one image at a time."""
    network, resolution, threads = row
    file = lambda fmt: make_models.path(fmt, network, resolution, options.batch)
    words = dict(network=network, resolution=resolution, batch=options.batch, threads=threads, cpus=','.join(map(str, cpus[:threads])),
                 weights=file('weights'), input=file('input'), onnx=file('onnx'), zendet=options.zendet)
    fill = lambda template: [part.format(**words) for part in shlex.split(template)]
    needed = lambda template: [fmt for fmt in ('weights', 'input', 'onnx') if '{%s}' % fmt in template]
    own = [] if options.without_zendet else [('zendet', ZENDET)]
    result = [(n, fill(c), needed(c), False) for n, c in own + [tuple(e.split('=', 1)) for e in options.extra]]
    for name in filter(None, options.engines.split(',')):
        if name == 'ncnn' and options.batch > 1:
            continue
        python = make_models.litert_python() if name == 'litert' else sys.executable
        command = [python, os.path.join(HERE, 'worker.py'), name, network, '--resolution', str(resolution), '--batch', str(options.batch),
                   '--threads', str(threads)]
        result.append((name, command, engines.NEEDS[name], True))
    return result


def variables(options, threads, is_peer):
    count = str(threads)
    result = dict(os.environ, OMP_NUM_THREADS=count, MKL_NUM_THREADS=count, OPENBLAS_NUM_THREADS=count, KMP_BLOCKTIME='1', PYTHONWARNINGS='ignore',
                  TF_CPP_MIN_LOG_LEVEL='3', TORCHINDUCTOR_CACHE_DIR=os.path.join(make_models.folder(), 'inductor'))
    if is_peer:
        result.update(ALLOCATOR)
    result.update(e.split('=', 1) for e in options.env)
    return result


def measure(options, row, cpus):
    network, resolution, threads = row
    pinned = cpus[:threads]
    record = dict(
        kind='peers-row', network=network, resolution=resolution, batch=options.batch, threads=threads,
        macs=networks.build(network, resolution, options.batch).macs, plan=plan(options), environment=environment.capture(pinned), engines=[])
    reference = make_models.ensure('reference', network, resolution, options.batch)
    workers, entries = [], {}
    try:
        for name, command, needs, is_peer in commands(options, row, cpus):
            entry = dict(name=name, command=[os.path.basename(c) if os.path.isabs(c) else c for c in command])
            record['engines'].append(entry)
            entries[name] = entry
            start = time.monotonic()
            try:
                for fmt in needs:
                    make_models.ensure(fmt, network, resolution, options.batch)
                workers.append(turns.Worker(name, command, pinned, variables(options, threads, is_peer), options.load_timeout))
                entry.update(load_seconds=time.monotonic() - start, info=workers[-1].info)
            except (turns.WorkerFailed, make_models.CannotMake) as error:
                entry['error'] = str(error)
                print(f'  {error}', file=sys.stderr)
        if workers:
            progress = lambda text: print(f'\r  {text} ', end='', file=sys.stderr, flush=True) if sys.stderr.isatty() else None
            turns.take_turns(workers, threads, plan(options), progress)
        for worker in workers:
            turns.attempt(worker, lambda: entries[worker.name].update(summary(worker, reference)))
            if worker.failure:
                entries[worker.name].update(error=worker.failure, chunks=[])
                print(f'  {worker.failure}', file=sys.stderr)
    finally:
        for worker in workers:
            worker.quit()
    record['environment']['load_average_after'] = list(os.getloadavg())
    return record


def plan(options):
    return dict(rounds=options.rounds, samples=options.samples, seconds=options.seconds, most_seconds=options.most_seconds,
                turn_seconds=options.turn_seconds)


def summary(worker, reference):
    rounds = ratios.usable_rounds(worker.chunks)
    times = ratios.samples(worker.chunks, rounds)
    peak, cpus = worker.peak_bytes(), worker.check_affinity()
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, 'outputs.npz')
        worker.ask('out ' + path)
        errors = outputs.compare(path, reference)
    everything = ratios.samples(worker.chunks, range(len(worker.chunks)))
    return dict(
        median_ms=1e3 * ratios.quantile(times, 0.5), p10_ms=1e3 * ratios.quantile(times, 0.1), p90_ms=1e3 * ratios.quantile(times, 0.9),
        min_ms=1e3 * min(everything), count=len(everything), outliers=ratios.outliers(times), rounds=len(worker.chunks),
        disturbed_rounds=sum(c['disturbed'] for c in worker.chunks), cpu_per_wall=cpu_per_wall(worker.chunks), peak_bytes=peak, outputs=errors,
        cpus=cpus, chunks=worker.chunks)


def cpu_per_wall(chunks):
    known = [c for c in chunks if c.get('cpu') is not None]
    return sum(c['cpu'] for c in known) / sum(c['wall'] for c in known) if known else None


def show(record):
    gflop = 2 * record['macs'] / 1e9
    print(f"{record['network']}@{record['resolution']}, {record['threads']} thread{'s' * (record['threads'] > 1)}, {gflop:.2f} GFLOP")
    measured = sorted(report.entries(record), key=lambda e: e['median_ms'])
    for e in measured:
        error = max(e['outputs'].get('relative_l2') or [float('nan')])
        print(f"  {e['name']:15} {e['median_ms']:9.2f} ms  p10 {e['p10_ms']:9.2f}  p90 {e['p90_ms']:9.2f}  {gflop / e['median_ms'] * 1e3:7.1f} GFLOP/s  "
              f"n {e['count']:4} outliers {e['outliers']:2}  disturbed {e['disturbed_rounds']}/{e['rounds']}  {(e['peak_bytes'] or 0) / 2**20:6.0f} MiB  "
              f"error {error:.1e}{'' if e['outputs']['right'] else '  WRONG ' + e['outputs'].get('why', '')}")
    ratio = report.verdict(record)['ratio']
    if ratio:
        best = report.verdict(record)['best']
        print(f"  {best} / zendet = {ratio['ratio']:.3f} ({ratio['low']:.3f} to {ratio['high']:.3f})", flush=True)


def main():
    parser, options = arguments()
    cpus = allowed_cpus(parser, options)
    rows = [r for r in selected(parser, options, cpus) if options.again or not os.path.exists(record_path(options, r))]
    if options.list:
        print('\n'.join(f'{n}@{r}/{t}' for n, r, t in rows))
        return
    os.makedirs(options.results, exist_ok=True)
    try:
        for number, row in enumerate(rows, 1):
            print(f'[{number}/{len(rows)}] {row[0]}@{row[1]}/{row[2]}', file=sys.stderr, flush=True)
            try:
                record = measure(options, row, cpus)
            except (turns.WorkerFailed, make_models.CannotMake) as error:
                print(f'  row given up, run again to repeat it: {error}', file=sys.stderr, flush=True)
                continue
            report.write(record_path(options, row), json.dumps(record, separators=(',', ':')) + '\n')
            show(record)
    except KeyboardInterrupt:
        print('\ninterrupted; finished rows are kept', file=sys.stderr)
        sys.exit(130)
    table = report.markdown(report.load(options.results))
    report.write(os.path.join(options.results, 'table.md'), table)
    print(table, end='')


if __name__ == '__main__':
    main()
