#!/usr/bin/env python3
"""One network in one runtime, speaking JSON lines on standard input and output.

  engine_adapter.py onnxruntime --onnx FILE --input FILE --threads N
  engine_adapter.py --list                                          which runtimes this Python has

  run N     N timed runs: {"t": [seconds], "nivcsw": [...], "wall", "cpu", "foreign", "steal", "minflt"}
  warm N    N runs without times: {}
  out PATH  writes the outputs of the last run as .npz, NCHW, fp32, named c2, c3, ...: {}
  quit      ends, as does the end of the input

The first line is {"ready": true, "version": ..., "outputs": [...]}. What fails is answered by {"error": "..."}.

Every engine reads its input from where it was put before, and leaves its outputs where `outputs` finds them: nothing but `run` is timed.
Settings are those that the engine's documentation recommends for the lowest latency in fp32 with a given number of threads.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

# What pip has to install for each runtime.
PACKAGES = {'onnxruntime': ['onnxruntime'], 'openvino': ['openvino'], 'ncnn': ['ncnn', 'pnnx'], 'mnn': ['MNN']}
NAMES = list(PACKAGES)


class CannotLoad(Exception):
    """A network could not be loaded; the text says what is wrong."""


class NotInstalled(CannotLoad):
    """Packages are missing; the text says how to install them."""


# MARK: Runtimes

class OnnxRuntime:
    def __init__(self, model, x, threads):
        import numpy as np
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        self.session = ort.InferenceSession(model, options, providers=['CPUExecutionProvider'])
        self.binding = self.session.io_binding()        # input and outputs stay where they are: no copies in a run
        self.x = ort.OrtValue.ortvalue_from_numpy(x)
        self.binding.bind_ortvalue_input(self.session.get_inputs()[0].name, self.x)
        self.results = []
        for output in self.session.get_outputs():
            result = np.zeros(output.shape, np.float32)
            self.binding.bind_output(output.name, 'cpu', 0, np.float32, result.shape, result.ctypes.data)
            self.results.append(result)
        self.options = ort.RunOptions()
        self.version = ort.__version__

    def run(self):
        self.session.run_with_iobinding(self.binding, self.options)

    def outputs(self):
        return self.results


class OpenVINO:
    def __init__(self, model, x, threads):
        import openvino as ov

        core = ov.Core()
        settings = {'PERFORMANCE_HINT': 'LATENCY', 'INFERENCE_NUM_THREADS': threads, 'NUM_STREAMS': 1, 'ENABLE_CPU_PINNING': False,
                    'INFERENCE_PRECISION_HINT': 'f32'}
        compiled = core.compile_model(core.read_model(model), 'CPU', settings)
        self.request = compiled.create_infer_request()
        self.x = x                                      # the tensor only points to it
        self.request.set_input_tensor(ov.Tensor(self.x, shared_memory=True))
        self.count = len(compiled.outputs)
        self.version = ov.__version__

    def run(self):
        self.request.infer(share_outputs=True)

    def outputs(self):
        import numpy as np

        return [np.array(self.request.get_output_tensor(i).data) for i in range(self.count)]


class Ncnn:
    def __init__(self, model, x, threads):
        import ncnn

        if x.shape[0] != 1:
            raise CannotLoad('ncnn runs one image at a time')
        self.net = ncnn.Net()
        options = self.net.opt
        options.num_threads = threads
        options.use_vulkan_compute = False
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = options.use_bf16_storage = False
        if self.net.load_param(model) != 0 or self.net.load_model(model.replace('.param', '.bin')) != 0:
            raise CannotLoad(f'ncnn cannot load {os.path.basename(model)}')
        self.x = ncnn.Mat(x[0]).clone()
        self.names = sorted(self.net.output_names())
        self.version = ncnn.__version__

    def run(self):
        extractor = self.net.create_extractor()
        extractor.input('in0', self.x)
        self.results = [extractor.extract(name)[1] for name in self.names]

    def outputs(self):
        import numpy as np

        return [np.array(r)[None] for r in self.results]


class MNN:
    def __init__(self, model, x, threads):
        import MNN
        import numpy as np

        self.interpreter = MNN.Interpreter(model)
        self.session = self.interpreter.createSession({'backend': 'CPU', 'numThread': threads, 'precision': 'high'})
        host = lambda array: MNN.Tensor(array.shape, MNN.Halide_Type_Float, array, MNN.Tensor_DimensionType_Caffe)
        self.input, self.host_input = self.interpreter.getSessionInput(self.session), host(x)
        self.x = x
        found = self.interpreter.getSessionOutputAll(self.session)
        self.shapes = [tuple(found[name].getShape()) for name in sorted(found)]
        self.pairs = [(found[name], host(np.zeros(shape, np.float32))) for name, shape in zip(sorted(found), self.shapes)]
        self.version = MNN.version()

    def run(self):
        # Copying in and out converts MNN's own layout; the others return plain tensors, so that this belongs to a run.
        self.input.copyFrom(self.host_input)
        self.interpreter.runSession(self.session)
        for device, host in self.pairs:
            device.copyToHostTensor(host)

    def outputs(self):
        import numpy as np

        return [np.array(host.getNumpyData()).reshape(shape) for (_, host), shape in zip(self.pairs, self.shapes)]


RUNTIMES = {'onnxruntime': OnnxRuntime, 'openvino': OpenVINO, 'ncnn': Ncnn, 'mnn': MNN}


# MARK: Conversion

def converted(name, onnx, folder, shape):
    """The file that a runtime reads, made in a folder from an ONNX file."""
    if name == 'ncnn':
        return to_ncnn(onnx, folder, shape)
    if name == 'mnn':
        return to_mnn(onnx, folder)
    return onnx


def to_ncnn(onnx, folder, shape):
    here = os.path.join(folder, 'model.onnx')           # pnnx writes beside what it reads
    os.symlink(os.path.abspath(onnx), here)
    program = 'import sys; from pnnx import pnnx; sys.exit(pnnx())'
    convert([sys.executable, '-c', program, here, f"inputshape=[{','.join(map(str, shape))}]", 'fp16=0'], folder, 'pnnx')
    return os.path.join(folder, 'model.ncnn.param')


def to_mnn(onnx, folder):
    made = os.path.join(folder, 'model.mnn')
    arguments = ['mnnconvert', '-f', 'ONNX', '--modelFile', os.path.abspath(onnx), '--MNNModel', made, '--bizCode', 'zendet', '--keepInputFormat']
    # The converter itself, not the mnnconvert script: that one installs a package by itself.
    convert([sys.executable, '-c', f'import MNN, _tools; _tools.mnnconvert({arguments!r})'], folder, 'mnnconvert')
    return made


def convert(command, folder, what):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
    if done.returncode != 0:
        raise CannotLoad(f"{what} ended with {done.returncode}: {' '.join(done.stdout[-600:].split())}")


# MARK: What is installed

def install(packages):
    return f"{sys.executable} -m pip install {' '.join(packages)}"


def versions(name):
    """The versions of a runtime's packages; None for what is not installed."""
    from importlib import metadata

    def version(package):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return None

    return {package: version(package) for package in PACKAGES[name] + ['numpy']}


