/// The kernel's notation for a list of CPUs: "0-3,8". Numbers are the operating system's.
public enum CPUList {
    /// The largest CPU number accepted, so that "0-99999999999" is refused instead of filling the memory.
    /// 8191 is the last CPU of the largest Linux configuration (NR_CPUS on x86-64).
    static let largest = 8191

    /// Reads a list such as "0-3,8"; keeps the order in which it is written, because member i of a team runs on the i-th CPU.
    ///
    /// - Throws: `MachineError` for an empty list, a piece that is no number or ascending range, a CPU above 8191, or a CPU named twice.
    public static func parse(_ text: String) throws(MachineError) -> [Int] {
        let form = "a list such as 0-3,8 was expected"
        guard !trimmed(text).isEmpty else { throw MachineError(.malformed, "CPU list is empty; \(form)") }
        var cpus: [Int] = []
        var seen: Set<Int> = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = piece.split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
            let shown = "CPU list \"\(text)\": \"\(piece)\""
            guard ends.count <= 2, let low = ends[0], let high = ends[ends.count - 1] else {
                throw MachineError(.malformed, "\(shown) is neither a CPU number nor a range; \(form)")
            }
            guard low <= high else { throw MachineError(.malformed, "\(shown) runs backwards; write \(high)-\(low)") }
            guard high <= largest else {
                throw MachineError(.malformed, "\(shown) is beyond CPU \(largest), the largest number a Linux kernel uses")
            }
            for cpu in low...high {
                guard seen.insert(cpu).inserted else {
                    throw MachineError(.duplicate, "CPU list \"\(text)\" names CPU \(cpu) twice; each CPU may be named once")
                }
                cpus.append(cpu)
            }
        }
        return cpus
    }

    /// Writes a list in its order, with runs of ascending neighbours as ranges: [0, 1, 2, 8] is "0-2,8". An empty list is "none".
    public static func text(_ cpus: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for cpu in cpus {
            if let last = runs.last, cpu == last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...cpu
            } else {
                runs.append(cpu...cpu)
            }
        }
        if runs.isEmpty { return "none" }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// Digits only: Int's own parser also takes "+3".
    private static func number(_ piece: Substring) -> Int? {
        let digits = trimmed(piece)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(digits)
    }
}
