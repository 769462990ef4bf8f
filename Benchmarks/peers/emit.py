"""Writes a Graph as ONNX, and builds it as a torch module."""


def onnx(graph, path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    renamed = {out: f'c{i + 2}' for i, out in enumerate(graph.outputs)}
    tensor = lambda name: renamed.get(name, name)
    nodes, initializers = [], []
    for n in graph.nodes:
        inputs, output = [tensor(i) for i in n['ins']], [tensor(n['out'])]
        if n['op'] == 'conv':
            weight, bias = graph.weights[n['out']]
            names = [n['out'] + '.weight', n['out'] + '.bias']
            initializers += [numpy_helper.from_array(weight, names[0]), numpy_helper.from_array(bias, names[1])]
            nodes.append(helper.make_node(
                'Conv', inputs + names, output, name=n['out'], kernel_shape=[n['k']] * 2, strides=[n['stride']] * 2, pads=[n['pad']] * 4,
                group=n['groups'], dilations=[1, 1]))
        elif n['op'] in ('maxpool', 'avgpool'):
            kind = 'MaxPool' if n['op'] == 'maxpool' else 'AveragePool'
            nodes.append(helper.make_node(
                kind, inputs, output, name=n['out'], kernel_shape=[n['k']] * 2, strides=[n['stride']] * 2, pads=[n['pad']] * 4))
        else:
            nodes.append(helper.make_node({'relu': 'Relu', 'add': 'Add'}[n['op']], inputs, output, name=n['out']))
    model = helper.make_model(
        helper.make_graph(
            nodes, graph.name, [helper.make_tensor_value_info('x', TensorProto.FLOAT, list(graph.input_shape))],
            [helper.make_tensor_value_info(renamed[o], TensorProto.FLOAT, list(s)) for o, s in zip(graph.outputs, graph.output_shapes())],
            initializers),
        opset_imports=[helper.make_opsetid('', 17)], producer_name='zendet-peers')
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, path)


def torch_module(graph, in_place=True):
    """A module that returns C2 to C5. `in_place` saves memory passes in eager mode: each such operand is read once."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Module(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleDict()
            for n in graph.nodes:
                if n['op'] != 'conv':
                    continue
                weight, bias = graph.weights[n['out']]
                conv = nn.Conv2d(weight.shape[1] * n['groups'], weight.shape[0], n['k'], n['stride'], n['pad'], groups=n['groups'])
                conv.weight.data, conv.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
                self.convs[n['out'].replace('.', '_')] = conv

        def forward(self, x):
            t = {'x': x}
            for n in graph.nodes:
                a = [t[i] for i in n['ins']]
                if n['op'] == 'conv':
                    y = self.convs[n['out'].replace('.', '_')](a[0])
                elif n['op'] == 'relu':
                    y = torch.relu_(a[0]) if in_place else torch.relu(a[0])
                elif n['op'] == 'add':
                    y = a[0].add_(a[1]) if in_place else a[0] + a[1]
                elif n['op'] == 'maxpool':
                    y = F.max_pool2d(a[0], n['k'], n['stride'], n['pad'])
                else:
                    y = F.avg_pool2d(a[0], n['k'], n['stride'])
                t[n['out']] = y
            return tuple(t[o] for o in graph.outputs)

    return Module().eval()
