import Ladder
import TensorCore

/// Walks every ladder with every instruction set that exists here, and prints a line for each: instruction set, cases, failures, name.
///
/// Embedded Swift, without a `Main` of Swift's own. Returns 0 only if every case ran and none failed.
@c(main)
func walkLadders() -> Int32 {
    var executed = 0
    var failed = 0
    for isa in InstructionSet.available {
        for ladder in Ladder.all {
            let tally = ladder.run(.of(isa))
            print("\(isa.rawValue) \(tally.executed) \(tally.failureCount) \(ladder.name)")
            for failure in tally.failures { print("FAILED \(failure)") }
            executed += tally.executed
            failed += tally.failureCount + (tally.executed == ladder.cases ? 0 : 1)
        }
    }
    print("\(executed) cases, \(failed) failures")
    return executed > 0 && failed == 0 ? 0 : 1
}