def listing():
    for name in NAMES:
        found = versions(name)
        missing = [package for package, version in found.items() if version is None]
        yield dict(engine=name, version=found[PACKAGES[name][0]], missing=missing, install=install(missing) if missing else None)


# MARK: Protocol

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
    import numpy as np

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


def private_channel():
    """Standard output for answers alone: what engines print goes to standard error."""
    channel = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)
    return channel


def serve(name, engine, channel):
    """Runs twice, says so, and answers commands until the end. Does not return."""
    cpus = os.sched_getaffinity(0)
    start = time.perf_counter()
    engine.run()
    engine.run()
    seconds = time.perf_counter() - start
    outputs = [dict(name=f'c{i + 2}', shape=list(o.shape)) for i, o in enumerate(engine.outputs())]
    print(json.dumps(dict(ready=True, engine=name, version=engine.version, cpus=sorted(cpus), first2_s=seconds, outputs=outputs)), file=channel)
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


def load(name, onnx, image, threads):
    missing = [package for package, version in versions(name).items() if version is None]
    if missing:
        raise NotInstalled(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed: {install(missing)}")
    import numpy as np

    with np.load(image) as file:
        x = np.ascontiguousarray(file['input'], dtype=np.float32)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(onnx))) as folder:
        return RUNTIMES[name](converted(name, onnx, folder, x.shape), x, threads)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('engine', nargs='?', choices=NAMES)
    parser.add_argument('--onnx')
    parser.add_argument('--input')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--list', action='store_true')
    options = parser.parse_args()
    channel = private_channel()
    if options.list:
        for entry in listing():
            print(json.dumps(entry), file=channel)
        return
    if not options.engine or not options.onnx or not options.input:
        parser.error('an engine, --onnx and --input are needed')
    try:
        engine = load(options.engine, options.onnx, options.input, options.threads)
    except Exception as error:
        words = str(error) if isinstance(error, CannotLoad) else f'{type(error).__name__}: {error}'
        print(json.dumps(dict(error=words, missing=isinstance(error, NotInstalled))), file=channel, flush=True)
        os._exit(1)
    serve(options.engine, engine, channel)


if __name__ == '__main__':
    main()
