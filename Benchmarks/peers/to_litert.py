"""to_litert.py NETWORK BATCH FILE: torch to LiteRT with NHWC input and outputs, so that no transposes stand around the graph.

Runs in the environment that has litert-torch. The worker resizes the model's input for other resolutions than 224.
"""
import sys

import litert_torch
import torch

import emit
import networks

name, batch, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
graph = networks.build(name, 224, batch)
module = litert_torch.to_channel_last_io(emit.torch_module(graph, in_place=False), args=[0], outputs=list(range(len(graph.outputs))))
image = torch.from_numpy(graph.input()).permute(0, 2, 3, 1).contiguous()
litert_torch.convert(module.eval(), (image,)).export(target)
