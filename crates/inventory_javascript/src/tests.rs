use component::{Component, ComponentKind, IndexRole, Inventory, OriginKind, Scope};

use super::{Reader, is_exact, reads};

fn read(files: &[(&str, &str)]) -> Inventory {
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    for (path, text) in files {
        assert!(reads(path), "{path}");
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&["opt/nodejs/node_modules".to_owned()], &mut into);
    into
}

fn get<'a>(inventory: &'a Inventory, name: &str) -> &'a Component {
    inventory.components.iter().find(|component| component.name == name).unwrap()
}

fn graph(inventory: &Inventory) -> Vec<String> {
    let name = |id: usize| {
        let component: &Component = &inventory.components[id];
        let version =
            component.version.as_deref().filter(|_| component.kind == ComponentKind::Library);
        format!("{}{}", component.name, version.unwrap_or_default())
    };
    let mut edges: Vec<String> =
        inventory.edges().into_iter().map(|(a, b)| format!("{}>{}", name(a), name(b))).collect();
    edges.sort();
    edges
}

fn scope(inventory: &Inventory, name: &str) -> Scope {
    get(inventory, name).scope
}

const SRI: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";

const MANIFEST: &str = r#"{"name": "app", "version": "1.0.0",
 "dependencies": {"a": "^1.0.0", "al": "npm:real@2.0.0"},
 "devDependencies": {"t": "*"}}"#;

#[test]
fn npm_locks_of_all_versions_give_one_graph() {
    let new = format!(
        r#"{{"lockfileVersion": 3, "packages": {{
        "": {{"name": "app", "version": "1.0.0", "dependencies": {{"a": "^1.0.0", "al": "npm:real@2.0.0", "w": "*"}}, "devDependencies": {{"t": "*"}}}},
        "node_modules/a": {{"version": "1.0.1", "resolved": "https://registry.npmjs.org/a/-/a-1.0.1.tgz", "integrity": "{SRI}", "license": "MIT", "hasInstallScript": true, "dependencies": {{"b": "^2"}}, "peerDependencies": {{"p": "*"}}}},
        "node_modules/a/node_modules/b": {{"version": "2.0.0"}},
        "node_modules/b": {{"version": "1.0.0", "dev": true, "resolved": "git+ssh://git@github.com/o/b.git#abc"}},
        "node_modules/al": {{"name": "real", "version": "2.0.0"}},
        "node_modules/w": {{"resolved": "packages/w", "link": true}},
        "packages/w": {{"name": "w", "version": "0.1.0", "dependencies": {{"b": "1"}}}},
        "node_modules/t": {{"version": "3.0.0", "dev": true, "dependencies": {{"b": "^1"}}}}}}}}"#
    );
    let inventory = read(&[("package-lock.json", &new)]);
    assert_eq!(inventory.remarks, []);
    let edges = [
        "a1.0.1>b2.0.0",
        "app>a1.0.1",
        "app>real2.0.0",
        "app>t3.0.0",
        "app>w",
        "t3.0.0>b1.0.0",
        "w>b1.0.0",
    ];
    assert_eq!(graph(&inventory), edges);
    let a = get(&inventory, "a");
    assert_eq!((a.digests.len(), a.scripts.len(), a.direct, &*a.licences[0]), (1, 1, true, "MIT"));
    assert_eq!(a.origin.host.as_deref(), Some("registry.npmjs.org"));
    assert_eq!(a.evidence[0].line, Some(3));
    assert_eq!(inventory.components.iter().filter(|c| c.origin.kind == OriginKind::Git).count(), 1);
    assert_eq!(
        (scope(&inventory, "t"), scope(&inventory, "real")),
        (Scope::Development, Scope::Runtime)
    );
    let old = format!(
        r#"{{"name": "app", "lockfileVersion": 1, "requires": true, "dependencies": {{
        "a": {{"version": "1.0.1", "integrity": "{SRI}", "requires": {{"b": "^2"}}, "dependencies": {{"b": {{"version": "2.0.0"}}}}}},
        "b": {{"version": "1.0.0", "dev": true}}, "g": {{"version": "github:o/g#abc", "from": "github:o/g"}},
        "al": {{"version": "npm:real@2.0.0"}},
        "t": {{"version": "3.0.0", "dev": true, "requires": {{"b": "^1"}}}}}}}}"#
    );
    let inventory = read(&[("npm-shrinkwrap.json", &old)]);
    assert_eq!(
        graph(&inventory),
        ["a1.0.1>b2.0.0", "app>a1.0.1", "app>g", "app>real2.0.0", "app>t3.0.0", "t3.0.0>b1.0.0"]
    );
    assert_eq!(get(&inventory, "g").origin.host.as_deref(), Some("github.com"));
}

