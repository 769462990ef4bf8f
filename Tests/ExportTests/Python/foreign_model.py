"""Makes an ONNX file as other tools write them, of every operator that zendet reads, and what ONNX Runtime computes with it.

    foreign_model.py MODEL.onnx INPUT.npz OUTPUTS.npz
"""
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

model_path, input_path, output_path = sys.argv[1:4]
random = numpy.random.default_rng(5)
nodes, initializers = [], []


def weights(name, *shape, scale=None, low=None):
    values = random.standard_normal(shape) * (scale or (2 / max(numpy.prod(shape[1:]), 1)) ** 0.5)
    if low is not None:
        values = low + numpy.abs(values)
    initializers.append(numpy_helper.from_array(values.astype(numpy.float32), name))
    return name


def constant(name, values, dtype=numpy.float32):
    nodes.append(helper.make_node("Constant", [], [name], name=f"make_{name}", value=numpy_helper.from_array(numpy.array(values, dtype), name)))
    return name


def node(operation, inputs, output, **attributes):
    nodes.append(helper.make_node(operation, inputs, [output], name=f"/{operation}/{output}", **attributes))
    return output


def conv(x, name, inputs, outputs, kernel, stride=1, groups=1, bias=True):
    parameters = [weights(f"{name}.weight", outputs, inputs // groups, kernel, kernel)]
    if bias:
        parameters.append(weights(f"{name}.bias", outputs, scale=0.1))
    return node(
        "Conv", [x] + parameters, name, kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[kernel // 2] * 4, group=groups, dilations=[1, 1])


def norm(x, name, channels):
    parameters = [
        weights(f"{name}.weight", channels, scale=0.3, low=0.5), weights(f"{name}.bias", channels, scale=0.1),
        weights(f"{name}.running_mean", channels, scale=0.1), weights(f"{name}.running_var", channels, scale=0.3, low=0.5)]
    return node("BatchNormalization", [x] + parameters, name, epsilon=1e-3)


x = conv("images", "stem.conv", 3, 16, 3, 2, bias=False)
x = node("HardSwish", [norm(x, "stem.bn", 16)], "stem.act")
# A norm that no convolution can take: another node reads the convolution too.
c = conv(x, "a.conv", 16, 16, 3)
x = node("Add", [norm(c, "a.bn", 16), c], "a.add")
x = node("Clip", [x, constant("zero", 0), constant("six", 6)], "a.relu6")
# Squeeze-and-excitation of dense layers behind a flattened mean, with a hard sigmoid.
s = node("Flatten", [node("GlobalAveragePool", [x], "b.mean")], "b.flat", axis=1)
s = node("Gemm", [s, weights("b.fc1.weight", 4, 16), weights("b.fc1.bias", 4, scale=0.1)], "b.fc1", transB=1)
s = node("Gemm", [node("Relu", [s], "b.relu"), weights("b.fc2.weight", 4, 16), weights("b.fc2.bias", 16, scale=0.1)], "b.fc2")
s = node("Reshape", [node("HardSigmoid", [s], "b.gate", alpha=0.2, beta=0.5), constant("shape", [0, 16, 1, 1], numpy.int64)], "b.shaped")
x = node("Mul", [s, x], "b.mul")
c2 = node("Relu", [x], "c2")
# One as zendet's own operator has it, with a mean over axes.
x = conv(c2, "c.conv", 16, 24, 3, 2, groups=8)
s = node("ReduceMean", [x], "c.mean", axes=[-1, -2], keepdims=1)
s = node("Sigmoid", [conv(node("Relu", [conv(s, "c.fc1", 24, 8, 1)], "c.relu"), "c.fc2", 8, 24, 1)], "c.gate")
x = node("Mul", [x, s], "c.mul")
# SiLU, depthwise, identity, dropout.
x = node("Mul", [x, node("Sigmoid", [x], "d.sigmoid")], "d.silu")
x = node("Dropout", [node("Identity", [conv(x, "d.conv", 24, 24, 5, 1, groups=24)], "d.same")], "d.drop")
c3 = node("Relu", [x], "c3")
x = node("MaxPool", [c3], "e.max", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
y = node("AveragePool", [c3], "e.average", kernel_shape=[2, 2], strides=[2, 2])
x = node("Concat", [x, y, x], "e.concat", axis=1)
c4 = node("Relu", [norm(conv(x, "e.conv", 72, 32, 1, bias=False), "e.bn", 32)], "c4")
up = node(
    "Resize", [c4, "", constant("scales", [1, 1, 2, 2])], "f.up", mode="nearest", nearest_mode="floor", coordinate_transformation_mode="asymmetric")
p3 = conv(node("Concat", [up, c3], "f.concat", axis=1), "p3", 56, 16, 3)
logits = node(
    "Gemm", [node("Flatten", [node("GlobalAveragePool", [c4], "g.mean")], "g.flat"), weights("fc.weight", 10, 32), weights("fc.bias", 10)], "logits",
    transB=1)

outputs = [c2, c4, p3, logits]
graph = helper.make_graph(
    nodes, "foreign", [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 48, 48])],
    [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs], initializers)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.save(model, model_path)
image = random.standard_normal((1, 3, 48, 48)).astype(numpy.float32)
session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
numpy.savez(input_path, input=image)
results = session.run(outputs, {"images": image})
numpy.savez(output_path, **{f"o{index}": (r if r.ndim == 4 else r.reshape(r.shape + (1, 1))) for index, r in enumerate(results)})
