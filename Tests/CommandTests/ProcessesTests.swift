import Foundation
import Testing

extension CommandSuite {
    @Suite struct ProcessesTests {
        @Test func freshProcessesShowTheirSpread() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            for input in [(["tiny.txt"], nil), (["-"], tinyStructure)] as [([String], String?)] {
                let arguments = ["bench"] + input.0 + ["--resolution", "64", "-t", "1", "--processes", "3"] + quick
                let result = try zendet.run(arguments + ["-o", "json"], input: input.1)
                #expect(result.status == 0, "\(result.error)")
                let record = try JSONValue.records(result.output)[0]
                let medians = try record["process_medians_ns"].array.map { try $0.number }
                #expect(medians.count == 3 && medians.allSatisfy { $0 > 0 })
                // The geometric mean of the processes' medians.
                let median = try record["median_ns"].number
                #expect(abs(median / exp(medians.map { log($0) }.reduce(0, +) / 3) - 1) < 1e-9)
                #expect(try record["median_low_ns"].number <= median && record["median_high_ns"].number >= median)
                #expect(try record["between_share"].number >= 0 && record["within_share"].number >= 0)
                #expect(try record["samples_ns"].array.count >= 45)
                try Self.checkLedger(record)
                #expect(try record["memory_bytes"].integer > 0)
                #expect(try record["cache_state"].string == "back_to_back")
            }
            let text = try zendet.run(["bench", "resnet18", "--resolution", "64", "-t", "1", "--processes", "2"] + quick)
            #expect(text.output.contains("Fresh processes") && text.output.contains("standard deviation between processes"))
        }

        /// Entries and blocks hold every sample once, and what is called disturbed lies among the samples.
        static func checkLedger(_ record: JSONValue) throws {
            let ledger = try record["ledger"]
            let samples = try record["samples_ns"].array.count
            let firsts = try ledger["first_sample"].array.map { try $0.integer }
            #expect(firsts.first == 0 && zip(firsts, firsts.dropFirst()).allSatisfy { $0 < $1 } && firsts.allSatisfy { $0 < samples })
            let most = try ledger["samples_per_entry"].integer
            #expect(zip(firsts, firsts.dropFirst() + [samples]).allSatisfy { $1 - $0 <= most })
            for column in ["elapsed_ns", "involuntary_switches", "migrations", "stray_members", "run_queue_wait_share", "throttled_us", "minor_faults", "major_faults"] {
                #expect(try ledger[column].array.count == firsts.count, "\(column)")
            }
            // Readings take at most half a per cent of what lies between them.
            #expect(try ledger["reading_ns"].number > 0)
            var next = 0
            for block in try ledger["blocks"].array {
                #expect(try block["first_sample"].integer == next)
                next += try block["samples"].integer
            }
            #expect(next == samples)
            for disturbed in try ledger["disturbed"].array {
                #expect(try disturbed["first_sample"].integer + disturbed["samples"].integer <= samples && ["runs", "block"].contains(disturbed["by"].string))
            }
        }

        @Test func listsAreCorrectedForDrift() throws {
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let result = try zendet.run(["bench", "tiny.txt", "resnet18", "--resolution", "64", "-t", "1", "-o", "json"] + quick)
            let records = try JSONValue.records(result.output)
            #expect(records.count == 2)
            for record in records {
                #expect(try record["raw_median_ns"].number == record["median_ns"].number)
                let slowness = try record["anchor_ns"].number / record["anchor_reference_ns"].number
                #expect(abs(try record["drift_corrected_median_ns"].number * slowness / record["raw_median_ns"].number - 1) < 1e-9)
                try Self.checkLedger(record)
            }
            let text = try zendet.run(["bench", "tiny.txt", "resnet18", "--resolution", "64", "-t", "1"] + quick)
            #expect(text.output.contains("less drift") && text.output.contains("an anchor") && text.output.contains("Runs follow back to back"))
            // One network alone has nothing to drift against.
            let single = try zendet.run(["bench", "tiny.txt", "--resolution", "64", "-t", "1", "-o", "json"] + quick)
            #expect(try !JSONValue.records(single.output)[0].has("raw_median_ns"))
        }

        @Test func refusesWhatMakesNoSense() throws {
            let zendet = try Zendet()
            #expect(try zendet.run(["bench", "resnet18", "--processes", "0"]).status == 64)
            #expect(try zendet.run(["bench", "resnet18", "--processes", "1000"]).status == 64)
            #expect(try zendet.run(["bench", "resnet18", "--processes", "3", "--layers"]).status == 64)
        }

        /// A quota of a fifth of a core, where this process may make a control group.
        @Test func aQuotaIsNamed() throws {
            let group = "/sys/fs/cgroup/cpu/zendet-test-\(ProcessInfo.processInfo.processIdentifier)"
            let manager = FileManager.default
            guard manager.fileExists(atPath: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
                (try? manager.createDirectory(atPath: group, withIntermediateDirectories: false)) != nil
            else {
                print("skipped: a quota needs a control group of version 1 with the cpu controller that this process may divide")
                return
            }
            defer { rmdir(group) }
            guard (try? "100000".write(toFile: group + "/cpu.cfs_period_us", atomically: false, encoding: .utf8)) != nil,
                (try? "20000".write(toFile: group + "/cpu.cfs_quota_us", atomically: false, encoding: .utf8)) != nil
            else {
                print("skipped: this control group takes no quota")
                return
            }
            let zendet = try Zendet()
            try zendet.write(tinyStructure, to: "tiny.txt")
            let command = "echo $$ > \(group)/cgroup.procs && exec '\(Zendet.binary.path)' bench tiny.txt --resolution 64 -t 1 --min-time 500ms --strict -o json"
            let result = try zendet.shell(command)
            guard !result.output.isEmpty else {
                print("skipped: the control group takes no process: \(result.error)")
                return
            }
            let record = try JSONValue.records(result.output)[0]
            let reasons = try record["reasons"].array.map { try $0.string }
            #expect(reasons.contains { $0.contains("quota") }, "\(reasons)")
            #expect(try record["verdict"].string != "VALID" && record["noise"]["throttled_us"].integer > 0)
            // The samples that the quota hit are named, and they are those whose own readings saw it.
            try Self.checkLedger(record)
            let ledger = try record["ledger"]
            let throttled = try ledger["disturbed"].array.filter { try $0["cause"].string == "throttling" }
            #expect(!throttled.isEmpty)
            let firsts = try ledger["first_sample"].array.map { try $0.integer }
            let times = try ledger["throttled_us"].array.map { try $0.integer }
            for (first, time) in zip(firsts, times) {
                let isNamed = try throttled.contains { try ($0["first_sample"].integer..<$0["first_sample"].integer + $0["samples"].integer).contains(first) }
                #expect(isNamed == (time > 0), "sample \(first): \(time) us")
            }
            // A stop of 80 ms in every period of 100: the samples that lasted so long are among them.
            let samples = try record["samples_ns"].array.map { try $0.number }
            if let longest = samples.indices.max(by: { samples[$0] < samples[$1] }), samples[longest] > 50e6 {
                #expect(try throttled.contains { try ($0["first_sample"].integer..<$0["first_sample"].integer + $0["samples"].integer).contains(longest) })
            }
            #expect(result.status == 75)
        }
    }
}
