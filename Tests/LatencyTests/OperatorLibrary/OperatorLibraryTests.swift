import Foundation
import Latency
import Testing

/// The format, the faults that are counted, and the interpolation over ratios and batches, on a made-up library.
@Suite struct OperatorLibraryTests {
    /// Rows of a device that needs a·out·side + b·in·side + c·batch: linear in all that the library interpolates over.
    static func time(_ batch: Int, _ inChannels: Int, _ side: Int, _ outChannels: Int) -> Double {
        0.01 * Double(batch) * (1 + 0.002 * Double(outChannels) + 0.01 * Double(side) + 0.5 * Double(inChannels) / Double(outChannels))
    }

    static func rows(ratios: [(Int, Int)] = [(1, 4), (1, 2), (1, 1), (2, 1), (4, 1)], batches: [Int] = [128, 1, 32]) -> [String] {
        var rows: [String] = []
        for batch in batches {
            for side in [4, 6, 12, 30, 60] {
                for out in [16, 32, 64, 128] {
                    for (over, under) in ratios where out * over % under == 0 {
                        let inChannels = out * over / under
                        rows.append("{Regular,\(batch),\(inChannels),\(side),\(side),\(out),3,1,0} \(time(batch, inChannels, side, out))")
                    }
                    rows.append("{Regular,\(batch),3,\(side),\(side),\(out),3,2,0} \(time(batch, 3, side, out))")
                    rows.append("{Depthwise,\(batch),\(out),\(side),\(side),\(out),3,1,0} \(time(batch, out, side, out))")
                }
            }
        }
        return rows
    }

    static func library(_ rows: [String]) throws -> OperatorLibrary { try OperatorLibrary(text: rows.joined(separator: "\n"), source: "made-up") }

    static func operation(
        _ inChannels: Int, _ side: Int, _ out: Int, stride: Int = 1, depthwise: Bool = false
    ) -> AcceleratorOperator {
        AcceleratorOperator(
            layer: "layer", isDepthwise: depthwise, inChannels: inChannels, outChannels: out, kernelSize: 3, stride: stride, inputSide: side)
    }

    @Test func countsWhatCountsNot() throws {
        let rows = Self.rows()
        var changed = rows
        changed.append("{Regular,1,512,30,30,128,3,1,0} -1")
        changed.append("{Regular,1,512,31,31,128,3,1,0} nan")
        changed.append("{Regular,1,512,32,32,128,3,1,0} inf")
        changed.append("{Regular,1,512,33,33,128,3,1,0} 0")
        changed.append("{Regular,1,16,30,30,16,3,1,0} 0.5")
        changed.append("{Regular,1,16,30,28,16,3,1,1} 0.5")
        changed.append("")
        let census = try Self.library(changed).census
        #expect(census.total == rows.count + 6)
        #expect(census.notMeasured == 1)
        #expect(census.unusable == 3)
        #expect(census.excluded == rows.filter { $0.contains(",4,4,") }.count)
        #expect(census.duplicates == 1 && census.widestDuplicate > 1)
        #expect(census.notSquare == 1)
        // Equal rows twice are no fault.
        #expect(try Self.library(rows + rows).census.duplicates == 0)
    }

    @Test(arguments: [
        "{Regular,1,16,30,30,16,3,1} 0.5", "{Regular,1,16,30,30,16,3,1,0}", "{Regular,1,16,30,30,16,3,1,2} 0.5", "{Regular,1,16,30,30,16,3,1,0} x",
        "{Sideways,1,16,30,30,16,3,1,0} 0.5", "{Regular,0,16,30,30,16,3,1,0} 0.5", "{Regular,1,16,30,30,99999999999,3,1,0} 0.5",
        "{Depthwise,1,16,30,30,32,3,1,0} 0.5", "Regular,1,16,30,30,16,3,1,0 0.5", "{Regular,1,16,30,30", "\u{0}\u{1}\u{2}", "{\"schema_version\": 1}",
    ]) func refusesOtherLines(_ line: String) throws {
        let error = #expect(throws: LatencyError.self) { try Self.library(Array(Self.rows().prefix(3)) + [line]) }
        #expect(error?.code == .malformed)
        #expect(error?.message.hasPrefix("made-up: line 4: found ") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("{Type,Batch,InC,InH,InW,OutC,Kernel,Stride,ElementwiseFused}") == true)
    }

    @Test func refusesLibrariesWithoutATime() {
        for text in ["", "\n\n", "{Regular,1,16,30,30,16,3,1,0} -1\n"] {
            let error = #expect(throws: LatencyError.self) { try OperatorLibrary(text: text, source: "made-up") }
            #expect(error?.message.contains("no row with a time") == true)
        }
    }

