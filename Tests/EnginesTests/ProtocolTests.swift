import Engines
import Foundation
import Inference
import Latency
import Machine
import Testing

@Suite(.serialized) struct ProtocolTests {
    @Test func anHonestEngineIsSampledAndCompared() throws {
        var path = ""
        do {
            let bench = try Bench()
            path = try bench.shell(#"echo "{\"ready\": true, \"version\": \"$1\"}"; read line"#, "{onnx}").ready.version
            #expect(path.hasSuffix("/network.onnx") && FileManager.default.fileExists(atPath: path))
            bench.executable.run()
            let folder = try TemporaryFolder()
            let archive = try folder.write(try bench.executable.outputArchive(), to: "own.npz")
            let engine = try bench.shell(honest, archive)
            #expect(engine.title == "made-up 1.5" && engine.failure == nil)
            #expect(engine.sample(runs: 3) == [2_000_000, 2_000_000, 2_000_000])
            // It is bound to the team's CPU before its first instruction, and this thread is not any more.
            #expect(CallerAffinity.ofProcess(engine.pid) == bench.team.plan.cpus)
            #expect(CallerAffinity.ofProcess(getpid())?.count == (try Topology.detect().allowedCPUs.count))
            let agreement = Agreement(try engine.outputs(), with: bench.outputs)
            #expect(agreement.relativeL2 == [0, 0, 0, 0] && agreement.isWithinTolerance)
        }
        // The network's files have gone with it, and their folder.
        #expect(!FileManager.default.fileExists(atPath: String(path.dropLast("/network.onnx".count))))
    }

    @Test func theFirstLineDecides() throws {
        let bench = try Bench()
        let cases: [(String, EngineError.Code, String)] = [
            ("exit 3", .gone, "ended with 3"), ("echo out of luck >&2; exit 4", .gone, "ended with 4 before it answered: out of luck"),
            ("kill -9 $$", .gone, "signal 9"), ("echo hello; cat", .badAnswer, "'hello'"), (#"echo "{}"; cat"#, .badAnswer, "ready"),
            (#"echo "{\"error\": \"no such operator\"}""#, .cannotRun, "no such operator"),
            (#"echo "{\"error\": \"mine is not there\", \"missing\": true}""#, .notInstalled, "mine is not there"),
            (#"echo "{\"ready\": true, \"outputs\": [{\"shape\": [1, 2, 3, 4]}]}"; cat"#, .badAnswer, "[1, 2, 3, 4]"),
            (#"echo "{\"ready\": 1}"; cat"#, .badAnswer, "ready"), ("printf \"\\377\\376\\n\"; cat", .badAnswer, "expected"),
            ("exec >&-; cat", .gone, "before it answered"),
        ]
        for (script, code, words) in cases {
            let error = #expect(throws: EngineError.self) { try bench.shell(script) }
            #expect(error?.code == code && error?.message.contains(words) == true, "\(script): \(error?.message ?? "")")
            #expect(error?.message.contains("\n") == false)
        }
        let missing = #expect(throws: EngineError.self) { try bench.start(try Engine.parse("mine=/nowhere/mine {onnx}")[0]) }
        #expect(missing?.code == .notInstalled && missing?.message.contains("/nowhere/mine") == true)
        let python = #expect(throws: EngineError.self) { try bench.start(Engine(.mnn), python: "/nowhere/python") }
        #expect(python?.code == .notInstalled && python?.message.contains("ZENDET_PYTHON") == true)
    }

    @Test func anAnswerThatCannotBeTrueEndsIt() throws {
        let bench = try Bench()
        let cases: [(String, String)] = [
            (#"{"t": [NaN]}"#, "NaN"), (#"{"t": [0]}"#, "0.0 s"), (#"{"t": [-1]}"#, "-1.0 s"), (#"{"t": [1e-12]}"#, "1e-12"), (#"{"t": [3600]}"#, "3600.0 s"),
            (#"{"t": []}"#, "0 times"), (#"{"t": [0.001, 0.001]}"#, "2 times"), (#"{"t": null}"#, "one time"), (#"{"t": ["fast"]}"#, "fast"), ("{}", "'{}'"),
            ("[]", "'[]'"), ("junk", "'junk'"), (#"{"error": "out of memory"}"#, "out of memory"), (#"{"t": [1e400]}"#, "'run 1'"),
        ]
        for (answer, words) in cases {
            let engine = try bench.shell(answering(answer))
            #expect(engine.sample(runs: 1).isEmpty)
            let failure = try #require(engine.failure, "\(answer)")
            #expect(failure.message.contains(words) && failure.message.hasPrefix("made-up: "), "\(answer): \(failure.message)")
            // Nothing is asked of it any more.
            #expect(engine.sample(runs: 1).isEmpty && engine.failure == failure)
        }
    }

    @Test func dyingAndTalkingAreNamed() throws {
        let bench = try Bench()
        let dying = try bench.shell(#"echo "{\"ready\": true}"; read line; echo gone wrong >&2; exit 7"#)
        #expect(dying.sample(runs: 2).isEmpty)
        #expect(dying.failure?.message == "made-up: ended with 7 before it answered: gone wrong")
        let gone = try bench.shell(#"echo "{\"ready\": true}"; exit 0"#)
        #expect(gone.sample(runs: 1).isEmpty && gone.failure?.code == .gone)
        let talking = try bench.shell(#"echo "{\"ready\": true}"; while read line; do echo "{\"t\": [0.0001]}"; echo "{\"t\": [0.0001]}"; done"#)
        _ = talking.sample(runs: 1)
        usleep(50_000)
        #expect(talking.sample(runs: 1).isEmpty && talking.failure?.message.contains("without being asked") == true)
        // What it writes to standard error without end is kept only so far, and blocks nobody.
        let loud = try bench.shell(#"yes noise | head -c 3000000 >&2; echo "{\"ready\": true}"; while read line; do echo "{}"; done"#)
        #expect(loud.sample(runs: 1).isEmpty && loud.failure?.code == .badAnswer)
    }

    @Test func aLineWithoutEndIsBounded() throws {
        let error = #expect(throws: EngineError.self) { try Bench().shell("exec cat /dev/zero") }
        #expect(error?.code == .badAnswer && error?.message.contains("without the end of a line") == true)
    }

    /// One that does not end by itself is ended.
    @Test func nobodyIsLeftBehind() throws {
        var pid: Int32 = 0
        do {
            let stubborn = try Bench().shell(#"trap "" TERM; echo "{\"ready\": true}"; while true; do sleep 1; done"#)
            pid = stubborn.pid
            #expect(kill(pid, 0) == 0)
        }
        #expect(kill(pid, 0) != 0 && errno == ESRCH)
    }

    @Test func outputsAreChecked() throws {
        let bench = try Bench()
        bench.executable.run()
        let folder = try TemporaryFolder()
        let none = try folder.write([1, 2, 3], to: "none.npz")
        let cases: [(String, String, String)] = [
            (honest, none, "ZIP"), (answering("{}"), "", "outputs.npz"), (answering(#"{"error": "no outputs"}"#), "", "no outputs"),
            (honest, "/nowhere.npz", "outputs.npz"),
        ]
        for (script, argument, words) in cases {
            let error = #expect(throws: EngineError.self) { try bench.shell(script, argument).outputs() }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func agreementSeesWhatDiffers() {
        let a: [[Float]] = [[1, 2, 3], [4, 5]]
        #expect(Agreement(a, with: a).isWithinTolerance)
        #expect(Agreement([[1, 2, 3.0001], [4, 5]], with: a).isWithinTolerance)
        let far = Agreement([[1, 2, 3], [4, 5.1]], with: a)
        #expect(!far.isWithinTolerance && abs(far.relativeMax[1] - 0.02) < 1e-6 && far.relativeL2[0] == 0)
        #expect(!Agreement([[1, 2, .nan], [4, 5]], with: a).isWithinTolerance)
        #expect(!Agreement([[1, .nan, 3], [4, 5]], with: a).isWithinTolerance)
        // A result with such outputs is kept and told: JSON has no word for NaN and infinity.
        for bad in [Agreement([[1, .nan, 3], [4, 5]], with: a), Agreement([[1, 2]], with: [[0, 0]]), Agreement([[.infinity, 1]], with: [[2, 1]])] {
            #expect(!bad.isWithinTolerance && (try? JSONEncoder().encode(bad)) != nil && bad.worstL2 > 1e300)
        }
        #expect(!Agreement([[1, 2, 3]], with: [[0, 0, 0]]).isWithinTolerance)
        #expect(Agreement([[0, 0]], with: [[0, 0]]).isWithinTolerance)
    }
}
