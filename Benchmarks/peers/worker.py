#!/usr/bin/env python3
"""One engine with one network, speaking JSON lines on standard input and output; bench.py starts and pins it.

  run N     N timed runs: {"t": [seconds], "nivcsw": [...], "wall", "cpu", "foreign", "steal", "minflt"}
  warm N    N runs without times: {}
  out PATH  writes the outputs of the last run as .npz, NCHW, fp32: {}
  quit      ends, as does the end of the input

The first line is {"ready": true, "version": ..., "outputs": [...]}. What fails is answered by {"error": "..."}.
"""
import argparse

import engines
import networks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('engine', choices=engines.NAMES)
    parser.add_argument('network', choices=networks.NAMES)
    parser.add_argument('--resolution', type=int, default=224)
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    channel = engines.engine_adapter.private_channel()
    graph = networks.build(options.network, options.resolution, options.batch)
    engine = engines.load(options.engine, graph, options.threads, options.resolution)
    graph.weights.clear()                               # the engine has its own copy now
    engines.engine_adapter.serve(options.engine, engine, channel)


if __name__ == '__main__':
    main()
