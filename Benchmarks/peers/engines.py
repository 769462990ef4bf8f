"""The engines: each loads one network and runs it. Only the worker process of an engine imports that engine.

Every engine reads its input from where it was put before, and leaves its outputs where `outputs` finds them: nothing but `run` is timed.
Settings are those that the engine's documentation recommends for the lowest latency in fp32 with a given number of threads.
"""
import numpy as np

import emit
import make_models

# Files that each engine reads.
NEEDS = {'onnxruntime': ['onnx'], 'openvino': ['onnx'], 'torch': [], 'torch-inductor': [], 'ncnn': ['ncnn'], 'mnn': ['mnn'], 'litert': ['litert']}
NAMES = list(NEEDS)


class OnnxRuntime:
    def __init__(self, graph, x, threads, model):
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        self.session = ort.InferenceSession(model('onnx'), options, providers=['CPUExecutionProvider'])
        self.binding = self.session.io_binding()        # input and outputs stay where they are: no copies in a run
        self.x = ort.OrtValue.ortvalue_from_numpy(x)
        self.binding.bind_ortvalue_input('x', self.x)
        self.results = [np.zeros(shape, np.float32) for shape in graph.output_shapes()]
        for index, result in enumerate(self.results):
            self.binding.bind_output(f'c{index + 2}', 'cpu', 0, np.float32, result.shape, result.ctypes.data)
        self.options = ort.RunOptions()
        self.version = ort.__version__

    def run(self):
        self.session.run_with_iobinding(self.binding, self.options)

    def outputs(self):
        return self.results


class OpenVINO:
    def __init__(self, graph, x, threads, model):
        import openvino as ov

        core = ov.Core()
        settings = {'PERFORMANCE_HINT': 'LATENCY', 'INFERENCE_NUM_THREADS': threads, 'NUM_STREAMS': 1, 'ENABLE_CPU_PINNING': False,
                    'INFERENCE_PRECISION_HINT': 'f32'}
        self.request = core.compile_model(core.read_model(model('onnx')), 'CPU', settings).create_infer_request()
        self.x = x                                      # the tensor only points to it
        self.request.set_input_tensor(ov.Tensor(self.x, shared_memory=True))
        self.count = len(graph.outputs)
        self.version = ov.__version__

    def run(self):
        self.request.infer(share_outputs=True)

    def outputs(self):
        return [np.array(self.request.get_output_tensor(i).data) for i in range(self.count)]


class Torch:
    """Eager, channels last; or compiled by inductor with frozen weights."""

    def __init__(self, graph, x, threads, model, inductor=False):
        import torch

        self.torch = torch
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.function = emit.torch_module(graph).to(memory_format=torch.channels_last)
        self.x = torch.from_numpy(x).to(memory_format=torch.channels_last)
        if inductor:
            import torch._inductor.config as config

            config.freezing = True
            config.compile_threads = 1
            self.function = torch.compile(self.function)
        self.version = torch.__version__

    def run(self):
        with self.torch.no_grad():
            self.results = self.function(self.x)

    def outputs(self):
        return [r.contiguous().numpy() for r in self.results]


class Ncnn:
    def __init__(self, graph, x, threads, model):
        import ncnn

        if graph.batch != 1:
            raise ValueError('ncnn runs one image at a time')
        self.net = ncnn.Net()
        options = self.net.opt
        options.num_threads = threads
        options.use_vulkan_compute = False
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = options.use_bf16_storage = False
        param = model('ncnn')
        if self.net.load_param(param) != 0 or self.net.load_model(param.replace('.param', '.bin')) != 0:
            raise ValueError(f'ncnn cannot load {param}')
        self.x = ncnn.Mat(x[0]).clone()
        self.names = [f'out{i}' for i in range(len(graph.outputs))]
        self.version = ncnn.__version__

    def run(self):
        extractor = self.net.create_extractor()
        extractor.input('in0', self.x)
        self.results = [extractor.extract(name)[1] for name in self.names]

    def outputs(self):
        return [np.array(r)[None] for r in self.results]


class MNN:
    def __init__(self, graph, x, threads, model):
        import MNN

        self.interpreter = MNN.Interpreter(model('mnn'))
        self.session = self.interpreter.createSession({'backend': 'CPU', 'numThread': threads, 'precision': 'high'})
        host = lambda array: MNN.Tensor(array.shape, MNN.Halide_Type_Float, array, MNN.Tensor_DimensionType_Caffe)
        self.input, self.host_input = self.interpreter.getSessionInput(self.session), host(x)
        self.x = x
        self.pairs = [(self.interpreter.getSessionOutput(self.session, f'c{i + 2}'), host(np.zeros(shape, np.float32)))
                      for i, shape in enumerate(graph.output_shapes())]
        self.shapes = graph.output_shapes()
        self.version = MNN.version()

    def run(self):
        # Copying in and out converts MNN's own layout; the others return plain tensors, so that this belongs to a run.
        self.input.copyFrom(self.host_input)
        self.interpreter.runSession(self.session)
        for device, host in self.pairs:
            device.copyToHostTensor(host)

    def outputs(self):
        return [np.array(host.getNumpyData()).reshape(shape) for (_, host), shape in zip(self.pairs, self.shapes)]


class LiteRT:
    """XNNPACK, NHWC."""

    def __init__(self, graph, x, threads, model):
        import ai_edge_litert
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(model('litert'), num_threads=threads)
        image = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
        index = self.interpreter.get_input_details()[0]['index']
        self.interpreter.resize_tensor_input(index, list(image.shape))
        self.interpreter.allocate_tensors()
        self.interpreter.set_tensor(index, image)
        self.shapes = graph.output_shapes()
        self.version = getattr(ai_edge_litert, '__version__', '')

    def run(self):
        self.interpreter.invoke()

    def outputs(self):
        # They may come in any order; their shapes all differ.
        found = [self.interpreter.get_tensor(d['index']).transpose(0, 3, 1, 2) for d in self.interpreter.get_output_details()]
        return [next(f for f in found if f.shape == shape) for shape in self.shapes]


def load(name, graph, threads, resolution):
    model = lambda fmt: make_models.ensure(fmt, graph.name, resolution, graph.batch)
    x = graph.input()
    if name in ('torch', 'torch-inductor'):
        return Torch(graph, x, threads, model, inductor=name == 'torch-inductor')
    classes = {'onnxruntime': OnnxRuntime, 'openvino': OpenVINO, 'ncnn': Ncnn, 'mnn': MNN, 'litert': LiteRT}
    return classes[name](graph, x, threads, model)
