/// The part of the written Python modules that is the same for every network.
enum PythonText {
    static let layers = #"""
        class Conv(nn.Conv2d):
            """A convolution with batch normalization behind it, or with a bias into which that is folded."""

            def __init__(self, inputs, outputs, kernel_size, stride, padding, groups, batch_norm):
                super().__init__(inputs, outputs, kernel_size, stride, padding, groups=groups, bias=not batch_norm)
                self.bn = nn.BatchNorm2d(outputs) if batch_norm else None
                nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

            def forward(self, x):
                x = super().forward(x)
                return x if self.bn is None else self.bn(x)

            @torch.no_grad()
            def folded(self):
                """Weight and bias with the batch normalization in them."""
                if self.bn is None:
                    return self.weight.detach(), self.bias.detach()
                scale = self.bn.weight / (self.bn.running_var + self.bn.eps).sqrt()
                return self.weight * scale.reshape(-1, 1, 1, 1), self.bn.bias - self.bn.running_mean * scale

            @torch.no_grad()
            def take(self, weight, bias):
                """Takes a weight and a bias with the batch normalization in them."""
                self.weight.copy_(weight)
                if self.bn is None:
                    self.bias.copy_(bias)
                    return
                self.bn.weight.fill_(1)
                self.bn.bias.copy_(bias)
                self.bn.running_mean.fill_(0)
                self.bn.running_var.fill_(1 - self.bn.eps)


        class SqueezeExcitation(nn.Module):
            """x * sigmoid(expand(relu(reduce(mean of x over height and width))))."""

            def __init__(self, channels, reduced, batch_norm):
                super().__init__()
                self.reduce = Conv(channels, reduced, 1, 1, 0, 1, batch_norm)
                self.expand = Conv(reduced, channels, 1, 1, 0, 1, batch_norm)

            def forward(self, x):
                mean = x.mean((2, 3), keepdim=True)
                return x * torch.sigmoid(self.expand(F.relu(self.reduce(mean))))


        def space_to_depth(image):
            """[N, 3, H, W] to [N, 12, H / 2, W / 2]: the four pixels of a square one after the other, column by column."""
            return torch.cat([image[..., y::2, x::2] for x in (0, 1) for y in (0, 1)], dim=1)


        def build(module, batch_norm):
            """Gives a module the layers of LAYERS under their dotted names."""
            for name, operation, _, numbers in LAYERS:
                if operation == "conv":
                    layer = Conv(*numbers, batch_norm)
                elif operation == "se":
                    layer = SqueezeExcitation(*numbers, batch_norm)
                else:
                    continue
                *path, last = name.split(".")
                parent = module
                for part in path:
                    if part not in parent._modules:
                        parent.add_module(part, nn.Module())
                    parent = parent._modules[part]
                parent.add_module(last, layer)


        # For each row, the results that no later row reads.
        FINISHED = [[] for _ in LAYERS]
        for _tensor in range(len(LAYERS) + 1):
            _readers = [row for row, layer in enumerate(LAYERS) if _tensor in layer[2]]
            if _readers and _tensor not in OUTPUTS:
                FINISHED[_readers[-1]].append(_tensor)


        def run(module, x):
            """Runs LAYERS in order; gives the results of OUTPUTS."""
            if INPUT_CHANNELS == 12 and x.shape[1] == 3:
                x = space_to_depth(x)
            values = {0: x}
            for row, (name, operation, inputs, numbers) in enumerate(LAYERS):
                x = values[inputs[0]]
                if operation == "conv" or operation == "se":
                    x = module.get_submodule(name)(x)
                elif operation == "relu":
                    x = F.relu(x)
                elif operation == "add":
                    x = x + values[inputs[1]]
                elif operation == "average":
                    x = x.mean((2, 3), keepdim=True)
                elif operation == "sigmoid":
                    x = torch.sigmoid(x)
                elif operation == "clamp":
                    x = (numbers[0] * x + numbers[1]).clamp(numbers[2], numbers[3])
                elif operation == "multiply":
                    x = x * values[inputs[1]]
                elif operation == "concatenate":
                    x = torch.cat([x, values[inputs[1]]], dim=1)
                elif operation == "upsample":
                    x = x.repeat_interleave(numbers[0], 2).repeat_interleave(numbers[0], 3)
                elif operation == "maxpool":
                    x = F.max_pool2d(x, *numbers)
                else:
                    x = F.avg_pool2d(x, *numbers, count_include_pad=False)
                values[row + 1] = x
                for finished in FINISHED[row]:
                    del values[finished]
            return tuple(values[output] for output in OUTPUTS)


        def read_arrays(path):
            """The arrays of an .npz file, of the initializers of an ONNX file, or of a state dict, by their names."""
            if str(path).endswith(".npz"):
                import numpy

                with numpy.load(path) as file:
                    return {name: torch.from_numpy(file[name]) for name in file.files}
            if str(path).endswith(".onnx"):
                import onnx
                from onnx import numpy_helper

                return {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in onnx.load(path).graph.initializer}
            return torch.load(path, map_location="cpu", weights_only=True)


        def load_weights(module, path):
            """Takes weights from a file, whether batch normalization is folded there or not; refuses names that do not fit."""
            arrays = read_arrays(path)
            for name, layer in module.named_modules():
                if not isinstance(layer, Conv):
                    continue
                weight, bias = arrays.pop(f"{name}.weight", None), arrays.pop(f"{name}.bias", None)
                norm = [arrays.pop(f"{name}.bn.{part}", None) for part in ("weight", "bias", "running_mean", "running_var")]
                arrays.pop(f"{name}.bn.num_batches_tracked", None)
                explicit = all(part is not None for part in norm)
                if weight is None or (bias is None and not explicit):
                    raise KeyError(f"{path} has no weights for {name}")
                if not explicit:
                    layer.take(weight, bias)
                elif layer.bn is not None:
                    with torch.no_grad():
                        layer.weight.copy_(weight)
                        for own, part in zip((layer.bn.weight, layer.bn.bias, layer.bn.running_mean, layer.bn.running_var), norm):
                            own.copy_(part)
                else:
                    scale = norm[0] / (norm[3] + 1e-5).sqrt()
                    layer.take(weight * scale.reshape(-1, 1, 1, 1), norm[1] - norm[2] * scale)
            if arrays:
                raise KeyError(f"{path} has arrays that this network does not have, such as {sorted(arrays)[0]}")


        def folded_weights(module):
            """All weights and biases with batch normalization in them, as NumPy arrays by their names: what zendet reads as .npz."""
            result = {}
            for name, layer in module.named_modules():
                if isinstance(layer, Conv):
                    weight, bias = layer.folded()
                    result[f"{name}.weight"], result[f"{name}.bias"] = weight.cpu().numpy(), bias.cpu().numpy()
            return result

        """#
}

/// "1, 2, 3": numbers of a Python list.
func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
