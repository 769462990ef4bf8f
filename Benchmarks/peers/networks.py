"""The nine networks of zendet's zoo that are measured, layer for layer as zendet builds them.

The names are those of `zendet models`. Outputs are C2 to C5. The structures of MAE-DET are published with TinyNAS (commit 8ccaf88,
configs/detection/models), those of DAMO-YOLO with DAMO-YOLO (tinynas_L25_k1kx.txt, tinynas_L35_kxkx.txt); the ResNets are torchvision's,
with the stride in the 3x3 convolution; MobileNetV2 is written in K1DWK1 blocks, which put a ReLU where the original is linear.
"""
from graph import Graph

RESNETS = {'resnet18': (2, 2, 2, 2), 'resnet50': (3, 4, 6, 3), 'resnet101': (3, 4, 23, 3)}

# name: (block class, channels of the input, stem (out, stride, kernel), blocks (out, stride, kernel, depth, bottleneck), head)
STRUCTURES = {
    'maedet-s': ('k1kxk1', 3, (32, 2, 3), [(48, 2, 5, 2, 32), (272, 2, 3, 4, 120), (1024, 2, 5, 10, 80), (2048, 2, 3, 10, 240)], None),
    'maedet-m': ('k1kxk1', 3, (64, 2, 3), [(120, 2, 3, 2, 64), (512, 2, 5, 10, 72), (1632, 2, 5, 10, 112), (2048, 2, 5, 8, 184)], None),
    'maedet-l': ('k1kxk1', 3, (80, 2, 3), [(144, 2, 3, 2, 80), (608, 2, 5, 12, 88), (1912, 2, 5, 12, 136), (2400, 2, 5, 10, 220)], None),
    'damo-k1kx': ('k1kx', 12, (32, 1, 3), [
        (128, 2, 3, 1, 24), (128, 2, 3, 5, 88), (256, 2, 3, 3, 128), (256, 1, 3, 2, 120), (512, 2, 3, 1, 144)], None),
    'damo-kxkx': ('kxkx', 12, (32, 1, 3), [
        (128, 2, 3, 2, 64), (128, 2, 3, 4, 64), (256, 2, 3, 4, 256), (256, 1, 3, 4, 256), (512, 2, 3, 3, 256)], None),
    'mobilenetv2': ('k1dwk1', 3, (32, 2, 3), [
        (16, 1, 3, 1, 32), (24, 2, 3, 2, 96), (32, 2, 3, 3, 144), (64, 2, 3, 4, 256), (96, 1, 3, 3, 480), (160, 2, 3, 3, 768),
        (320, 1, 3, 1, 960)], 1280),
}

NAMES = list(RESNETS) + list(STRUCTURES)
RESOLUTIONS = [224, 320, 480, 640]


def build(name, resolution, batch=1):
    """The network for an image of this side. DAMO-YOLO reads 12 channels (2x2 pixels moved into channels) at half of it."""
    if name in RESNETS:
        return resnet(name, resolution, batch)
    if name in STRUCTURES:
        return structure(name, resolution, batch)
    raise KeyError(f"no network '{name}'; there are {', '.join(NAMES)}")


def resnet(name, resolution, batch):
    graph = Graph(name, resolution, batch)
    x = graph.conv('conv1', 'x', 64, 7, 2)
    x = graph.pool('maxpool', 'maxpool', x, 3, 2, 1)
    for stage, depth in enumerate(RESNETS[name]):
        width = 64 << stage
        out = width if name == 'resnet18' else 4 * width
        for index in range(depth):
            prefix = f'layer{stage + 1}.{index}'
            stride = 2 if stage > 0 and index == 0 else 1
            shortcut = x
            if stride == 2 or graph.shapes[x][0] != out:
                shortcut = graph.conv(prefix + '.downsample', x, out, 1, stride, relu=False, gain=Graph.SHORTCUT_GAIN)
            if out == width:
                y = graph.conv(prefix + '.conv1', x, width, 3, stride)
                y = graph.conv(prefix + '.conv2', y, out, 3, relu=False, gain=Graph.RESIDUAL_GAIN)
            else:
                y = graph.conv(prefix + '.conv1', x, width, 1)
                y = graph.conv(prefix + '.conv2', y, width, 3, stride)
                y = graph.conv(prefix + '.conv3', y, out, 1, relu=False, gain=Graph.RESIDUAL_GAIN)
            x = graph.relu(prefix + '.relu', graph.add(prefix + '.add', y, shortcut))
        graph.outputs.append(x)
    return graph


def structure(name, resolution, batch):
    kind, channels, (stem_out, stem_stride, stem_kernel), blocks, head = STRUCTURES[name]
    graph = Graph(name, resolution // 2 if channels == 12 else resolution, batch, channels)
    x = graph.conv('block0.conv1', 'x', stem_out, stem_kernel, stem_stride)
    ends = [(x, stem_stride)]
    for number, (out, stride, kernel, depth, bottleneck) in enumerate(blocks, 1):
        for index in range(depth):
            x = inner_block(graph, kind, f'block{number}.inner{index}', x, out, stride if index == 0 else 1, kernel, bottleneck, index)
        ends.append((x, stride))
    if head:
        ends.append((graph.conv(f'block{len(blocks) + 1}.conv1', x, head, 1), 1))
    # A stage ends before each block of stride 2 and at the end; C2 to C5 are the last four.
    stages = [ends[i - 1][0] for i in range(1, len(ends)) if ends[i][1] == 2] + [ends[-1][0]]
    graph.outputs = stages[-4:]
    return graph


def inner_block(graph, kind, prefix, x, out, stride, kernel, bottleneck, index):
    """TinyNAS' deployed CnnNet: a main branch, and a shortcut that is pooled around stride 2 and projected where channels differ."""
    channels = graph.shapes[x][0]
    shortcut = None
    if kind != 'k1dwk1' or channels == out:      # the depthwise class never projects
        shortcut = graph.pool(prefix + '.shortcut.pool', 'avgpool', x, 2, 2) if stride == 2 else x
        if channels != out or (kind == 'k1kxk1' and index == 0):
            shortcut = graph.conv(prefix + '.shortcut.projection', shortcut, out, 1, relu=False, gain=Graph.SHORTCUT_GAIN)
    gain = Graph.RESIDUAL_GAIN if shortcut else 1.0
    y = graph.conv(prefix + '.conv1', x, bottleneck, kernel if kind == 'kxkx' else 1)
    if kind in ('k1kx', 'kxkx'):
        y = graph.conv(prefix + '.conv2', y, out, kernel, stride, relu=False, gain=gain)
    else:
        y = graph.conv(prefix + '.conv2', y, bottleneck, kernel, stride, groups=bottleneck if kind == 'k1dwk1' else 1)
        y = graph.conv(prefix + '.conv3', y, out, 1, relu=False, gain=gain)
    if shortcut:
        y = graph.add(prefix + '.add', y, shortcut)
    return graph.relu(prefix + '.relu', y)


if __name__ == '__main__':
    print(f"{'network':12} {'GMAC@640':>9} {'M params':>9} {'convs':>6}  outputs@640")
    for each in NAMES:
        g = build(each, 640)
        params = sum(w.size + b.size for w, b in g.weights.values())
        print(f'{each:12} {g.macs / 1e9:9.2f} {params / 1e6:9.2f} {len(g.weights):6}  {[s[1:] for s in g.output_shapes()]}')
