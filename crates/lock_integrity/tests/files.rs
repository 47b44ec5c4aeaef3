//! Facts of whole files, read by the readers.

use component::Inventory;
use lock_integrity::{Fact, FactKind, judge};

/// What is left open by files, by their paths.
fn open(files: &[(&str, &str)]) -> Vec<Fact> {
    let mut inventory = Inventory::default();
    let mut python = inventory_python::Reader::new();
    let mut javascript = inventory_javascript::Reader::new();
    let mut scripts = inventory_scripts::Reader::new();
    for (path, text) in files {
        python.read(path, text.as_bytes(), &mut inventory);
        javascript.read(path, text.as_bytes(), &mut inventory);
        scripts.read(path, text.as_bytes(), &mut inventory);
    }
    for include in python.includes() {
        if let Some((_, text)) = files.iter().find(|(path, _)| *path == include.path) {
            python.read_include(&include, text.as_bytes(), &mut inventory);
        }
    }
    python.finish(&[], None, &mut inventory);
    javascript.finish(&[], &mut inventory);
    scripts.finish(&mut inventory);
    judge(&inventory)
}

fn kinds(files: &[(&str, &str)]) -> Vec<FactKind> {
    open(files).into_iter().map(|fact| fact.kind).collect()
}

const DIGEST: &str = "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

/// A lock file of npm with packages: name, host, further fields.
fn npm_lock(packages: &[(&str, &str, &str)]) -> String {
    let wanted: Vec<String> =
        packages.iter().map(|(name, ..)| format!("\"{name}\": \"^1.0.0\"")).collect();
    let entries: Vec<String> = packages
        .iter()
        .map(|(name, host, more)| {
            format!(
                "\"node_modules/{name}\": {{\"version\": \"1.0.0\", \"resolved\": \
                 \"https://{host}/{name}/-/a-1.0.0.tgz\", \"integrity\": \"{DIGEST}\"{more}}}"
            )
        })
        .collect();
    format!(
        "{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{\"dependencies\": {{{}}}}}, {}}}}}",
        wanted.join(", "),
        entries.join(", ")
    )
}

const NPM: &str = "registry.npmjs.org";

#[test]
fn a_well_kept_project_leaves_nothing_open() {
    let manifest = "{\"name\": \"orders\", \"dependencies\": {\"ms\": \"^1.0.0\"}}";
    let lock = npm_lock(&[("ms", NPM, ""), ("debug", NPM, "")]);
    let digest = "0".repeat(64);
    let requirements = format!("requests==2.32.0 --hash=sha256:{digest}\n");
    let files = [
        ("package.json", manifest),
        ("package-lock.json", lock.as_str()),
        ("requirements.txt", requirements.as_str()),
    ];
    assert_eq!(kinds(&files), []);
}

#[test]
fn a_registry_of_ones_own_is_not_foreign() {
    // Its settings stand in the home folder, as they mostly do.
    let most =
        [("ms", "npm.shop.example", ""), ("debug", "npm.shop.example", ""), ("left-pad", NPM, "")];
    assert_eq!(kinds(&[("package-lock.json", &npm_lock(&most))]), []);
    let scope = [("ms", NPM, ""), ("debug", NPM, ""), ("@shop/a", "npm.shop.example", "")];
    assert_eq!(kinds(&[("package-lock.json", &npm_lock(&scope))]), []);
    let one = [("ms", NPM, ""), ("left-pad", NPM, ""), ("debug", "npm.shop.example", "")];
    let smuggled = [FactKind::ForeignHost { host: "npm.shop.example".to_owned(), is_public: true }];
    assert_eq!(kinds(&[("package-lock.json", &npm_lock(&one))]), smuggled);
    let settings = ("src/.npmrc", "registry=https://npm.shop.example/\n");
    assert_eq!(kinds(&[("package-lock.json", &npm_lock(&one)), settings]), []);
}

#[test]
fn a_lock_file_above_pins_what_members_of_a_workspace_ask_for() {
    let member = ("packages/a/package.json", "{\"dependencies\": {\"ms\": \"^9.0.0\"}}");
    let lock = npm_lock(&[("ms", NPM, "")]);
    assert_eq!(kinds(&[member, ("package-lock.json", &lock)]), []);
    assert_eq!(kinds(&[member, ("other/package-lock.json", &lock)]), [FactKind::Unlocked]);
    // A lock file of Python pins nothing for npm.
    assert_eq!(kinds(&[member, ("uv.lock", "version = 1\n")]), [FactKind::Unlocked]);
}

#[test]
fn mass_facts_are_one_fact_of_a_file() {
    let names: Vec<String> = (0..60).map(|number| format!("orders-{number}==1.0\n")).collect();
    let facts = open(&[("requirements.txt", &names.concat())]);
    let [fact] = facts.as_slice() else { panic!("{facts:#?}") };
    assert_eq!((&fact.kind, fact.packages.len(), fact.of), (&FactKind::NoDigests, 60, 60));
    assert_eq!(fact.line, Some(1));
    let digest = format!("orders==1.0 --hash=sha256:{}\n", "0".repeat(64));
    let facts = open(&[("requirements.txt", &format!("{digest}{}", names.concat()))]);
    let [fact] = facts.as_slice() else { panic!("{facts:#?}") };
    assert_eq!((&fact.kind, fact.packages.len(), fact.of), (&FactKind::MissingDigests, 60, 61));
    assert_eq!(fact.line, Some(2));
}

