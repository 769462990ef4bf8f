/// Where the process stands in a cgroup hierarchy: the directories whose files may limit it.
struct CgroupHierarchy: Hashable, Sendable {
    enum Version: Hashable, Sendable { case v1, v2 }

    let version: Version
    /// Existing directories from the process's own group up to the root of the hierarchy as it is mounted here.
    ///
    /// In a container the mount often shows the container's own group as the root, while /proc/self/cgroup still tells the path on
    /// the host. That path does not exist below the mount; walking up from it ends at the mount, which is the right group. Groups
    /// above the mount cannot be seen from inside.
    let directories: [String]

    /// Finds the hierarchy that has `controller`.
    ///
    /// - Parameters:
    ///   - root: where cgroups are mounted.
    ///   - membership: the text of /proc/self/cgroup, lines "id:controllers:path".
    /// - Returns: nil when the text or the mounts do not tell; that is "unknown", not "no limit".
    static func find(controller: String, root: String, membership: String) -> CgroupHierarchy? {
        var unified: Substring?
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[0] == "0" && fields[1].isEmpty {
                unified = fields[2]
            } else if fields[1].split(separator: ",").contains(Substring(controller)) {
                // A controller belongs to one hierarchy: version 1 has it.
                let mounts = ["\(root)/\(fields[1])", "\(root)/\(controller)"]
                guard let mount = mounts.first(where: isDirectory) else { return nil }
                return make(.v1, mount: mount, path: fields[2])
            }
        }
        guard let unified else { return nil }
        let mounts = [root, root + "/unified"]
        guard let mount = mounts.first(where: { SmallFile.read($0 + "/cgroup.controllers") != .missing }) else { return nil }
        return make(.v2, mount: mount, path: unified)
    }

    private static func make(_ version: Version, mount: String, path: Substring) -> CgroupHierarchy? {
        var names = path.split(separator: "/")
        // "/../x": the process is outside the cgroup namespace it looks from, and its group cannot be reached.
        guard !names.contains("..") else { return nil }
        var directories: [String] = []
        while true {
            let directory = ([mount] + names.map(String.init)).joined(separator: "/")
            if isDirectory(directory) { directories.append(directory) }
            if names.popLast() == nil { break }
        }
        return directories.isEmpty ? nil : CgroupHierarchy(version: version, directories: directories)
    }
}
