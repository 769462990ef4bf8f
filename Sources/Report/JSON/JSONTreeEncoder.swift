/// Encodes any `Encodable` into a ``JSONValue``, keys in the order in which they are encoded.
final class JSONTreeEncoder: Encoder {
    /// The value of `encodable`.
    static func value(_ encodable: some Encodable) throws -> JSONValue {
        let node = Node()
        try encodable.encode(to: JSONTreeEncoder(node: node, codingPath: []))
        return node.value
    }

    /// A value under construction: containers are handed out before they are filled.
    final class Node {
        enum Content {
            case single(JSONValue)
            case array([Node])
            case object([(key: String, node: Node)])
        }

        /// Nil until something is encoded; an optional that is nil encodes nothing.
        var content: Content?

        var value: JSONValue {
            switch content {
            case nil: .null
            case .single(let value): value
            case .array(let nodes): .array(nodes.map(\.value))
            case .object(let members): .object(members.map { JSONValue.Member(key: $0.key, value: $0.node.value) })
            }
        }

        func append() -> Node {
            var nodes: [Node] = []
            if case .array(let present) = content { nodes = present }
            content = nil  // The array has one owner while it grows.
            let node = Node()
            nodes.append(node)
            content = .array(nodes)
            return node
        }

        func member(_ key: String) -> Node {
            var members: [(key: String, node: Node)] = []
            if case .object(let present) = content { members = present }
            content = nil
            let node = Node()
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].node = node
            } else {
                members.append((key, node))
            }
            content = .object(members)
            return node
        }
    }

    let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(node: Node, codingPath: [any CodingKey]) {
        self.node = node
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if node.content == nil { node.content = .object([]) }
        return KeyedEncodingContainer(JSONObjectContainer<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if node.content == nil { node.content = .array([]) }
        return JSONArrayContainer(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingleContainer(node: node, codingPath: codingPath) }
}
