/// What can go wrong in a search. `message` names what was found and what would be right.
public struct SearchError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable {
        /// A budget's text has no unit, an unknown unit or a value that is not above zero.
        case malformedBudget
        /// No network of the space is small enough; `shortfall` says which budget and by how much. The command exits 3.
        case budgetCannotBeMet
        /// The start structure cannot span a design space.
        case unsuitableStart
        /// An option has a value that makes no sense.
        case badOption
        /// The score or the latency is no sum over blocks and layers, so the exact solver cannot be used.
        case notSeparable
        /// The latency source, the score or the measurer failed; the message carries its words.
        case sourceFailed
        /// There is no such study.
        case missingStudy
        /// A study is damaged, of a newer version, or no study.
        case malformedStudy
        /// A study of another version, another machine, or another search.
        case foreignStudy
        /// Another search writes the study.
        case studyInUse
        /// A study cannot be made or written.
        case studyStorage
    }

    public var code: Code
    public var message: String
    /// Set with `.budgetCannotBeMet`.
    public var shortfall: Shortfall?

    public var description: String { message }

    public init(_ code: Code, _ message: String, shortfall: Shortfall? = nil) {
        self.code = code
        self.message = message
        self.shortfall = shortfall
    }
}

/// How far the smallest network of a space is from a budget.
public struct Shortfall: Hashable, Sendable {
    public var budget: BudgetKind
    /// The budget, in the unit of its kind.
    public var limit: Double
    /// What the smallest network needs, in the same unit.
    public var smallest: Double

    public init(budget: BudgetKind, limit: Double, smallest: Double) {
        self.budget = budget
        self.limit = limit
        self.smallest = smallest
    }

    /// Above 1: the smallest network needs this many times the budget.
    public var ratio: Double { smallest / limit }

    /// "latency: the smallest network of the space needs 12.3 ms, 2.46 times the budget of 5 ms (7.3 ms too much)".
    public var text: String {
        "\(budget.rawValue): the smallest network of the space needs \(budget.text(smallest)), "
            + "\(decimal(ratio, places: 2)) times the budget of \(budget.text(limit)) (\(budget.text(smallest - limit)) too much)"
    }
}
