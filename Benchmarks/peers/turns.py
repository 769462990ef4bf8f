"""Starts engines as pinned processes and lets them take turns."""
import json
import os
import select
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class WorkerFailed(Exception):
    """A worker could not be started or did not answer; the text has the end of what it wrote to standard error."""


class Worker:
    """One engine in a process of its own, bound to the CPUs before it starts."""

    def __init__(self, name, command, cpus, environment, load_timeout):
        self.name, self.command, self.cpus = name, command, cpus
        self.chunks = []
        self.log = tempfile.TemporaryFile('w+')
        pinned = ['taskset', '-c', ','.join(map(str, cpus))] + command
        try:
            self.process = subprocess.Popen(
                pinned, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=environment, bufsize=0)
        except OSError as error:
            raise WorkerFailed(f'{name}: cannot start {pinned[0]}: {error}') from error
        self.buffer, self.failure = b'', None
        try:
            self.info = self.read(load_timeout)
            if not self.info.get('ready'):
                raise WorkerFailed(f'{name}: its first line is no {{"ready": true}}: {self.info}')
        except BaseException:                           # an interrupt while it loads, too
            self.end()
            raise

    def ask(self, line, timeout=600):
        try:
            self.process.stdin.write((line + '\n').encode())
        except OSError as error:
            raise WorkerFailed(f'{self.name}: is gone ({error}): {self.tail()}') from error
        answer = self.read(timeout)
        if 'error' in answer:
            raise WorkerFailed(f"{self.name}: '{line}': {answer['error']}")
        return answer

    def read(self, timeout):
        end = time.monotonic() + timeout
        while b'\n' not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b''
            if not piece:
                why = f'ended with {self.process.wait()}' if ready else f'gave no answer for {timeout} s'
                self.process.kill()
                raise WorkerFailed(f'{self.name}: {why}: {self.tail()}')
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b'\n')
        try:
            return json.loads(line)
        except ValueError as error:
            raise WorkerFailed(f'{self.name}: answered no JSON: {line[:200]!r}') from error

    def tail(self):
        self.log.seek(0)
        return ' '.join(self.log.read()[-600:].split()) or 'nothing on standard error'

    def peak_bytes(self):
        """The most memory that the process has held (VmHWM)."""
        with open(f'/proc/{self.process.pid}/status') as file:
            for line in file:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1]) * 1024
        return None

    def check_affinity(self):
        """Fails where a thread of the engine has undone the pinning; the CPUs that its threads may use."""
        used = set()
        for thread in os.listdir(f'/proc/{self.process.pid}/task'):
            try:
                used |= os.sched_getaffinity(int(thread))
            except ProcessLookupError:                  # it has just ended
                pass
        if not used <= set(self.cpus):
            raise WorkerFailed(f'{self.name}: its threads may run on CPUs {sorted(used)}, not only on {sorted(self.cpus)}')
        return sorted(used)

    def quit(self):
        try:
            self.process.stdin.write(b'quit\n')
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            pass
        self.end()

    def end(self):
        """Leaves nothing behind: no process, no open file."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.log):
            file.close()


def is_disturbed(chunk, threads):
    """True where more than 6 % of the CPUs' time went to others; two clock ticks are what the kernel cannot tell."""
    span = chunk['wall'] * threads
    foreign, steal = chunk.get('foreign') or 0, chunk.get('steal') or 0
    return max(foreign - 0.02, 0) > 0.06 * span or max(steal - 0.01, 0) > 0.06 * span


def take_turns(workers, threads, plan, progress=lambda text: None):
    """Fills the chunks of every worker: in each round each does one untimed run and some timed ones while the others sleep.

    The order shifts by one each round, so that none always follows the same one. Ends when every worker has enough undisturbed samples, or
    when the time is up (plan: rounds, samples, seconds, most_seconds, turn_seconds; seconds are of timed runs of one worker).
    """
    for worker in workers:
        attempt(worker, lambda: estimate(worker))
    number = 0
    while live := [w for w in workers if not w.failure]:
        shift = number % len(live)
        for position, worker in enumerate(live[shift:] + live[:shift]):
            time.sleep(0.03)                            # threads of the engine before stop spinning
            attempt(worker, lambda: turn(worker, position, threads, plan))
        number += 1
        progress(f'round {number}')
        if number >= plan['rounds'] and all(w.failure or is_enough(w, plan) for w in live):
            break


def attempt(worker, work):
    """An engine that fails leaves the row; the others go on."""
    try:
        work()
    except WorkerFailed as error:
        worker.failure = str(error)


def estimate(worker):
    worker.estimate = worker.ask('run 1')['t'][0]
    if worker.estimate < 0.1:
        worker.ask('warm 5')
        worker.estimate = worker.ask('run 3')['t'][-1]


def turn(worker, position, threads, plan):
    worker.ask('warm 1')
    chunk = worker.ask(f"run {max(1, min(200, int(plan['turn_seconds'] / worker.estimate)))}")
    worker.chunks.append(dict(chunk, disturbed=is_disturbed(chunk, threads), position=position))


def is_enough(worker, plan):
    spent = sum(sum(c['t']) for c in worker.chunks)
    clean = [c for c in worker.chunks if not c['disturbed']]
    samples = sum(len(c['t']) for c in clean)
    done = len(clean) >= plan['rounds'] and samples >= plan['samples'] and spent >= plan['seconds']
    return done or spent >= plan['most_seconds'] or len(worker.chunks) >= 4 * plan['rounds'] + 200
