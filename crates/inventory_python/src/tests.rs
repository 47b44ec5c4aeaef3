use component::{Component, ComponentKind, EvidenceKind, IndexRole, Inventory, OriginKind, Scope};

use super::{Reader, reads};

fn read(files: &[(&str, &str)]) -> Inventory {
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    for (path, text) in files {
        assert!(reads(path), "{path}");
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&[], Some("3.12"), &mut into);
    into
}

fn get<'a>(inventory: &'a Inventory, name: &str) -> &'a Component {
    inventory.components.iter().find(|component| component.name == name).unwrap()
}

fn graph(inventory: &Inventory) -> Vec<String> {
    let name = |id: usize| inventory.components[id].name.clone();
    inventory.edges().into_iter().map(|(a, b)| format!("{}>{}", name(a), name(b))).collect()
}

fn versions(inventory: &Inventory) -> Vec<String> {
    let one = |c: &Component| format!("{}@{}", c.name, c.version.as_deref().unwrap_or("?"));
    inventory.components.iter().map(one).collect()
}

const SHA: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn requirements_are_read_in_pips_grammar() {
    let text = format!(
        "# a comment\n--index-url https://u:p@pypi.acme.test/simple --trusted-host x\n\
         --extra-index-url=http://other.test/simple\n-f ./wheels\n\
         requests[socks]==2.31.0 \\\n    --hash={SHA} \\\n    --hash=sha256:zz\n\
         urllib3>=1.26,<2 ; python_version < '4' # why\npywin32==306; sys_platform == 'win32'\n\
         git+https://github.com/o/r.git@abc#egg=tool\n-e ./local#egg=mine\n\
         pkg @ https://files.test/pkg-1.0-py3-none-any.whl\n./wheels/thing-2.0-py3-none-any.whl\n\
         -rmore/base.txt\n-c constraints.txt\n--bogus x\n???\n"
    );
    let inventory =
        read(&[("app/requirements.txt", &text), ("app/constraints.txt", "urllib3==1.26.18\n")]);
    let all = [
        "requests@2.31.0",
        "urllib3@1.26.18",
        "pywin32@306",
        "tool@?",
        "mine@?",
        "pkg@1.0",
        "thing@2.0",
    ];
    assert_eq!(versions(&inventory), all);
    assert_eq!(get(&inventory, "requests").digests.len(), 1);
    assert_eq!(get(&inventory, "requests").evidence[0].line, Some(5));
    assert_eq!(get(&inventory, "pywin32").scope, Scope::Optional);
    assert_eq!(get(&inventory, "tool").origin.revision.as_deref(), Some("abc"));
    assert_eq!(get(&inventory, "mine").origin.kind, OriginKind::Path);
    let roles: Vec<_> = inventory.indexes.iter().map(|index| index.role.clone()).collect();
    assert_eq!(roles, [IndexRole::Primary, IndexRole::Extra, IndexRole::Links]);
    assert!(inventory.indexes[0].origin.credentials && inventory.indexes[1].origin.cleartext);
    let remarks: Vec<_> =
        inventory.remarks.iter().map(|remark| (remark.line, &*remark.what)).collect();
    assert_eq!(remarks.len(), 4, "{remarks:?}");
    assert!(remarks.iter().any(|(line, what)| *line == Some(14) && what.contains("more/base.txt")));
}

#[test]
fn poetry_lock_gives_the_graph_and_the_scopes() {
    let text = format!(
        "[[package]]\nname = \"a\"\nversion = \"1.0\"\noptional = false\ngroups = [\"main\"]\n\
         files = [{{file = \"a.whl\", hash = \"{SHA}\"}}]\n[package.dependencies]\nB_b = {{version = \"*\", markers = \"x\"}}\n\
         gone = [{{version = \">=1\"}}, {{version = \">=2\"}}]\n\n[[package]]\nname = \"b-b\"\nversion = \"2\"\n\
         category = \"dev\"\n[package.source]\ntype = \"git\"\nurl = \"https://github.com/o/b.git\"\nresolved_reference = \"abc\"\n\
         \n[metadata]\nlock-version = \"2.0\"\n[metadata.files]\nb-b = [{{file = \"b\", hash = \"{SHA}\"}}]\n"
    );
    let inventory = read(&[("poetry.lock", &text)]);
    assert_eq!(graph(&inventory), ["a>b-b"]);
    assert_eq!(get(&inventory, "a").requires.len(), 3);
    assert!(get(&inventory, "a").direct && !get(&inventory, "b-b").direct);
    assert_eq!(get(&inventory, "b-b").scope, Scope::Development);
    assert_eq!(get(&inventory, "b-b").digests.len(), 1);
    assert_eq!(get(&inventory, "b-b").origin.kind, OriginKind::Git);
    assert_eq!(get(&inventory, "b-b").evidence[0].line, Some(11));
}