#[test]
fn yarn_classic_is_connected_by_descriptors_and_its_manifest() {
    let lock = format!(
        "# yarn lockfile v1\n\n\na@^1.0.0, \"a@~1.0\":\n  version \"1.0.1\"\n  resolved \"https://registry.yarnpkg.com/a/-/a-1.0.1.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709\"\n\
         \x20 dependencies:\n    \"@s/b\" \"^2\"\n  optionalDependencies:\n    o \"1\"\n\n\"@s/b@^2\":\n  version \"2.0.0\"\n  integrity {SRI}\n\n\
         \"al@npm:real@2.0.0\":\n  version \"2.0.0\"\n\no@1:\n  version \"1.0.0\"\n\nt@*:\n  version \"3.0.0\"\n\nt@1:\n  version \"1.5.0\"\n"
    );
    let inventory = read(&[("app/package.json", MANIFEST), ("app/yarn.lock", &lock)]).merged();
    assert_eq!(inventory.remarks, []);
    assert_eq!(
        graph(&inventory),
        ["a1.0.1>@s/b2.0.0", "a1.0.1>o1.0.0", "app>a1.0.1", "app>real2.0.0", "app>t3.0.0"]
    );
    assert_eq!(inventory.components.len(), 7);
    let scopes = ["a", "@s/b", "o", "t"].map(|name| scope(&inventory, name));
    assert_eq!(scopes, [Scope::Runtime, Scope::Runtime, Scope::Optional, Scope::Development]);
    assert_eq!(get(&inventory, "a").digests.len(), 1);
}

#[test]
fn yarn_berry_knows_its_projects() {
    let lock = format!(
        "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"a@npm:^1.0.0\":\n  version: 1.0.1\n  resolution: \"a@npm:1.0.1\"\n\
         \x20 dependencies:\n    b: \"npm:^2\"\n    o: \"npm:1\"\n  dependenciesMeta:\n    o:\n      optional: true\n\
         \x20 checksum: 10c0/{}\n  languageName: node\n  linkType: hard\n\n\
         \"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n  dependencies:\n    a: \"npm:^1.0.0\"\n    al: \"npm:real@2.0.0\"\n    t: \"npm:*\"\n  languageName: unknown\n  linkType: soft\n\n\
         \"b@npm:^2, b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n\n\"o@npm:1\":\n  version: 1.0.0\n  resolution: \"o@npm:1.0.0\"\n\n\
         \"al@npm:real@2.0.0\":\n  version: 2.0.0\n  resolution: \"real@npm:2.0.0\"\n\n\
         \"t@npm:*\":\n  version: 3.0.0\n  resolution: \"t@https://github.com/o/t.git#commit=abc\"\n",
        "ab".repeat(64)
    );
    let inventory = read(&[("yarn.lock", &lock), ("package.json", MANIFEST)]).merged();
    assert_eq!(inventory.remarks, []);
    assert_eq!(
        graph(&inventory),
        ["a1.0.1>b2.0.0", "a1.0.1>o1.0.0", "app>a1.0.1", "app>real2.0.0", "app>t3.0.0"]
    );
    assert_eq!(inventory.components.len(), 6);
    assert_eq!(
        (scope(&inventory, "t"), scope(&inventory, "o")),
        (Scope::Development, Scope::Optional)
    );
    assert_eq!(get(&inventory, "t").origin.revision.as_deref(), Some("abc"));
    assert_eq!(get(&inventory, "a").digests.len(), 1);
}

