extension Program {
    /// Images, channels, height and width of the network's own input.
    public var inputShape: [Int] { shape(ofValue: 0) }

    /// Images, channels, height and width of output `index`.
    public func outputShape(_ index: Int) -> [Int] { shape(ofValue: outputs[index]) }

    private func shape(ofValue value: Int) -> [Int] {
        let shape = values[value].shape
        return [batch, shape.channels, shape.height, shape.width]
    }
}

extension Executable {
    /// The outputs of the last run as an .npz archive by their names (c2, c3, …), in NCHW, fp32.
    ///
    /// - Throws: `InferenceError` `.tooLarge` above 4 GiB.
    public func outputArchive() throws(InferenceError) -> [UInt8] {
        var writer = NPZWriter()
        for index in program.outputs.indices {
            try writer.append(program.outputNames[index], shape: program.outputShape(index), output(index))
        }
        return writer.bytes
    }
}
