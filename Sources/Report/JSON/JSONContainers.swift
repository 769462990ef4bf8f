/// The value of a plain type, or nil for a type that has to encode itself.
private func plain(_ value: some Encodable) -> JSONValue? {
    switch value {
    case let value as Bool: .bool(value)
    case let value as String: .string(value)
    case let value as Double: .real(value)
    // By way of its text: 0.1 as a Float is 0.1, and 0.10000000149011612 as a Double.
    case let value as Float: .real(Double("\(value)") ?? Double(value))
    case let value as UInt64: .unsigned(value)
    case let value as UInt: .unsigned(UInt64(value))
    // A dictionary has another order in every process.
    case let value as [String: String]:
        .object(value.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: .string($0.value)) })
    case let value as any BinaryInteger: Int64(exactly: value).map(JSONValue.integer)
    default: nil
    }
}

private func fill(_ node: JSONTreeEncoder.Node, with value: some Encodable, codingPath: [any CodingKey]) throws {
    if let plain = plain(value) {
        node.content = .single(plain)
    } else {
        try value.encode(to: JSONTreeEncoder(node: node, codingPath: codingPath))
    }
}

struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONTreeEncoder.Node
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.member(key.stringValue).content = .single(.null) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try fill(node.member(key.stringValue), with: value, codingPath: codingPath + [key])
    }

    // A key that is known to be nil is written as null: a reader sees that it is unknown, not that it was forgotten.
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try present(value, key) }

    private func present(_ value: (some Encodable)?, _ key: Key) throws {
        if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        JSONTreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONTreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONTreeEncoder(node: node.member("super"), codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder {
        JSONTreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
}

struct JSONArrayContainer: UnkeyedEncodingContainer {
    let node: JSONTreeEncoder.Node
    let codingPath: [any CodingKey]

    var count: Int {
        guard case .array(let nodes) = node.content else { return 0 }
        return nodes.count
    }

    func encodeNil() { node.append().content = .single(.null) }

    func encode(_ value: some Encodable) throws { try fill(node.append(), with: value, codingPath: codingPath) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        JSONTreeEncoder(node: node.append(), codingPath: codingPath).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONTreeEncoder(node: node.append(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONTreeEncoder(node: node.append(), codingPath: codingPath) }
}

struct JSONSingleContainer: SingleValueEncodingContainer {
    let node: JSONTreeEncoder.Node
    let codingPath: [any CodingKey]

    func encodeNil() { node.content = .single(.null) }

    func encode(_ value: some Encodable) throws { try fill(node, with: value, codingPath: codingPath) }
}