    @Test func isLinearBetweenRows() throws {
        let library = try Self.library(Self.rows())
        #expect(library.batches == [1, 32, 128])
        for batch in [1, 8, 32, 100, 128] {
            for (inChannels, side, out) in [(16, 6, 16), (24, 45, 48), (100, 33, 50), (48, 17, 96), (200, 59, 64)] {
                let figure = try #require(library.figure(Self.operation(inChannels, side, out), batch: batch))
                let expected = Self.time(batch, inChannels, side, out)
                #expect(abs(figure.milliseconds / expected - 1) < 1e-12, "\(inChannels) \(side) \(out) batch \(batch)")
                #expect(figure.caveats.isEmpty && figure.isWellDefined)
            }
            let image = try #require(library.figure(Self.operation(3, 45, 48, stride: 2), batch: batch))
            #expect(image.caveats.isEmpty && image.milliseconds > 0)
            let depthwise = try #require(library.figure(Self.operation(48, 45, 48, depthwise: true), batch: batch))
            #expect(abs(depthwise.milliseconds / Self.time(batch, 48, 45, 48) - 1) < 1e-12)
        }
        #expect(library.figure(Self.operation(48, 45, 48, stride: 2, depthwise: true), batch: 1) == nil)
    }

    @Test func flagsWhatIsBeyond() throws {
        let library = try Self.library(Self.rows())
        func caveats(_ item: AcceleratorOperator, batch: Int = 1) throws -> Set<OperatorFigure.Caveat> { try #require(library.figure(item, batch: batch)).caveats }
        #expect(try caveats(Self.operation(64, 100, 64)) == [.nearest])
        #expect(try caveats(Self.operation(64, 30, 64), batch: 256) == [.batchBeyond])
        #expect(try caveats(Self.operation(640, 30, 64)) == [.ratioBeyond])
        #expect(try caveats(Self.operation(8, 30, 64)) == [.ratioBeyond])
        let single = try Self.library(Self.rows(batches: [32]))
        let figure = try #require(single.figure(Self.operation(64, 30, 64), batch: 64))
        #expect(figure.caveats == [.singleBatch] && abs(figure.milliseconds / (2 * Self.time(32, 64, 30, 64)) - 1) < 1e-12)
    }

    /// Times that fall with the ratio: from the third on they are passed over, and the line beyond them falls below zero.
    @Test func flagsJumps() throws {
        func rows(_ times: [Double]) -> [String] {
            zip([(1, 4), (1, 2), (1, 1), (2, 1)], times).flatMap { ratio, time in
                [6, 60].flatMap { side in [16, 64].map { "{Regular,1,\($0 * ratio.0 / ratio.1),\(side),\(side),\($0),3,1,0} \(time)" } }
            }
        }
        let skipping = try Self.library(rows([1, 2, 1.5, 4]))
        let figure = try #require(skipping.figure(Self.operation(48, 30, 32), batch: 1))
        #expect(figure.caveats == [.ratioSkipped])
        // Between 0.5 (2 ms) and 2 (4 ms), the ratio 1 left out.
        #expect(abs(figure.milliseconds - (2 + 2 * (1.5 - 0.5) / 1.5)) < 1e-12)
        let falling = try Self.library(rows([4, 1, 0.5, 0.2]))
        let below = try #require(falling.figure(Self.operation(64, 30, 32), batch: 1))
        #expect(below.milliseconds == 0.2 && below.caveats.isEmpty)
        let beyond = try #require(falling.figure(Self.operation(96, 30, 32), batch: 1))
        #expect(beyond.caveats == [.ratioBeyond, .belowZero, .ratioSkipped] && abs(beyond.milliseconds - 3 / 0.25 * 4) < 1e-9)
    }

    @Test func ambiguousFiguresKeepBothEnds() throws {
        var rows = Self.rows()
        rows.append("{Regular,1,16,30,30,16,3,1,0} \(3 * Self.time(1, 16, 30, 16))")
        let figure = try #require(try Self.library(rows).figure(Self.operation(16, 30, 16), batch: 1))
        #expect(!figure.isWellDefined && figure.low == Self.time(1, 16, 30, 16) && figure.high == 3 * Self.time(1, 16, 30, 16))
        #expect(figure.milliseconds == (figure.low + figure.high) / 2)
    }

    @Test func survivesDamage() throws {
        var text = Array(Self.rows().joined(separator: "\n").utf8)
        for step in stride(from: 0, to: text.count, by: 97) {
            let old = text[step]
            text[step] = UInt8(truncatingIfNeeded: step)
            if let damaged = String(validating: text, as: UTF8.self) { _ = try? OperatorLibrary(text: damaged, source: "damaged") }
            text[step] = old
        }
        for length in stride(from: 0, to: text.count, by: 211) { _ = try? OperatorLibrary(text: String(decoding: text[..<length], as: UTF8.self), source: "cut") }
    }

    @Test func missingAndForeignFiles() throws {
        #expect((#expect(throws: LatencyError.self) { try OperatorLibrary(path: "/nowhere/conv_data.out") })?.code == .missingFile)
        let folder = try ScratchFolder()
        let path = try folder.file("library", [0xff, 0xfe, 0x00])
        #expect((#expect(throws: LatencyError.self) { try OperatorLibrary(path: path) })?.code == .malformed)
    }
}