#[test]
fn pnpm_of_three_versions_gives_one_graph() {
    let nine = format!(
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.1(p@1.0.0)\n      w:\n        specifier: workspace:*\n        version: link:packages/w\n\
         \x20   devDependencies:\n      al:\n        specifier: npm:real@2\n        version: real@2.0.0\n  packages/w:\n    dependencies:\n      p:\n        specifier: ^1\n        version: 1.0.0\n\
         packages:\n  a@1.0.1:\n    resolution: {{integrity: {SRI}}}\n    peerDependencies:\n      p: '*'\n  p@1.0.0:\n    resolution: {{integrity: {SRI}}}\n    deprecated: old\n  real@2.0.0:\n    resolution: {{tarball: 'https://codeload.github.com/o/r/tar.gz/abc'}}\n\
         snapshots:\n  a@1.0.1(p@1.0.0):\n    dependencies:\n      p: 1.0.0\n  p@1.0.0: {{}}\n  real@2.0.0: {{}}\n"
    );
    let inventory = read(&[("pnpm-lock.yaml", &nine)]);
    assert_eq!(inventory.remarks, []);
    assert_eq!(
        graph(&inventory),
        [
            "a1.0.1>p1.0.0",
            "application>a1.0.1",
            "application>real2.0.0",
            "application>w",
            "w>p1.0.0"
        ]
    );
    assert_eq!(
        (scope(&inventory, "real"), scope(&inventory, "p")),
        (Scope::Development, Scope::Runtime)
    );
    assert_eq!(get(&inventory, "real").origin.kind, OriginKind::Git);
    assert!(get(&inventory, "p").deprecated.is_some());
    let five = format!(
        "lockfileVersion: 5.4\nspecifiers:\n  a: ^1.0.0\ndependencies:\n  a: 1.0.1_p@1.0.0\npackages:\n  /a/1.0.1_p@1.0.0:\n    resolution: {{integrity: {SRI}}}\n    requiresBuild: true\n    dependencies:\n      '@s/p': 1.0.0\n    dev: false\n\
         \x20 /@s/p/1.0.0:\n    resolution: {{integrity: {SRI}}}\n  github.com/o/g/abc:\n    name: g\n    version: 1.2.3\n    resolution: {{tarball: 'https://codeload.github.com/o/g/tar.gz/abc'}}\n"
    );
    let inventory = read(&[("x/pnpm-lock.yaml", &five)]);
    assert_eq!(graph(&inventory), ["a1.0.1>@s/p1.0.0", "application>a1.0.1"]);
    assert_eq!(get(&inventory, "g").version.as_deref(), Some("1.2.3"));
    let six = "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1\n    version: 1.0.1(p@1.0.0)\npackages:\n  /a@1.0.1(p@1.0.0):\n    dependencies:\n      p: 1.0.0\n  /p@1.0.0:\n    dev: false\n";
    assert_eq!(graph(&read(&[("pnpm-lock.yaml", six)])), ["a1.0.1>p1.0.0", "application>a1.0.1"]);
}

#[test]
fn bun_lock_is_nested_like_node_modules() {
    let lock = format!(
        r#"{{ "lockfileVersion": 1, "workspaces": {{ "": {{ "name": "app", "dependencies": {{ "a": "^1", "@s/b": "1" }}, }}, "packages/w": {{ "name": "w", "devDependencies": {{ "a": "^2" }} }}, }},
  "packages": {{
    "a": ["a@1.0.1", "", {{ "dependencies": {{ "@s/b": "^2" }} }}, "{SRI}"],
    "a/@s/b": ["@s/b@2.0.0", "https://reg.test/b.tgz", {{}}, "{SRI}"],
    "@s/b": ["@s/b@1.0.0", "", {{}}, "{SRI}"],
    "w": ["w@workspace:packages/w"],
    "w/a": ["a@2.0.0", "", {{}}, "{SRI}"],
    "g": ["g@github:o/g#abc", {{}}, "x"],
  }},
}}"#
    );
    let inventory = read(&[("bun.lock", &lock)]);
    assert_eq!(inventory.remarks, []);
    assert_eq!(graph(&inventory), ["a1.0.1>@s/b2.0.0", "app>@s/b1.0.0", "app>a1.0.1", "w>a2.0.0"]);
    assert_eq!(get(&inventory, "g").origin.kind, OriginKind::Git);
    assert_eq!(get(&inventory, "a").digests.len(), 1);
}

