import Foundation
import Latency
import Testing

@Suite struct ProfileLocatorTests {
    let folder: ScratchFolder
    let profile: String

    init() throws {
        folder = try ScratchFolder()
        profile = try folder.file("package/hardware-profiles/x.json", [])
        _ = try folder.file("package/.build/release/zendet", [])
        _ = try folder.file("other/x.json", [])
        _ = try folder.file("here/hardware-profiles/x.json", [])
    }

    func locator(explicit: String? = nil, environment: String? = nil, executable: String? = nil, current: String = "nowhere") -> ProfileLocator {
        ProfileLocator(
            explicit: explicit, environment: environment, executable: executable, currentFolder: "\(folder.path)/\(current)")
    }

    @Test func walksUpFromTheExecutable() throws {
        let executable = "\(folder.path)/package/.build/release/zendet"
        #expect(try locator(executable: executable).path(of: "x") == profile)
        #expect(try locator(executable: executable).folder() == "\(folder.path)/package/hardware-profiles")
    }

    @Test func theOrderIsOptionEnvironmentExecutableCurrentFolder() throws {
        let executable = "\(folder.path)/package/.build/release/zendet"
        let other = "\(folder.path)/other"
        #expect(
            try locator(explicit: "\(other)/x.json", environment: "\(folder.path)/here", executable: executable).path(of: "x") == "\(other)/x.json")
        #expect(try locator(explicit: other).path(of: "x") == "\(other)/x.json")
        #expect(try locator(environment: other, executable: executable).path(of: "x") == "\(other)/x.json")
        #expect(try locator(executable: executable, current: "here").path(of: "x") == profile)
        #expect(try locator(current: "here").path(of: "x") == "\(folder.path)/here/hardware-profiles/x.json")
    }

    @Test func whatIsNamedMustBeThere() throws {
        let executable = "\(folder.path)/package/.build/release/zendet"
        for wrong in [
            locator(explicit: "/no/such/file.json", executable: executable), locator(environment: "/no/such/folder", executable: executable),
        ] {
            let error = #expect(throws: LatencyError.self) { try wrong.path(of: "x") }
            #expect(error?.code == .missingFile)
            #expect(error?.message.contains("/no/such/") == true)
        }
    }

    @Test func anErrorListsThePlaces() throws {
        let error = #expect(throws: LatencyError.self) {
            try locator(executable: "\(folder.path)/package/.build/release/zendet", current: "here").path(of: "y")
        }
        let message = error?.message ?? ""
        #expect(message.contains("\(folder.path)/package/hardware-profiles/y.json"))
        #expect(message.contains("\(folder.path)/here/hardware-profiles/y.json"))
        #expect(message.contains("ZENDET_PROFILES"))
    }

    /// The test runner lies in the package's build folder or elsewhere; from a folder with profiles it always finds them.
    @Test func theRunningProcessKnowsItself() {
        #expect(ProfileLocator().executable?.hasPrefix("/") == true)
    }
}
