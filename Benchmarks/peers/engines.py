"""The engines: each loads one network and runs it. Only the worker process of an engine imports that engine.

ONNX Runtime, OpenVINO, ncnn and MNN are those of the adapter that zendet itself starts (Sources/Engines/Adapter); PyTorch and LiteRT stand here.
Every engine reads its input from where it was put before, and leaves its outputs where `outputs` finds them: nothing but `run` is timed.
"""
import os
import sys

import numpy as np

import emit
import make_models

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'Sources', 'Engines', 'Adapter'))
import engine_adapter

# Files that each engine reads.
NEEDS = {'onnxruntime': ['onnx'], 'openvino': ['onnx'], 'torch': [], 'torch-inductor': [], 'ncnn': ['ncnn'], 'mnn': ['mnn'], 'litert': ['litert']}
NAMES = list(NEEDS)


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
    if name == 'litert':
        return LiteRT(graph, x, threads, model)
    return engine_adapter.RUNTIMES[name](model(NEEDS[name][0]), x, threads)
