import Foundation
import Testing

/// A JSON value with its type kept, to check a contract field by field.
enum JSONValue: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .real(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// The records of a command's output.
    static func records(_ text: String) throws -> [JSONValue] {
        guard case .array(let values) = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
            throw CheckError(message: "not an array of records: \(text.prefix(80))")
        }
        return values
    }

    subscript(_ key: String) -> JSONValue {
        get throws {
            guard case .object(let members) = self, let value = members[key] else { throw CheckError(message: "no field '\(key)'") }
            return value
        }
    }

    func has(_ key: String) -> Bool { (try? self[key]) != nil }

    var integer: Int {
        get throws {
            guard case .integer(let value) = self else { throw CheckError(message: "\(self) is no integer") }
            return value
        }
    }

    /// A number of either kind.
    var number: Double {
        get throws {
            switch self {
            case .integer(let value): return Double(value)
            case .real(let value): return value
            default: throw CheckError(message: "\(self) is no number")
            }
        }
    }

    var string: String {
        get throws {
            guard case .string(let value) = self else { throw CheckError(message: "\(self) is no text") }
            return value
        }
    }

    var bool: Bool {
        get throws {
            guard case .bool(let value) = self else { throw CheckError(message: "\(self) is neither true nor false") }
            return value
        }
    }

    var array: [JSONValue] {
        get throws {
            guard case .array(let value) = self else { throw CheckError(message: "\(self) is no array") }
            return value
        }
    }
}

struct CheckError: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// The fixed fields of a bench record, with their types and plausible units.
func checkBenchRecord(_ record: JSONValue, name: String, resolution: Int, threads: Int, batch: Int = 1) throws {
    #expect(try record["name"].string == name)
    #expect(try record["resolution"].integer == resolution)
    #expect(try record["batch"].integer == batch)
    #expect(try record["threads"].integer == threads)
    #expect(try ["baseline", "avx2", "avx512"].contains(record["isa"].string))
    #expect(try record["cpus"].array.map { try $0.integer }.count == threads)
    let samples = try record["samples_ns"].array.map { try $0.integer }
    #expect(!samples.isEmpty && samples.allSatisfy { $0 > 0 })
    let (p10, median, p90) = (try record["p10_ns"].number, try record["median_ns"].number, try record["p90_ns"].number)
    #expect(p10 <= median && median <= p90)
    #expect(Double(samples.min() ?? 0) <= median && median <= Double(samples.max() ?? 0))
    // A run of a network takes more than a microsecond and less than a minute: the unit is nanoseconds.
    #expect(median > 1e3 && median < 60e9)
    let speed = try record["gflop_per_s"].number, peak = try record["peak_gflop_per_s"].number
    #expect(speed > 0 && peak > 0)
    let work = 2 * Double(try record["macs"].integer) * Double(batch)
    #expect(abs(speed - work / median) <= 1e-9 * speed)
    #expect(try abs(record["peak_fraction"].number - speed / peak) <= 1e-9)
    #expect(try ["VALID", "SUSPECT", "INVALID"].contains(record["verdict"].string))
    let reasons = try record["reasons"].array.map { try $0.string }
    #expect(try record["verdict"].string == "VALID" || !reasons.isEmpty)
    #expect(try !record["environment"]["cpu_model"].string.isEmpty)
}
