"""Imports a written MMDetection backbone with stand-ins for mmdet and mmengine, builds it as its configuration says, and runs it.

    mmdetection_stub.py MODULE.py CONFIG.py MODEL.onnx INPUT.npz OUTPUTS.npz
"""
import importlib.util
import os
import sys
import types

import numpy
import torch
from torch import nn

source, config, model, given, expected = sys.argv[1:6]


class Registry(dict):
    def register_module(self):
        return lambda cls: self.setdefault(cls.__name__, cls)


class BaseModule(nn.Module):
    def __init__(self, init_cfg=None):
        super().__init__()
        self.init_cfg = init_cfg

    def init_weights(self):
        raise AssertionError("no init_cfg was given")


registry = Registry()
for name, members in {"mmdet": {}, "mmdet.registry": {"MODELS": registry}, "mmengine": {}, "mmengine.model": {"BaseModule": BaseModule}}.items():
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module

settings = {}
exec(compile(open(config).read(), config, "exec"), settings)
name = settings["custom_imports"]["imports"][0]
assert os.path.basename(source) == name + ".py"
sys.path.insert(0, os.path.dirname(source))
importlib.import_module(name)

backbone_settings = dict(settings["model"]["backbone"])
assert backbone_settings.pop("_delete_")
make = registry[backbone_settings.pop("type")]
backbone = make(weights=model, **backbone_settings)
backbone.init_weights()
backbone.eval()
image = torch.from_numpy(numpy.load(given)["input"])
outputs = numpy.load(expected)
with torch.no_grad():
    maps = backbone(image)
neck = settings["model"]["neck"]
assert [m.shape[1] for m in maps] == neck["in_channels"]
for index, output in enumerate(maps):
    wanted = outputs[f"c{index + 2}"]
    assert numpy.abs(output.numpy() - wanted).max() <= 1e-4 * numpy.abs(wanted).max()
strides = settings["model"]["bbox_head"]["anchor_generator"]["strides"]
assert len(strides) == neck["num_outs"] and strides[0] * maps[neck["start_level"]].shape[2] == image.shape[2] * (2 if image.shape[1] == 12 else 1)

frozen = make(norm_eval=True, frozen=True)
frozen.train()
assert not any(p.requires_grad for p in frozen.parameters())
assert not any(m.training for m in frozen.modules() if isinstance(m, nn.BatchNorm2d))
print("built")
