import Architecture
import Export
import Inference

/// libFuzzer's driver, which comes with the toolchain (-sanitize=fuzzer).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The program's entry, by the name that the package manager gives to that of a target "onnx-fuzz".
@_cdecl("onnx_fuzz_main")
public func fuzzMain(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments) { bytes, count in
        readONNX(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
}

/// Reads a file, asks for what a command asks for, and stops the process where an answer makes no sense.
private func readONNX(_ bytes: [UInt8]) {
    do throws(ExportError) {
        let model = try ONNXModel(bytes, source: "fuzz.onnx")
        let needed = Set(model.network.layers.flatMap { $0.operation.weighted($0.name) }.map(\.name))
        precondition(needed == Set(model.weights.names), "the weights are not those of the layers")
        for side in [1, 32, 224, model.side ?? 640] { _ = try? model.network.cost(resolution: side) }
    } catch {
        precondition(error.message.hasPrefix("fuzz.onnx: ") && !error.message.contains(where: \.isNewline), "no error of one line: \(error.message)")
    }
}
