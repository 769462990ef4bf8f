import TensorCore

/// Packed weights that several steps use, by the layer that they belong to and the form that they are packed in.
///
/// A detector's head runs the same convolutions on every level: one copy, as in any runtime. Levels that
/// are computed in different ways have a form each. Weights of one layer alone pass through.
final class SharedWeights {
    private var packed: [SharedForm: PackedWeights] = [:]
    private var winograd: [SharedForm: WinogradWeights] = [:]

    func packed(_ place: Program.WeightsPlace, make: () throws(InferenceError) -> PackedWeights) throws(InferenceError) -> PackedWeights {
        let form = SharedForm(place, nil)
        if let known = packed[form] { return known }
        let made = try make()
        if place.isShared { packed[form] = made }
        return made
    }

    func winograd(
        _ place: Program.WeightsPlace, _ variant: WinogradVariant, make: () throws(InferenceError) -> WinogradWeights
    ) throws(InferenceError) -> WinogradWeights {
        let form = SharedForm(place, variant)
        if let known = winograd[form] { return known }
        let made = try make()
        if place.isShared { winograd[form] = made }
        return made
    }
}

/// Weights as one way of computing a convolution reads them.
struct SharedForm: Hashable {
    let layer: Int
    let variant: WinogradVariant?

    init(_ place: Program.WeightsPlace, _ variant: WinogradVariant?) {
        layer = place.layer
        self.variant = variant
    }
}
