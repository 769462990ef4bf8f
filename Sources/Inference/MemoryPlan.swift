import TensorCore

/// Where every value of a program lies in one arena: values that are never alive together share memory.
///
/// A convolution whose residual dies with it writes over the residual. Placement is greedy by size (largest first, at the lowest free
/// offset), after "Efficient Memory Management for Deep Neural Net Inference" (Pisarchyk and Lee, 2020), section 5.2.
package struct MemoryPlan {
    /// Offset of each value in floats.
    package private(set) var offsets: [Int]
    /// Floats in all.
    package private(set) var count = 0
    package let layouts: [TensorLayout]

    /// - Parameter overwritesResiduals: false where a convolution's output is looked at before its residual is added.
    package init(_ program: Program, overwritesResiduals: Bool = true) {
        layouts = program.values.indices.map(program.layout(ofValue:))
        // slot[v]: the value whose memory v uses.
        var slot = Array(program.values.indices)
        var first = program.values.map(\.firstStep)
        var last = program.values.map(\.lastStep)
        // A chain reads and writes all along: what one of its steps touches is alive throughout.
        for unit in program.units where unit.count > 1 {
            for operands in program.operands[unit] {
                first[operands.output] = unit.lowerBound
                for value in [operands.input, operands.second, operands.gates].compactMap(\.self) { last[value] = max(last[value], unit.upperBound - 1) }
            }
        }
        for (index, operands) in program.operands.enumerated() {
            guard overwritesResiduals, program.steps[index].residual, let residual = operands.second, residual != operands.input else { continue }
            let owner = slot[residual]
            guard program.values[residual].firstStep >= 0, program.values[residual].lastStep == index, !program.steps[index].writesBand,
                !program.readsInChain(residual, before: index), layouts[residual] == layouts[operands.output]
            else { continue }
            slot[operands.output] = owner
            last[owner] = max(last[owner], program.values[operands.output].lastStep)
        }
        // Inputs are written from outside before a run: they live throughout.
        for (v, value) in program.values.enumerated() where value.firstStep < 0 {
            first[v] = -1
            last[v] = program.steps.count
        }

        offsets = [Int](repeating: 0, count: program.values.count)
        var placed: [Int] = []
        let owners = slot.indices.filter { slot[$0] == $0 && !program.values[$0].isBand }.sorted {
            (layouts[$0].elementCount, $1) > (layouts[$1].elementCount, $0)
        }
        let page = 1024
        for v in owners {
            let size = (layouts[v].elementCount + page - 1) / page * page
            var start = 0
            for other in placed.sorted(by: { offsets[$0] < offsets[$1] }) where first[other] <= last[v] && first[v] <= last[other] {
                if start + size <= offsets[other] { break }
                start = max(start, (offsets[other] + layouts[other].elementCount + page - 1) / page * page)
            }
            offsets[v] = start
            placed.append(v)
            count = max(count, start + size)
        }
        for v in slot.indices { offsets[v] = offsets[slot[v]] }
    }
}

extension Program {
    /// Whether an earlier step of the chain that step `index` belongs to reads a value.
    fileprivate func readsInChain(_ value: Int, before index: Int) -> Bool {
        var step = index
        while steps[step].readsBand {
            step -= 1
            if operands[step].input == value || operands[step].second == value { return true }
        }
        return false
    }
}
