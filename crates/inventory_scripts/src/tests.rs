use component::{
    Algorithm, Component, ComponentKind, IndexRole, Inventory, OriginKind, RemarkKind, Scope,
};

use crate::{Reader, reads};

fn read(files: &[(&str, &str)]) -> Inventory {
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    for (path, text) in files {
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&mut into);
    into
}

fn find<'i>(inventory: &'i Inventory, name: &str) -> &'i Component {
    inventory.components.iter().find(|it| it.name == name).unwrap()
}

fn edges(inventory: &Inventory) -> Vec<String> {
    let shown = |id: usize| {
        let it = &inventory.components[id];
        format!("{}@{}", it.name, it.version.as_deref().unwrap_or("?"))
    };
    inventory.edges().into_iter().map(|(a, b)| format!("{}>{}", shown(a), shown(b))).collect()
}

const LOCK: &str = "GIT
  remote: https://github.com/acme/tool.git
  revision: 0a1b2c
  branch: main
  specs:
    tool (0.3.0)
      rack (>= 2)

PATH
  remote: .
  specs:
    orders (1.0.0)
      rack (~> 3.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.16.0)
      racc (~> 1.4)
    nokogiri (1.16.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.7.3)
    rack (3.0.8)
    rspec (3.13.0)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  nokogiri (~> 1.16)
  orders!
  rspec
  tool!

CHECKSUMS
  rack (3.0.8) sha256=0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
  racc (1.7.3)

RUBY VERSION
   ruby 3.3.0p0

BUNDLED WITH
   2.5.3
";

#[test]
fn a_lock_of_bundler_keeps_graph_sources_and_digests() {
    let inventory = read(&[("Gemfile.lock", LOCK)]);
    let all: Vec<String> = inventory.components.iter().map(Component::purl).collect();
    let expected = [
        "pkg:gem/tool@0.3.0",
        "pkg:gem/orders@1.0.0",
        "pkg:gem/nokogiri@1.16.0",
        "pkg:gem/racc@1.7.3",
        "pkg:gem/rack@3.0.8",
        "pkg:gem/rspec@3.13.0",
    ];
    assert_eq!(all, expected);
    assert_eq!(
        edges(&inventory),
        ["tool@0.3.0>rack@3.0.8", "orders@1.0.0>rack@3.0.8", "nokogiri@1.16.0>racc@1.7.3"]
    );
    let tool = find(&inventory, "tool");
    assert_eq!(
        (tool.origin.kind, tool.origin.revision.as_deref()),
        (OriginKind::Git, Some("0a1b2c"))
    );
    assert_eq!(find(&inventory, "orders").kind, ComponentKind::Project);
    assert_eq!(find(&inventory, "rack").digests[0].algorithm, Algorithm::Sha256);
    assert!(find(&inventory, "nokogiri").direct && !find(&inventory, "rack").direct);
    assert_eq!(find(&inventory, "rack").origin.kind, OriginKind::Registry);
    assert_eq!(find(&inventory, "racc").evidence[0].line, Some(22));
    assert!(inventory.remarks.is_empty(), "{:?}", inventory.remarks);
}

const GEMFILE: &str = r#"# frozen
source "https://rubygems.org"
source "https://gems.example.com" do
  gem "inner"
end
gem "nokogiri", "~> 1.16"
gem 'rspec', group: :test
group :development, :test do
  if ENV["X"]
    gem "debug"
  end
end
gem "tool", github: "acme/tool", branch: "main"
gem "both", groups: [:default, :test]
gem name
"#;

#[test]
fn a_gemfile_tells_groups_that_spread_over_the_lock() {
    let inventory = read(&[("Gemfile", GEMFILE), ("Gemfile.lock", LOCK)]);
    let scope = |name: &str| find(&inventory, name).scope;
    assert_eq!(scope("rspec"), Scope::Development);
    assert_eq!(scope("debug"), Scope::Development);
    assert_eq!((scope("both"), scope("nokogiri")), (Scope::Runtime, Scope::Runtime));
    let tool = find(&inventory, "tool");
    assert_eq!(tool.origin.address.as_deref(), Some("https://github.com/acme/tool.git"));
    assert_eq!(find(&inventory, "inner").origin.host.as_deref(), Some("gems.example.com"));
    assert_eq!(inventory.indexes.len(), 1);
    assert_eq!(inventory.remarks.len(), 1);
    let merged = inventory.merged();
    assert_eq!(find(&merged, "rspec").scope, Scope::Development);
    assert_eq!(find(&merged, "racc").scope, Scope::Runtime);
    assert_eq!(find(&merged, "nokogiri").version.as_deref(), Some("1.16.0"));
}

