"""Holds a written PyTorch module against an ONNX file of the same network and against zendet's outputs, and trains it for one step.

    pytorch_agreement.py MODULE.py MODEL.onnx INPUT.npz OUTPUTS.npz explicit|folded

Fails unless the names of the module's parameters are those of the ONNX file's initializers, outputs agree within 1e-4 (relative to each one's largest
value), a step of SGD changes every parameter, and weights survive a round trip.
"""
import importlib.util
import os
import sys

import numpy
import onnx
import torch

torch.set_num_threads(1)
source, model, given, expected, normalization = sys.argv[1:6]
spec = importlib.util.spec_from_file_location("backbone", source)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

backbone = module.Backbone()
initializers = {i.name: tuple(i.dims) for i in onnx.load(model).graph.initializer}
state = {name: tuple(value.shape) for name, value in backbone.state_dict().items() if not name.endswith("num_batches_tracked")}
assert state == initializers, sorted(set(state) ^ set(initializers))[:5]
assert any(name.endswith("bn.weight") for name in state) == (normalization == "explicit")

image = torch.from_numpy(numpy.load(given)["input"])
outputs = numpy.load(expected)


def check(backbone, what):
    backbone.eval()
    with torch.no_grad():
        for index, output in enumerate(backbone(image)):
            wanted = outputs[f"c{index + 2}"]
            difference = numpy.abs(output.numpy() - wanted).max() / numpy.abs(wanted).max()
            print(what, index, difference)
            assert output.shape == wanted.shape and difference <= 1e-4, (what, index, difference)


backbone.load_weights(model)
check(backbone, "from ONNX")

archive = os.path.join(os.path.dirname(source), "folded.npz")
numpy.savez(archive, **backbone.folded_weights())
for batch_norm in (True, False):
    other = module.Backbone(batch_norm=batch_norm)
    other.load_weights(archive)
    check(other, "from NumPy")

backbone.train()
before = {name: value.clone() for name, value in backbone.state_dict().items()}
optimizer = torch.optim.SGD(backbone.parameters(), lr=0.1)
loss = sum(output.square().mean() for output in backbone(torch.cat([image, image.flip(2)])))
loss.backward()
optimizer.step()
after = backbone.state_dict()
unchanged = [name for name, _ in backbone.named_parameters() if torch.equal(before[name], after[name])]
assert not unchanged, unchanged[:5]
assert all(torch.isfinite(value).all() for value in after.values())
try:
    backbone.load_weights(os.path.join(os.path.dirname(source), "other.npz"))
    raise SystemExit("a file that lacks weights was taken")
except (KeyError, FileNotFoundError):
    pass
print("trained")
