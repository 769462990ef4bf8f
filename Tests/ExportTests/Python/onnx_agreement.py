"""Checks an ONNX file with onnx.checker, runs it in ONNX Runtime, and compares every output with zendet's own.

    onnx_agreement.py MODEL.onnx INPUT.npz OUTPUTS.npz

Prints the largest difference of each output, relative to the output's largest value; fails above 1e-4.
"""
import sys

import numpy
import onnx
import onnxruntime

model, given, expected = sys.argv[1:4]
onnx.checker.check_model(onnx.load(model), full_check=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
image = numpy.load(given)["input"]
outputs = numpy.load(expected)
names = [output.name for output in session.get_outputs()]
assert sorted(names) == sorted(outputs.files), (names, outputs.files)
for name, output in zip(names, session.run(names, {"input": image})):
    assert output.shape == outputs[name].shape, (name, output.shape, outputs[name].shape)
    difference = numpy.abs(output - outputs[name]).max() / numpy.abs(outputs[name]).max()
    print(name, difference)
    assert difference <= 1e-4, (name, difference)
