import Architecture
import ArgumentParser
import Report

/// For which precision and batch the V100 columns hold.
struct V100Options: ParsableArguments {
    func record(_ network: Network, resolution: Int) -> V100Record? { nil }
    func note(_ record: V100Record?) -> String? { nil }
}