#[test]
fn uv_lock_tells_runtime_from_development() {
    let text = format!(
        "version = 1\n[[package]]\nname = \"app\"\nversion = \"0.1\"\nsource = {{ virtual = \".\" }}\n\
         dependencies = [{{ name = \"a\", extra = [\"x\"] }}]\n[package.dev-dependencies]\ndev = [{{ name = \"t\" }}]\n\
         [[package]]\nname = \"a\"\nversion = \"1\"\nsource = {{ registry = \"https://pypi.org/simple\" }}\n\
         sdist = {{ url = \"u\", hash = \"{SHA}\" }}\n[package.optional-dependencies]\nx = [{{ name = \"o\", marker = \"m\" }}]\n\
         [[package]]\nname = \"t\"\nversion = \"1\"\nsource = {{ git = \"https://g.test/t?rev=v1#abc\" }}\n\
         dependencies = [{{ name = \"a\", version = \"1\" }}]\n\
         [[package]]\nname = \"o\"\nversion = \"3\"\nsource = {{ registry = \"https://pypi.org/simple\" }}\n"
    );
    let inventory = read(&[("uv.lock", &text)]);
    assert_eq!(graph(&inventory), ["app>a", "app>t", "a>o", "t>a"]);
    assert_eq!(get(&inventory, "app").kind, ComponentKind::Project);
    let scope = |name: &str| get(&inventory, name).scope;
    assert_eq!(
        [scope("a"), scope("t"), scope("o")],
        [Scope::Runtime, Scope::Development, Scope::Optional]
    );
    assert_eq!(get(&inventory, "t").origin.revision.as_deref(), Some("abc"));
    assert_eq!(get(&inventory, "a").scripts.len(), 1);
}

#[test]
fn pdm_pylock_and_pipfile_are_read() {
    let pdm = format!(
        "[[package]]\nname = \"a\"\nversion = \"1\"\ngroups = [\"default\"]\ndependencies = [\"b>=1; os_name == 'x'\"]\n\
         files = [{{file = \"a\", hash = \"{SHA}\"}}]\n[[package]]\nname = \"b\"\nversion = \"2\"\ngroups = [\"test\"]\n\
         [[package]]\nname = \"b\"\nversion = \"2\"\nextras = [\"x\"]\ngroups = [\"test\"]\n"
    );
    let inventory = read(&[("pdm.lock", &pdm)]);
    assert_eq!(
        (versions(&inventory), graph(&inventory)),
        (vec!["a@1".into(), "b@2".into()], vec!["a>b".into()])
    );
    let pylock = format!(
        "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{{name = \"b\"}}]\n\
         wheels = [{{url = \"u\", hashes = {{sha256 = \"{}\"}}}}]\n[[packages]]\nname = \"b\"\n\
         vcs = {{type = \"git\", url = \"https://g.test/b\", commit-id = \"c\"}}\n",
        &SHA[7..]
    );
    let inventory = read(&[("pylock.dev.toml", &pylock)]);
    assert_eq!(
        (versions(&inventory), graph(&inventory)),
        (vec!["a@1".into(), "b@?".into()], vec!["a>b".into()])
    );
    assert_eq!(get(&inventory, "a").digests.len(), 1);
    let pipfile = format!(
        "{{\"_meta\": {{\"sources\": [{{\"url\": \"https://pypi.org/simple\"}}, {{\"name\": \"in\", \"url\": \"https://in.test\"}}]}},\n\
         \"default\": {{\"a\": {{\"version\": \"==1\", \"hashes\": [\"{SHA}\"]}}}},\n\"develop\": {{\"a\": {{\"version\": \"==1\"}},\n\
         \"g\": {{\"git\": \"https://g.test/g\", \"ref\": \"r\"}}}}}}"
    );
    let inventory = read(&[("Pipfile.lock", &pipfile)]);
    assert_eq!(versions(&inventory), ["a@1", "g@?"]);
    assert_eq!(get(&inventory, "a").scope, Scope::Runtime);
    assert_eq!(inventory.indexes[0].role, IndexRole::Named("in".into()));
}