#[test]
fn indexes_compete_unless_names_are_bound_or_bytes_are_pinned() {
    let extra =
        |public| FactKind::ExtraIndex { host: "pypi.shop.example".to_owned(), is_public: public };
    let conf = ("pip.conf", "[global]\nextra-index-url = https://pypi.shop.example/simple\n");
    let digest = format!("orders==1.0 --hash=sha256:{}\n", "0".repeat(64));
    assert_eq!(kinds(&[conf]), [extra(false)]);
    assert_eq!(kinds(&[conf, ("requirements.txt", &digest)]), []);
    let uv = |more: &str| {
        format!(
            "[project]\nname = \"a\"\n[tool.uv]\n{more}\n[[tool.uv.index]]\nname = \"shop\"\nurl = \
             \"https://pypi.shop.example/simple\"\n"
        )
    };
    assert_eq!(kinds(&[("pyproject.toml", &uv(""))]), []);
    let unsafe_order = uv("index-strategy = \"unsafe-best-match\"");
    assert_eq!(kinds(&[("pyproject.toml", &unsafe_order)]), [extra(false)]);
    let torch = "--extra-index-url https://download.pytorch.org/whl/cpu\n";
    let host = "download.pytorch.org".to_owned();
    let public = [FactKind::ExtraIndex { host, is_public: true }];
    assert_eq!(kinds(&[("requirements.txt", torch)]), public);
}

#[test]
fn a_look_alike_is_told_once_where_it_can_be_mended() {
    let manifest = "{\"dependencies\": {\"lodahs\": \"^1.0.0\"}}";
    let lock = npm_lock(&[("lodahs", NPM, ""), ("ms", NPM, "")]);
    let facts = open(&[("package-lock.json", &lock), ("package.json", manifest)]);
    let [fact] = facts.as_slice() else { panic!("{facts:#?}") };
    assert_eq!((fact.path.as_str(), fact.line), ("package.json", Some(1)));
    // Packages of the own registry are nobody's look-alikes.
    let own = npm_lock(&[("lodahs", "npm.jfrog.io", ""), ("loadsh", "npm.jfrog.io", "")]);
    assert_eq!(kinds(&[("package-lock.json", &own)]), []);
}

#[test]
fn nothing_of_installed_packages_is_taken_for_the_applications_own() {
    let inner =
        "{\"name\": \"ms\", \"version\": \"1.0.0\", \"dependencies\": {\"left-pad\": \"*\"}}";
    let files = [
        ("node_modules/ms/package.json", inner),
        ("node_modules/ms/yarn.lock", "left-pad@*:\n  version \"1.0.0\"\n"),
        ("node_modules/ms/.npmrc", "strict-ssl=false\n"),
        ("node_modules/.package-lock.json", "{\"lockfileVersion\": 1, \"packages\": {}}"),
    ];
    assert_eq!(kinds(&files), []);
}

#[test]
fn manifests_of_ruby_and_php_are_pinned_by_their_own_lock_files() {
    let gemfile = ("Gemfile", "source 'https://rubygems.org'\ngem 'rack', '~> 3.0'\n");
    let locked = "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (3.1.8)\n\nPLATFORMS\n  ruby\n\n\
                  DEPENDENCIES\n  rack (~> 3.0)\n\nBUNDLED WITH\n   2.5.0\n";
    assert_eq!(kinds(&[gemfile]), [FactKind::Unlocked]);
    assert_eq!(kinds(&[gemfile, ("Gemfile.lock", locked)]), []);
    // What the platform brings is no package.
    let wanted =
        "{\"require\": {\"php\": \">=8.2\", \"ext-json\": \"*\", \"shop/orders\": \"^1.0\"}}";
    let locked = "{\"packages\": [{\"name\": \"shop/orders\", \"version\": \"1.2.0\", \"dist\": {\"type\": \
                  \"zip\", \"url\": \"https://api.github.com/repos/shop/orders/zipball/6b1a2c3d4e5f60718293a4b5c6d7e8f901234567\", \
                  \"reference\": \"6b1a2c3d4e5f60718293a4b5c6d7e8f901234567\", \"shasum\": \"\"}}]}";
    assert_eq!(kinds(&[("composer.json", wanted)]), [FactKind::Unlocked]);
    assert_eq!(kinds(&[("composer.json", wanted), ("composer.lock", locked)]), []);
    let old = locked.replace("1.2.0", "0.9.0");
    let lock = "composer.lock".to_owned();
    let out_of_step = [FactKind::OutOfStep { lock }];
    assert_eq!(kinds(&[("composer.json", wanted), ("composer.lock", &old)]), out_of_step);
}
