"""A network as a list of nodes with weights, batch normalization folded: every convolution has a bias.

Convolutions carry the name that the layer has in zendet, so that the weights can be given to `zendet worker --weights`.
"""
import zlib

import numpy as np


class Graph:
    """Nodes in topological order; a tensor is named by the node that writes it, the input by 'x'.

    Weights are drawn from a seed made of the network's name, so that every process and every resolution has the same ones: normal with the
    variance 2 / fan-in (He et al., 2015), smaller before an addition, so that activations stay of order one through any depth.
    """

    RESIDUAL_GAIN = 0.3
    SHORTCUT_GAIN = 0.7

    def __init__(self, name, side, batch, channels=3):
        self.name, self.batch = name, batch
        self.input_shape = (batch, channels, side, side)
        self.nodes, self.outputs, self.weights = [], [], {}
        self.shapes = {'x': self.input_shape[1:]}
        self.macs = 0
        self._random = np.random.default_rng(zlib.crc32(name.encode()))

    def _add(self, op, name, inputs, shape, **attributes):
        if name in self.shapes:
            raise ValueError(f'{self.name}: two nodes are named {name}')
        self.nodes.append(dict(op=op, out=name, ins=inputs, **attributes))
        self.shapes[name] = shape
        return name

    def conv(self, name, x, out, k, stride=1, groups=1, relu=True, gain=1.0):
        channels, height, width = self.shapes[x]
        pad = (k - 1) // 2
        fan_in = channels // groups * k * k
        weight = self._random.standard_normal((out, channels // groups, k, k), dtype=np.float32) * np.float32(gain * (2 / fan_in) ** 0.5)
        bias = self._random.standard_normal(out, dtype=np.float32) * np.float32(0.05)
        size = lambda n: (n + 2 * pad - k) // stride + 1
        shape = (out, size(height), size(width))
        self._add('conv', name, [x], shape, k=k, stride=stride, pad=pad, groups=groups)
        self.weights[name] = (weight, bias)
        self.macs += self.batch * out * fan_in * shape[1] * shape[2]
        return self.relu(name + '.relu', name) if relu else name

    def relu(self, name, x):
        return self._add('relu', name, [x], self.shapes[x])

    def add(self, name, a, b):
        if self.shapes[a] != self.shapes[b]:
            raise ValueError(f'{self.name}: {name} adds shapes {self.shapes[a]} and {self.shapes[b]}')
        return self._add('add', name, [a, b], self.shapes[a])

    def pool(self, name, kind, x, k, stride, pad=0):
        channels, height, width = self.shapes[x]
        size = lambda n: (n + 2 * pad - k) // stride + 1
        return self._add(kind, name, [x], (channels, size(height), size(width)), k=k, stride=stride, pad=pad)

    def output_shapes(self):
        return [(self.batch, *self.shapes[o]) for o in self.outputs]

    def input(self):
        """The one input that every engine gets."""
        return np.random.default_rng(0).standard_normal(self.input_shape, dtype=np.float32)

    def named_weights(self):
        """What `zendet worker --weights` reads, as arrays for numpy.savez."""
        arrays = {}
        for name, (weight, bias) in self.weights.items():
            arrays[name + '.weight'], arrays[name + '.bias'] = weight, bias
        return arrays
