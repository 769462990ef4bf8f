/// The number format in which an accelerator runs a network.
public enum Precision: String, CaseIterable, Hashable, Sendable, Codable {
    case fp32, fp16, int8
}
