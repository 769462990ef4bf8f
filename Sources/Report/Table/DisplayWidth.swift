/// Columns that a text takes on a terminal: 0 for combining marks, 2 for the wide East Asian ranges, 1 for everything else.
///
/// - Source: Unicode Standard Annex 11, East Asian Width, its wide and full-width blocks in short.
func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: sum
        default: sum + (isWide(scalar.value) ? 2 : 1)
        }
    }
}

private func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        true
    default: false
    }
}

/// `text` cut to `width` columns; the last one shown is "…" where something was cut.
func truncated(_ text: String, toWidth width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    guard width > 0 else { return "" }
    var kept = "", used = 0
    for character in text {
        let next = displayWidth(String(character))
        guard used + next <= width - 1 else { break }
        kept.append(character)
        used += next
    }
    return kept + "…"
}
