import Latency
import Testing

@Suite struct MachinePeaksTests {
    let peaks = MachinePeaks(
        isa: "avx2", cpus: [0, 1, 2, 3], flopPerSecondAlone: [100, 100, 60, 60], flopPerSecondAll: 240, readBytesPerSecondAlone: 10,
        readBytesPerSecondAll: 20, copyBytesPerSecondAlone: 8, copyBytesPerSecondAll: 16, bandwidthBufferBytes: 1 << 27)

    @Test func thePeakFitsTheThreads() {
        #expect(peaks.flopPerSecond(threads: 1) == 100)
        #expect(peaks.flopPerSecond(threads: 2) == 200)
        #expect(peaks.flopPerSecond(threads: 3) == 240)
        #expect(peaks.flopPerSecond(threads: 4) == 240)
    }
}
