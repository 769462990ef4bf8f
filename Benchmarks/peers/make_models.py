#!/usr/bin/env python3
"""Writes what the engines read, each file once: ONNX, ncnn, MNN and LiteRT models, weights and input for zendet, and the reference outputs.

  make_models.py --networks resnet50,maedet-s --resolutions 224,640 --formats onnx,mnn

Files go to --models (default: models/ beside this file, or $PEERS_MODELS) and are kept unless --force is given.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

import emit
import networks

HERE = os.path.dirname(os.path.abspath(__file__))
# Written for each resolution: True; once for all of them, since the file carries no sizes: False.
FORMATS = {'onnx': True, 'mnn': True, 'ncnn': False, 'litert': False, 'weights': False, 'input': True, 'reference': True}
ENDINGS = {'onnx': '.onnx', 'mnn': '.mnn', 'ncnn': '.ncnn.param', 'litert': '.tflite', 'weights': '-weights.npz', 'input': '-input.npz',
           'reference': '-reference.npz'}


class CannotMake(Exception):
    """A file could not be written; the text says which and why."""


def folder():
    return os.environ.get('PEERS_MODELS') or os.path.join(HERE, 'models')


def litert_python():
    """ai-edge-litert and litert-torch want an environment of their own."""
    return os.environ.get('PEERS_LITERT_PYTHON') or sys.executable


def path(fmt, network, resolution, batch=1):
    size = f'-{resolution}' if FORMATS[fmt] else ''
    return os.path.join(folder(), f"{network}{size}{f'-b{batch}' if batch > 1 else ''}{ENDINGS[fmt]}")


def ensure(fmt, network, resolution, batch=1, force=False):
    """The path of a file, made if it is not there."""
    target = path(fmt, network, resolution, batch)
    if os.path.exists(target) and not force:
        return target
    os.makedirs(folder(), exist_ok=True)
    start = time.time()
    graph = networks.build(network, resolution if FORMATS[fmt] else 224, batch)
    with tempfile.TemporaryDirectory(dir=folder()) as scratch:
        # A file appears under its name when it is whole.
        made = os.path.join(scratch, 'model' + ENDINGS[fmt])
        try:
            MAKERS[fmt](graph, made, scratch, (network, resolution, batch))
        except CannotMake:
            raise
        except Exception as error:
            raise CannotMake(f'{os.path.basename(target)}: {type(error).__name__}: {error}') from error
        if fmt == 'ncnn':
            os.replace(made.replace('.param', '.bin'), target.replace('.param', '.bin'))
        os.replace(made, target)
    print(f'{os.path.basename(target):36} {os.path.getsize(target) / 1e6:7.1f} MB {time.time() - start:6.1f} s', file=sys.stderr, flush=True)
    return target


def run(command, cwd, what):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise CannotMake(f'{what}: {os.path.basename(command[0])} ended with {done.returncode}: {done.stdout[-600:]}')


def make_onnx(graph, made, scratch, which):
    emit.onnx(graph, made)


def make_mnn(graph, made, scratch, which):
    source = ensure('onnx', *which)
    # The converter itself, not the mnnconvert script: that one installs a package by itself.
    arguments = ['mnnconvert', '-f', 'ONNX', '--modelFile', source, '--MNNModel', made, '--bizCode', 'peers', '--keepInputFormat']
    run([sys.executable, '-c', f'import MNN, _tools; _tools.mnnconvert({arguments!r})'], scratch, 'mnn')


def make_ncnn(graph, made, scratch, which):
    import torch

    traced = os.path.join(scratch, 'model.pt')
    torch.jit.trace(emit.torch_module(graph), torch.from_numpy(graph.input())).save(traced)
    pnnx = os.path.join(os.path.dirname(sys.executable), 'pnnx')
    if not os.path.exists(pnnx):
        raise CannotMake(f'ncnn: {pnnx} is not there; pip install pnnx')
    run([pnnx, traced, f"inputshape=[{','.join(map(str, graph.input_shape))}]", 'fp16=0'], scratch, 'ncnn')


def make_litert(graph, made, scratch, which):
    run([litert_python(), os.path.join(HERE, 'to_litert.py'), graph.name, str(graph.batch), made], scratch, 'litert')


def make_weights(graph, made, scratch, which):
    np.savez(made, **graph.named_weights())


def make_input(graph, made, scratch, which):
    np.savez(made, input=graph.input())


def make_reference(graph, made, scratch, which):
    """Outputs in double precision: what every engine is compared with."""
    import torch

    with torch.inference_mode():
        outputs = emit.torch_module(graph).double()(torch.from_numpy(graph.input()).double())
    np.savez(made, **{f'c{i + 2}': o.float().numpy() for i, o in enumerate(outputs)})


MAKERS = {'onnx': make_onnx, 'mnn': make_mnn, 'ncnn': make_ncnn, 'litert': make_litert, 'weights': make_weights, 'input': make_input,
          'reference': make_reference}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--networks', default=','.join(networks.NAMES))
    parser.add_argument('--resolutions', default=','.join(map(str, networks.RESOLUTIONS)))
    parser.add_argument('--formats', default=','.join(FORMATS))
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--models', help='folder for the files')
    parser.add_argument('--force', action='store_true', help='write files that are there again')
    options = parser.parse_args()
    if options.models:
        os.environ['PEERS_MODELS'] = os.path.abspath(options.models)
    failures = 0
    for fmt in options.formats.split(','):
        if fmt not in FORMATS:
            parser.error(f"no format '{fmt}'; there are {', '.join(FORMATS)}")
    for network in options.networks.split(','):
        if network not in networks.NAMES:
            parser.error(f"no network '{network}'; there are {', '.join(networks.NAMES)}")
        for index, resolution in enumerate(map(int, options.resolutions.split(','))):
            for fmt in options.formats.split(','):
                try:
                    ensure(fmt, network, resolution, options.batch, options.force and (FORMATS[fmt] or index == 0))
                except CannotMake as error:
                    failures += 1
                    print(f'cannot make {network} {fmt}: {error}', file=sys.stderr, flush=True)
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main()