#[test]
fn pyproject_asks_by_the_standard_and_by_poetry() {
    let text = "[project]\nname = \"app\"\ndependencies = [\"a>=1\", \"b==2\"]\n\
                [project.optional-dependencies]\nx = [\"c\"]\n[dependency-groups]\ndev = [\"t\", {include-group = \"y\"}]\n\
                [tool.poetry.dependencies]\npython = \"^3.9\"\nd = {git = \"https://g.test/d\", rev = \"r\"}\n\
                [tool.poetry.group.dev.dependencies]\ne = \"^1\"\n\
                [[tool.uv.index]]\nname = \"in\"\nurl = \"https://in.test/simple\"\n";
    let inventory = read(&[("pyproject.toml", text)]);
    assert_eq!(versions(&inventory), ["app@?", "a@?", "b@2", "c@?", "t@?", "d@?", "e@?"]);
    assert_eq!(graph(&inventory).len(), 6);
    assert_eq!(inventory.indexes[0].role, IndexRole::First);
    assert_eq!(read(&[("pyproject.toml", "[tool.ruff]\nline-length = 3\n")]).components.len(), 0);
}

#[test]
fn installed_distributions_find_each_other_as_python_does() {
    let httpx = "Name: httpx\nVersion: 0.27\nLicense-Expression: BSD-3-Clause\nRequires-Dist: idna\n\
                 Requires-Dist: h2 (<5) ; extra == 'http2'\nRequires-Dist: typing ; python_version < '3.5'\n\
                 Requires-Dist: Missing.One\n";
    let files = [
        ("l/python/httpx-0.27.dist-info/METADATA", httpx),
        ("l/python/httpx-0.27.dist-info/REQUESTED", ""),
        ("l/python/httpx-0.27.dist-info/INSTALLER", "pip\n"),
        ("l/python/h2-4.dist-info/METADATA", "Name: h2\nVersion: 4\n"),
        (
            "l/python/h2-4.dist-info/direct_url.json",
            "{\"url\": \"https://g.test/h2\", \"vcs_info\": {\"commit_id\": \"c\"}}",
        ),
        ("l/python/idna-3.dist-info/METADATA", "Name: idna\nVersion: 3\n"),
        ("task/idna-2.dist-info/METADATA", "Name: idna\nVersion: 2\n"),
        ("task/old.egg-info/PKG-INFO", "Name: old\nVersion: 1\n"),
        ("task/old.egg-info/requires.txt", "idna\n[x:python_version < '3']\nh2\n"),
        ("task/gone-5.1.dist-info/RECORD", "gone.py,,\n"),
        ("task/requirements.txt", "httpx[http2]\n"),
    ];
    let mut into = Inventory::default();
    let mut reader = Reader::new();
    for (path, text) in files {
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&["task".to_owned(), "l/python".to_owned()], Some("3.12"), &mut into);
    let merged = into.merged();
    let mut found = graph(&merged);
    found.sort();
    assert_eq!(found, ["httpx>h2", "httpx>idna", "old>idna"]);
    let httpx = get(&merged, "httpx");
    let idna = httpx.requires.iter().find(|requirement| requirement.name == "idna").unwrap();
    assert_eq!(merged.components[idna.to.unwrap()].version.as_deref(), Some("2"));
    let open: Vec<_> = httpx.requires.iter().filter(|r| r.to.is_none()).map(|r| &*r.name).collect();
    assert_eq!(open, ["Missing.One"]);
    assert!(httpx.direct && httpx.seen_as(EvidenceKind::Installed));
    assert_eq!(
        (httpx.origin.kind, get(&merged, "h2").origin.kind),
        (OriginKind::Registry, OriginKind::Git)
    );
    assert_eq!(get(&merged, "gone").version.as_deref(), Some("5.1"));
    assert_eq!(merged.remarks.len(), 1);
}

#[test]
fn manifests_of_installed_packages_are_not_the_applications() {
    let files = [
        ("p-1.dist-info/RECORD", "p/pyproject.toml,,\n"),
        ("p-1.dist-info/METADATA", "Name: p\nVersion: 1\n"),
        ("p/pyproject.toml", "[project]\nname = \"p\"\ndependencies = [\"x\"]\n"),
        ("node_modules/gyp/pyproject.toml", "[project]\nname = \"gyp\"\n"),
        ("q/pyproject.toml", "[project]\nname = \"q\"\n"),
    ];
    assert_eq!(versions(&read(&files)), ["q@?", "p@1"]);
}
