import Glibc

/// Small files that stay open and are read again and again in a job; their texts are kept as they are.
final class MarkedFiles: @unchecked Sendable {
    fileprivate struct File: Sendable {
        let descriptor: Int32
        /// Bytes that are kept of it, and where within one reading.
        let room: Int
        let offset: Int
        let isMissing: Bool
    }

    private let files: [File]
    private let bytesOfOne: Int
    private var bytes: [UInt8] = []
    private var lengths: [Int] = []
    private var count = 0

    init(_ paths: [(path: String, room: Int)]) {
        var files: [File] = []
        var offset = 0
        for (path, room) in paths {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            let isMissing = descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)
            files.append(File(descriptor: descriptor, room: room, offset: offset, isMissing: isMissing))
            offset += room
        }
        self.files = files
        bytesOfOne = offset
    }

    deinit { for file in files where file.descriptor >= 0 { close(file.descriptor) } }

    /// Forgets all readings and makes room for new ones.
    func begin(count room: Int) {
        bytes = Array(repeating: 0, count: room * bytesOfOne)
        lengths = Array(repeating: -1, count: room * files.count)
        count = 0
    }

    /// Reads all files; nothing where there is no room left.
    func read() {
        guard !files.isEmpty, (count + 1) * files.count <= lengths.count else { return }
        bytes.withUnsafeMutableBytes { buffer in
            for (index, file) in files.enumerated() where file.descriptor >= 0 {
                lengths[count * files.count + index] = pread(file.descriptor, buffer.baseAddress! + count * bytesOfOne + file.offset, file.room, 0)
            }
        }
        count += 1
    }

    var kept: Kept { Kept(files: files, bytesOfOne: bytesOfOne, bytes: bytes, lengths: lengths) }

    /// Readings that were taken.
    struct Kept: Sendable {
        private let files: [File]
        private let bytesOfOne: Int
        private let bytes: [UInt8]
        private let lengths: [Int]

        fileprivate init(files: [File], bytesOfOne: Int, bytes: [UInt8], lengths: [Int]) {
            self.files = files
            self.bytesOfOne = bytesOfOne
            self.bytes = bytes
            self.lengths = lengths
        }

        /// The texts of one reading, in the order of the files.
        func texts(_ place: Int) -> [SmallFile] {
            files.indices.map { index in
                let length = lengths[place * files.count + index]
                guard length > 0 else { return files[index].isMissing ? .missing : .unreadable(reason: "a file that was opened cannot be read") }
                let start = place * bytesOfOne + files[index].offset
                return .text(String(decoding: bytes[start..<start + length], as: UTF8.self))
            }
        }
    }
}
