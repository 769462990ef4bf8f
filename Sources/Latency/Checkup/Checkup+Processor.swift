import Machine
import TensorCore

extension Checkup {
    /// What the processor is, what of it can be used, and whether threads stay where they are put.
    var processorFindings: [Finding] { [buildFinding, isaFinding, hwlocFinding, machineFinding, multithreadingFinding, kindsFinding, pinningFinding] }

    private var buildFinding: Finding {
        optimization == "release"
            ? Finding("build", .ok, "release")
            : Finding(
                "build", .problem, "\(optimization): what surrounds the kernels runs slowly", remedy: "build with 'swift build -c release'", verdict: .suspect)
    }

    private var isaFinding: Finding {
        let has = available.map(\.rawValue).joined(separator: ", ")
        let missing = compiled.filter { !available.contains($0) }.map(\.rawValue)
        guard !missing.isEmpty else { return Finding("instruction sets", .ok, "\(has): all that there are kernels for") }
        return Finding(
            "instruction sets", .note, "\(has); not here: \(missing.joined(separator: ", "))", remedy: "figures of machines that have them do not carry over")
    }

    private var hwlocFinding: Finding {
        // The functions that are used are those of 2.0; 1.x reports no NUMA nodes beside the tree.
        hwlocVersion.split(separator: ".").first.flatMap { Int($0) } ?? 0 >= 2
            ? Finding("hwloc", .ok, "API \(hwlocVersion)")
            : Finding("hwloc", .problem, "API \(hwlocVersion)", remedy: "install hwloc 2.0 or later (libhwloc-dev)")
    }

    private var machineFinding: Finding {
        switch model.isVirtual {
        case nil: Finding("virtual machine", .unknown, EnvironmentRecord.unknown)
        case false: Finding("virtual machine", .ok, "no")
        case true:
            Finding(
                "virtual machine", .note,
                "yes (\(model.hypervisor ?? EnvironmentRecord.unknown)): other guests share caches and memory, and the clock is hidden",
                remedy: "prefer ratios measured in turn ('zendet compare') to single times")
        }
    }

    private var multithreadingFinding: Finding {
        let text = settings.multithreading.map { " (SMT control: \($0))" } ?? ""
        guard topology.hasSMT else { return Finding("SMT siblings", .ok, "one hardware thread a core\(text)") }
        let used = Set(plan?.cpus ?? [])
        let shared = topology.cores.filter { $0.pus.count(where: used.contains) > 1 }
        guard shared.isEmpty else {
            return Finding(
                "SMT siblings", .problem, "threads would share \(shared.count) core\(shared.count == 1 ? "" : "s")\(text)",
                remedy: "use one hardware thread a core: --threads \(topology.allowedCores.count), or other --cpus")
        }
        return Finding(
            "SMT siblings", .note, "cores have siblings, of which one is used\(text): whatever runs on the other takes part of the core",
            remedy: "keep them idle, or 'echo off > /sys/devices/system/cpu/smt/control' as root")
    }

    private var kindsFinding: Finding {
        guard topology.coreKinds.count > 1 else { return Finding("core kinds", .ok, "one kind of core") }
        let kinds = topology.coreKinds.map { "\($0.name ?? "kind \($0.index)"): CPUs \(CPUList.text($0.cpus))" }.joined(separator: "; ")
        return Finding("core kinds", .note, kinds, remedy: "name the CPUs of one kind with --cpus")
    }

    private var pinningFinding: Finding {
        if let pinningFailure {
            return Finding("pinning", .problem, pinningFailure, remedy: "allow the process more CPUs, or name others with --cpus", verdict: .invalid)
        }
        guard let plan, let boundCPUs else { return Finding("pinning", .unknown, EnvironmentRecord.unknown) }
        guard boundCPUs == plan.cpus.map({ [$0] }) else {
            return Finding(
                "pinning", .problem,
                "CPUs \(CPUList.text(plan.cpus)) were asked for, and the masks read back are \(boundCPUs.map(CPUList.text).joined(separator: " "))",
                remedy: "something changes the threads' affinity: look for a container or daemon that rewrites cpusets", verdict: .invalid)
        }
        let warnings = plan.warnings
        let found = "\(plan.cpus.count) thread\(plan.cpus.count == 1 ? "" : "s") on CPUs \(CPUList.text(plan.cpus)), masks read back as asked"
        return warnings.isEmpty ? Finding("pinning", .ok, found) : Finding("pinning", .note, "\(found); \(warnings.joined(separator: "; "))")
    }
}
