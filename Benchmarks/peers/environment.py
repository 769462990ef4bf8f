"""What a measurement was taken on."""
import os
import platform
import subprocess
import time


def read(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None


def capture(cpus):
    info = read('/proc/cpuinfo') or ''
    field = lambda name: next((line.split(':', 1)[1].strip() for line in info.splitlines() if line.startswith(name)), None)
    return dict(
        time=time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()), cpu_model=field('model name'), microcode=field('microcode'), cores=os.cpu_count(),
        allowed_cpus=sorted(os.sched_getaffinity(0)), pinned_cpus=cpus, kernel=platform.release(), python=platform.python_version(),
        governor=read(f'/sys/devices/system/cpu/cpu{cpus[0]}/cpufreq/scaling_governor'), load_average=list(os.getloadavg()),
        memory=next((line.split(':')[1].strip() for line in (read('/proc/meminfo') or '').splitlines() if line.startswith('MemTotal')), None),
        huge_pages=read('/sys/kernel/mm/transparent_hugepage/enabled'), commit=commit())


def commit():
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(['git', '-C', here, 'describe', '--always', '--dirty'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip() or None
