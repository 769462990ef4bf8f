extension CPUProfile {
    /// The model for an instruction set and a number of threads; nil for the profile's widest instruction set and most threads.
    ///
    /// - Throws: `LatencyError` `.outOfRange` that lists what the profile has.
    public func model(isa: String?, threads: Int?) throws(LatencyError) -> StepModel {
        try models(isa: isa, threads: threads).max { ($0.engine.lanes, $0.engine.threads) < ($1.engine.lanes, $1.engine.threads) }!
    }

    /// All models for an instruction set and a number of threads, at least one; nil is any.
    ///
    /// - Throws: `LatencyError` `.outOfRange` that lists what the profile has.
    public func models(isa: String?, threads: Int?) throws(LatencyError) -> [StepModel] {
        let known = measured.models
        guard !known.isEmpty else {
            throw LatencyError(
                .outOfRange, "profile \(name) holds no latency model: nothing can be predicted for it; measure it again with 'zendet profile measure'")
        }
        let fitting = known.filter { (isa == nil || $0.isa == isa) && (threads == nil || $0.engine.threads == threads) }
        guard !fitting.isEmpty else {
            let list = known.map { "\($0.isa) with \($0.engine.threads) thread\($0.engine.threads == 1 ? "" : "s")" }.joined(separator: ", ")
            let asked = [isa, threads.map { "\($0) thread\($0 == 1 ? "" : "s")" }].compactMap(\.self).joined(separator: " with ")
            throw LatencyError(.outOfRange, "profile \(name) has no model for \(asked); it has \(list)")
        }
        return fitting
    }

    /// What no single field of a model can show.
    ///
    /// - Throws: `LatencyError` `.malformed`; `.tooNew` for a formula that this version does not know.
    func checkModels(source: String) throws(LatencyError) {
        func fail(_ place: String, _ message: String) -> LatencyError { LatencyError(.malformed, "\(source): \(place): \(message)") }
        for (index, model) in measured.models.enumerated() {
            let place = "measured.models[\(index)]"
            guard model.form == StepModel.knownForm else {
                throw LatencyError(
                    .tooNew,
                    "\(source): \(place).form: found \"\(model.form)\", this is ZenDet \(ZenDetVersion.current), which knows \"\(StepModel.knownForm)\"; use a newer ZenDet or measure the profile again")
            }
            if measured.models[..<index].contains(where: { $0.isa == model.isa && $0.engine.threads == model.engine.threads }) {
                throw fail(place, "found a second model for \(model.isa) and \(model.engine.threads) threads; one was expected")
            }
            guard model.engine.level1Bytes <= model.engine.level2Bytes else {
                throw fail("\(place).engine.level2_bytes", "found \(model.engine.level2Bytes), less than level1_bytes \(model.engine.level1Bytes)")
            }
            for (item, family) in model.families.enumerated() where model.families[..<item].contains(where: { $0.family == family.family }) {
                throw fail("\(place).families[\(item)].family", "found \(family.family.rawValue) a second time; each once was expected")
            }
        }
        for (index, staircase) in measured.staircases.enumerated() {
            let place = "measured.staircases[\(index)]"
            if measured.staircases[..<index].contains(where: { $0.isa == staircase.isa && $0.threads == staircase.threads }) {
                throw fail(place, "found a second staircase for \(staircase.isa) and \(staircase.threads) threads; one was expected")
            }
        }
    }
}
