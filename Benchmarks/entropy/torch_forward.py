"""Forward entropy with PyTorch as one would write it: weights drawn anew for each evaluation. Driven by entropy-benchmark.

Reads lines "BATCH RESOLUTION SECONDS in,out,k,s,g;in,out,k,s,g;…" and answers with evaluations a second.
"""

import sys
import time

import torch


def evaluate(chain, batch, resolution):
    x = torch.randn(batch, chain[0][0], resolution, resolution)
    total = 0.0
    for channels, out, kernel, stride, groups in chain:
        weight = torch.randn(out, channels // groups, kernel, kernel)
        x = torch.nn.functional.conv2d(x, weight, stride=stride, padding=(kernel - 1) // 2, groups=groups)
        deviation = x.std()
        x = x / deviation
        total += float(torch.log(deviation))
    return total


def main():
    torch.set_num_threads(int(sys.argv[1]))
    for line in sys.stdin:
        if line.strip() == "version":
            print(f"torch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
            continue
        batch, resolution, seconds, layers = line.split()
        chain = [tuple(map(int, layer.split(","))) for layer in layers.split(";")]
        count = 0
        start = time.perf_counter()
        with torch.no_grad():
            while count == 0 or time.perf_counter() - start < float(seconds):
                evaluate(chain, int(batch), int(resolution))
                count += 1
        print(count / (time.perf_counter() - start), flush=True)


main()
