import Machine

extension Checkup {
    /// The clock's settings, and what the kernel grants.
    var settingFindings: [Finding] { [governorFinding, boostFinding, quotaFinding, hugePagesFinding, eventsFinding] }

    private var governorFinding: Finding {
        let governor = EnvironmentRecord.common(frequencies.map(\.governor))
        switch governor {
        case EnvironmentRecord.unknown:
            return Finding(
                "governor", .unknown, model.isVirtual == true ? "not shown to a virtual machine" : "not readable (no cpufreq in /sys)",
                remedy: "look at the spread of repeated runs instead")
        case "performance": return Finding("governor", .ok, governor)
        default:
            return Finding("governor", .problem, "\(governor): the clock follows the load", remedy: "'cpupower frequency-set -g performance' as root")
        }
    }

    private var boostFinding: Finding {
        switch EnvironmentRecord.common(frequencies.map { $0.boost.map { $0 ? "on" : "off" } }) {
        case "off": Finding("turbo", .ok, "off")
        case "on":
            Finding(
                "turbo", .note, "on: the clock depends on heat and on what the other cores do",
                remedy: "for figures that repeat, 'echo 0 > /sys/devices/system/cpu/cpufreq/boost' (or 'echo 1 > …/intel_pstate/no_turbo') as root")
        default: Finding("turbo", .unknown, model.isVirtual == true ? "not shown to a virtual machine" : "not readable")
        }
    }

    private var quotaFinding: Finding {
        switch limits.quota {
        case .unlimited: return Finding("CPU quota", .ok, "none")
        case .unknown(let reason): return Finding("CPU quota", .unknown, reason)
        case .cores(let cores):
            let threads = plan?.cpus.count ?? topology.allowedCores.count
            let found = "\(NoiseLimits.text(cores)) cores, for \(threads) thread\(threads == 1 ? "" : "s")"
            guard cores < Double(threads) else { return Finding("CPU quota", .note, found, remedy: "leave some of it to the rest of the container") }
            return Finding(
                "CPU quota", .problem, "\(found): the kernel will stop them", remedy: "use --threads \(max(1, Int(cores))), or raise cpu.max", verdict: .suspect
            )
        }
    }

    private var hugePagesFinding: Finding {
        let reserved = settings.reservedHugePages.map { ", \($0) reserved" } ?? ""
        switch system.transparentHugePages {
        case nil: return Finding("huge pages", .unknown, "transparent huge pages: unknown")
        case "never":
            return Finding(
                "huge pages", .note, "transparent huge pages: never\(reserved): large maps cost more page walks",
                remedy: "'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled' as root")
        case let word?: return Finding("huge pages", .ok, "transparent huge pages: \(word)\(reserved)")
        }
    }

    /// Nothing here counts events; a person who looks closer with perf needs them.
    private var eventsFinding: Finding {
        guard let level = settings.perfEventParanoid else { return Finding("perf events", .unknown, "perf_event_paranoid: unknown") }
        return level <= 2
            ? Finding("perf events", .ok, "perf_event_paranoid \(level)")
            : Finding(
                "perf events", .note, "perf_event_paranoid \(level): 'perf' works for root only; this program does without",
                remedy: "'sysctl kernel.perf_event_paranoid=2' as root")
    }
}