#[test]
fn installed_packages_find_each_other_as_node_does() {
    let files = [
        ("package.json", MANIFEST),
        (
            "node_modules/a/package.json",
            r#"{"name": "a", "version": "1.0.1", "license": {"type": "MIT"}, "dependencies": {"b": "1", "z": "1"}, "devDependencies": {"t": "*"}, "scripts": {"postinstall": "node x.js", "test": "x"}}"#,
        ),
        ("node_modules/b/package.json", r#"{"name": "b", "version": "1.0.0"}"#),
        (
            "node_modules/a/node_modules/b/package.json",
            r#"{"name": "b", "version": "2.0.0", "optionalDependencies": {"a": "*"}}"#,
        ),
        ("node_modules/a/esm/package.json", r#"{"type": "module"}"#),
        ("node_modules/a/dist/c/package.json", r#"{"name": "c", "version": "3.0.0"}"#),
        ("opt/nodejs/node_modules/z/package.json", r#"{"name": "z", "version": "9.0.0"}"#),
        ("node_modules/b/yarn.lock", "far@1:\n  version \"1\"\n"),
        ("node_modules/odd/package.json", "[]"),
        ("bun.lockb", "\u{1}"),
    ];
    let inventory = read(&files).merged();
    assert_eq!(
        graph(&inventory),
        ["a1.0.1>b2.0.0", "a1.0.1>z9.0.0", "app>a1.0.1", "app>real2.0.0", "app>t", "b2.0.0>a1.0.1"]
    );
    let a = get(&inventory, "a");
    assert_eq!((a.scripts.len(), &*a.licences[0]), (1, "MIT"));
    assert_eq!(get(&inventory, "c").origin.kind, OriginKind::Bundled);
    assert_eq!(inventory.remarks.len(), 2, "{:?}", inventory.remarks);
}

#[test]
fn registries_of_npmrc_and_yarnrc_are_told() {
    let npmrc = "registry=http://user:pw@npm.acme.test/\n@acme:registry = https://reg.acme.test\n//reg/:_authToken=x\n";
    let yarnrc = "npmScopes:\n  acme:\n    npmRegistryServer: https://y.acme.test\n";
    let inventory = read(&[(".npmrc", npmrc), (".yarnrc.yml", yarnrc)]);
    let roles: Vec<_> = inventory.indexes.iter().map(|index| index.role.clone()).collect();
    let acme = IndexRole::Named("@acme".into());
    assert_eq!(roles, [IndexRole::Primary, acme.clone(), acme]);
    assert!(inventory.indexes[0].origin.credentials && inventory.indexes[0].origin.cleartext);
}

#[test]
fn an_exact_version_is_no_range() {
    for (text, exact) in [
        ("1.2.3", true),
        ("1.2.3-rc.1+b", true),
        ("1.2", false),
        ("1.2.x", false),
        ("^1.2.3", false),
        ("1.2.3 - 2", false),
    ] {
        assert_eq!(is_exact(text), exact, "{text}");
    }
}

#[test]
fn a_wish_gets_what_its_lock_file_says_and_not_what_a_layer_has() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"a": "^1.0.0"}}, "node_modules/a": {"version": "1.0.5"}}}"#;
    let manifest = r#"{"name": "app", "dependencies": {"a": "^1.0.0"}}"#;
    let layer = ("opt/nodejs/node_modules/a/package.json", r#"{"name": "a", "version": "1.0.1"}"#);
    let told = |files: &[(&str, &str)]| -> Vec<String> {
        let merged = read(files).merged();
        let told = |c: &Component| c.evidence.iter().any(|it| it.path == "fn/package.json");
        let libraries = merged.components.iter().filter(|c| c.name == "a" && told(c));
        libraries.filter_map(|c| c.version.clone()).collect()
    };
    let locked = [("fn/package.json", manifest), ("fn/package-lock.json", lock), layer];
    assert_eq!(told(&locked), ["1.0.5"]);
    assert_eq!(told(&[("fn/package.json", manifest), layer]), ["1.0.1"]);
}