#[test]
fn installed_gems_find_each_other_by_version() {
    let spec = |name: &str, version: &str, more: &str| {
        format!(
            "# -*- encoding: utf-8 -*-\n# stub: {name} {version} ruby lib\n\nGem::Specification.new do |s|\n  \
             s.name = \"{name}\".freeze\n  s.version = \"{version}\"\n  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\n{more}end\n"
        )
    };
    let home = "vendor/bundle/ruby/3.3.0";
    let asks = "  s.extensions = [\"ext/a/extconf.rb\".freeze]\n  \
                s.add_runtime_dependency(%q<b>.freeze, [\"~> 1.0\".freeze, \">= 1.0.1\".freeze])\n  \
                s.add_dependency(%q<b>.freeze, [\"~> 1.0\".freeze, \">= 1.0.1\".freeze])\n  \
                s.add_development_dependency(%q<rspec>.freeze, [\">= 0\".freeze])\n";
    let files = [
        (format!("{home}/specifications/a-1.0.gemspec"), spec("a", "1.0", asks)),
        (format!("{home}/specifications/b-1.0.2.gemspec"), spec("b", "1.0.2", "")),
        (format!("{home}/specifications/b-2.0.gemspec"), spec("b", "2.0", "")),
        (format!("{home}/gems/a-1.0/a.gemspec"), spec("a", "9", "")),
        (format!("{home}/gems/a-1.0/Gemfile"), "gem \"x\"\n".to_owned()),
        (format!("{home}/specifications/c-3.1-x86_64-linux.gemspec"), "odd\n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let inventory = read(&files);
    assert_eq!(edges(&inventory), ["a@1.0>b@1.0.2"]);
    assert_eq!(find(&inventory, "a").licences, ["MIT", "Ruby"]);
    assert_eq!(find(&inventory, "a").scripts.len(), 1);
    assert_eq!(find(&inventory, "c").version.as_deref(), Some("3.1"));
    assert_eq!((inventory.components.len(), inventory.remarks.len()), (4, 1));
}

#[test]
fn a_gem_of_ones_own_asks_for_others() {
    let text = "Gem::Specification.new do |spec|\n  spec.name = 'orders'\n  spec.version = Orders::VERSION\n  \
                spec.license = 'MIT'\n  spec.add_dependency 'rack', '~> 3.0'\n  spec.add_development_dependency('rake')\nend\n";
    let inventory = read(&[("orders.gemspec", text)]);
    assert_eq!(edges(&inventory), ["orders@?>rack@?", "orders@?>rake@?"]);
    assert_eq!(find(&inventory, "rake").scope, Scope::Development);
    assert_eq!(find(&inventory, "rack").wanted.as_deref(), Some("~> 3.0"));
}

const COMPOSER: &str = r#"{"packages": [
  {"name": "acme/Http", "version": "v1.2.0", "license": ["MIT"], "notification-url": "https://packagist.org/downloads/",
   "source": {"type": "git", "url": "https://github.com/acme/http.git", "reference": "0a1b"},
   "dist": {"type": "zip", "url": "https://api.github.com/x", "shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
   "require": {"php": ">=8.1", "ext-json": "*", "psr/log": "^3", "psr/log-implementation": "*"}},
  {"name": "psr/log", "version": "3.0.0", "abandoned": "acme/log", "notification-url": "https://packagist.org/downloads/"},
  {"name": "acme/log", "version": "1.0", "type": "composer-plugin", "provide": {"psr/log-implementation": "3.0"},
   "source": {"type": "git", "url": "git@example.com:acme/log.git", "reference": "ff"}}],
 "packages-dev": [{"name": "acme/test", "version": "2.0", "dist": {"type": "path", "url": "../test"}}]}"#;

#[test]
fn a_lock_of_composer_keeps_graph_licences_and_stand_ins() {
    let inventory = read(&[("composer.lock", COMPOSER)]);
    assert_eq!(
        edges(&inventory),
        ["acme/Http@v1.2.0>psr/log@3.0.0", "acme/Http@v1.2.0>acme/log@1.0"]
    );
    let http = find(&inventory, "acme/Http");
    assert_eq!((http.licences.as_slice(), http.digests.len()), (&["MIT".to_owned()][..], 1));
    assert_eq!(
        (http.origin.kind, http.origin.revision.as_deref()),
        (OriginKind::Registry, Some("0a1b"))
    );
    assert!(http.direct && !find(&inventory, "psr/log").direct);
    assert_eq!(
        find(&inventory, "psr/log").deprecated.as_deref(),
        Some("abandoned; use acme/log instead")
    );
    assert_eq!(find(&inventory, "acme/log").scripts.len(), 1);
    assert_eq!(find(&inventory, "acme/log").origin.host.as_deref(), Some("example.com"));
    let test = find(&inventory, "acme/test");
    assert_eq!((test.scope, test.origin.kind), (Scope::Development, OriginKind::Path));
}

#[test]
fn manifest_and_installed_list_of_composer_are_read() {
    let manifest = r#"{"name": "acme/orders", "license": "proprietary", "require": {"php": "^8", "psr/log": "^3"},
        "require-dev": {"acme/test": "*"},
        "repositories": [{"type": "composer", "url": "https://repo.example.com"}, {"packagist.org": false}]}"#;
    let installed = r#"{"packages": [{"name": "psr/log", "version": "3.0.2", "require": {"acme/gone": "*"}},
        {"name": "acme/test", "version": "1"}], "dev": true, "dev-package-names": ["acme/test"]}"#;
    let inventory = read(&[
        ("composer.json", manifest),
        ("vendor/composer/installed.json", installed),
        ("vendor/psr/log/composer.json", r#"{"name": "psr/log", "require": {"x/y": "1"}}"#),
    ]);
    let merged = inventory.merged();
    assert_eq!(edges(&merged), ["acme/orders@?>psr/log@3.0.2", "acme/orders@?>acme/test@1"]);
    assert_eq!(find(&merged, "acme/test").scope, Scope::Development);
    assert_eq!(merged.indexes[0].role, IndexRole::Primary);
    let old = r#"[{"name": "psr/log", "version": "1.0"}]"#;
    assert_eq!(read(&[("vendor/composer/installed.json", old)]).components.len(), 1);
}

#[test]
fn what_cannot_be_read_is_a_remark() {
    for path in [
        "composer.lock",
        "composer.json",
        "vendor/composer/installed.json",
        "Gemfile.lock",
        "a.gemspec",
    ] {
        assert!(reads(path), "{path}");
        let mut into = Inventory::default();
        Reader::new().read(path, b"\xff\xff{", &mut into);
        assert_eq!(into.remarks.len(), 1, "{path}");
        assert_eq!(into.remarks[0].kind, RemarkKind::Unread);
    }
    assert!(!reads(".gemspec") && !reads("public/installed.json"));
}
