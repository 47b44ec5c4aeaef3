//! `cargo xtask release`: what a release consists of, the same bytes each time.
//!
//! Archives of the programs for each target, the layer of the guard, the bill of materials, digests, the formula
//! of Homebrew and, with a key, an attestation of each. What is said here of others is said of ourselves by the
//! same program: `faasguard` writes its own bill, layer, attestations, man pages and completions.

mod archive;
mod build;
mod index;
mod notices;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use self::{
    archive::{Entries, program, tar_gz, text},
    build::{Programs, Target},
};
use crate::{Failure, Outcome, arguments::Arguments, workspace};

/// Where the files of a release are fetched from, when nobody says it: no address that anybody serves.
const NO_HOME: &str = "https://example.com/faasguard";

/// One kind of archive.
struct Kind {
    /// What its name begins with.
    name: &'static str,
    /// Packages of Cargo and their programs.
    programs: &'static [(&'static str, &'static str)],
    /// Whether man pages and completions of `faasguard` belong to it.
    has_pages: bool,
}

/// The companions stand apart, as they are larger than all else and few need them.
const KINDS: [Kind; 4] = [
    Kind {
        name: "faasguard",
        programs: &[("cli", "faasguard"), ("guard", GUARD)],
        has_pages: true,
    },
    // Alone, for images and servers.
    Kind { name: GUARD, programs: &[("guard", GUARD)], has_pages: false },
    Kind {
        name: "faasguard-cloud",
        programs: &[("cloud_program", "faasguard-cloud")],
        has_pages: false,
    },
    Kind {
        name: "faasguard-lake",
        programs: &[("lake_program", "faasguard-lake")],
        has_pages: false,
    },
];
const GUARD: &str = "faasguard-guard";

/// Completions, as shells look for them.
const COMPLETIONS: [(&str, &str); 3] =
    [("bash", "faasguard.bash"), ("zsh", "_faasguard"), ("fish", "faasguard.fish")];

/// What the command line asks for.
struct Release {
    out: PathBuf,
    targets: Vec<Target>,
    /// Names of kinds.
    kinds: Vec<String>,
    programs: Programs,
    /// The `faasguard` that runs here; without it, the one that was made for this machine.
    tool: Option<PathBuf>,
    version: String,
    /// Seconds since 1970 that everything bears.
    time: u64,
}

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let out = arguments.value("--out")?.map(PathBuf::from);
    let out = out.unwrap_or_else(|| workspace::target_folder().join("dist"));
    let mut targets = Vec::new();
    while let Some(target) = arguments.value("--target")? {
        targets.push(Target::parse(&target)?);
    }
    let mut kinds = Vec::new();
    while let Some(kind) = arguments.value("--archive")? {
        kinds.push(known_kind(kind)?);
    }
    let programs = existing(arguments.value("--programs")?)?;
    let tool = existing(arguments.value("--tool")?)?;
    let key = existing(arguments.value("--key")?)?;
    let builder = arguments.value("--builder")?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let base = arguments.value("--base-url")?.unwrap_or_else(|| default_base(&version));
    let collects = arguments.flag("--collect");
    let checks = arguments.flag("--check");
    arguments.finish()?;
    index::check_base(&base)?;
    if targets.is_empty() {
        targets.push(Target::of_this_machine()?);
    }
    if kinds.is_empty() {
        kinds = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    }
    let programs = programs.map_or(Programs::Built, Programs::Standing);
    fs::create_dir_all(&out)?;
    let out = out.canonicalize()?;
    let release = Release { out, targets, kinds, programs, tool, version, time: time()? };
    if !collects {
        let tool = release.make(&release.out)?;
        release.bill(&tool, &release.out)?;
        if checks {
            release.check(&tool)?;
        }
    }
    release.finish(&base)?;
    if let Some(key) = key {
        return release.attest(&key, builder.as_deref());
    }
    println!("no attestation was written; --key FILE signs one for each file");
    Ok(())
}

impl Release {
    /// Archives and layers of all targets into `folder`; gives back the `faasguard` that runs here.
    fn make(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let mut found = Vec::new();
        for target in &self.targets {
            for kind in self.chosen() {
                for (package, name) in kind.programs {
                    if *name == GUARD && !target.is_linux() {
                        println!("{}: no {GUARD}, which confines on Linux only", target.triple);
                        continue;
                    }
                    let path = self.programs.path(package, name, target)?;
                    found.push((target, kind, *package, *name, path));
                }
            }
        }
        let here = Target::of_this_machine()?.triple;
        let ours = found
            .iter()
            .find(|(target, _, _, name, _)| *name == "faasguard" && target.triple == here);
        let tool = self.tool.clone().or_else(|| Some(ours?.4.clone()));
        let tool = tool.or_else(workspace::release_binary).ok_or(
            "no `faasguard` that runs here was made; name one with --tool, or make the release for this machine, too",
        )?;
        for target in &self.targets {
            for kind in self.chosen() {
                let mut entries = self.pages(kind, &tool)?;
                for (_, _, package, name, path) in
                    found.iter().filter(|it| it.0 == target && it.1.name == kind.name)
                {
                    entries.insert((*name).to_owned(), program(fs::read(path)?));
                    let notices = notices::page(package, &target.triple)?;
                    entries.insert(format!("licenses/{name}.txt"), text(notices));
                    if kind.name == GUARD {
                        self.layer(&tool, path, target, folder)?;
                    }
                }
                let stem = format!("{}-{}-{}", kind.name, self.version, target.triple);
                let bytes = tar_gz(&stem, &entries, self.time)?;
                write(&folder.join(format!("{stem}.tar.gz")), &bytes)?;
            }
        }
        Ok(tool)
    }

    fn chosen(&self) -> impl Iterator<Item = &'static Kind> {
        KINDS.iter().filter(|kind| self.kinds.iter().any(|name| name == kind.name))
    }

    /// What is read and not run.
    fn pages(&self, kind: &Kind, tool: &Path) -> Result<Entries, Failure> {
        let root = workspace::root();
        let mut entries = Entries::new();
        for name in ["LICENSE", "README.md", "CHANGELOG.md"] {
            entries.insert(name.to_owned(), text(fs::read(root.join(name))?));
        }
        if !kind.has_pages {
            return Ok(entries);
        }
        for (shell, name) in COMPLETIONS {
            let script = self.ask(tool, &["completions".as_ref(), shell.as_ref()])?;
            entries.insert(format!("completions/{name}"), text(script));
        }
        let folder = tempfile::tempdir()?;
        self.ask(tool, &["man".as_ref(), folder.path()])?;
        for page in workspace::files(folder.path())? {
            let name = workspace::relative(folder.path(), &page);
            entries.insert(format!("man/{name}"), text(fs::read(&page)?));
        }
        Ok(entries)
    }

    /// The layer that brings the guard, where Lambda has the architecture.
    fn layer(&self, tool: &Path, guard: &Path, target: &Target, folder: &Path) -> Outcome {
        if !target.is_of_lambda() {
            return Ok(());
        }
        let name = format!("faasguard-layer-{}-{}.zip", self.version, target.triple);
        let path = folder.join(name);
        let system = target.lambda_system();
        let words = ["guard", "layer", "--os", system].map(Path::new);
        let files = [Path::new("--program"), guard, Path::new("--output"), &path];
        self.ask(tool, &[words.as_slice(), files.as_slice()].concat())?;
        println!("{}", path.display());
        Ok(())
    }

    /// The bill of materials of the lock file: what the programs, their tests and chores are built of.
    fn bill(&self, tool: &Path, folder: &Path) -> Outcome {
        let path = folder.join(format!("faasguard-{}.cdx.json", self.version));
        let lock = workspace::root().join("Cargo.lock");
        self.ask(tool, &[Path::new("sbom"), &lock, Path::new("--output"), &path])?;
        println!("{}", path.display());
        Ok(())
    }

    /// Makes all of it once more from the same programs, and compares.
    fn check(&self, tool: &Path) -> Outcome {
        let again = tempfile::tempdir()?;
        println!("once more from the same programs, to compare");
        self.make(again.path())?;
        self.bill(tool, again.path())?;
        for name in index::artifacts(again.path())? {
            if fs::read(again.path().join(&name))? != fs::read(self.out.join(&name))? {
                return Err(format!("`{name}` has other bytes the second time").into());
            }
        }
        println!("the same bytes twice");
        Ok(())
    }

    /// Formula and digests of all that stands in the folder, also what other runs put there.
    fn finish(&self, base: &str) -> Outcome {
        let mut names = index::artifacts(&self.out)?;
        if names.is_empty() {
            return Err(format!("there is nothing of a release in `{}`", self.out.display()).into());
        }
        if let Some(formula) = index::formula(&self.out, &self.version, base)? {
            write(&self.out.join(index::FORMULA), formula.as_bytes())?;
            names.push(index::FORMULA.to_owned());
        }
        write(&self.out.join(index::SUMS), index::sums(&self.out, &names)?.as_bytes())
    }

    /// One attestation for each archive, layer and bill, and one for the list of digests.
    fn attest(&self, key: &Path, builder: Option<&str>) -> Outcome {
        let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
        if let Some(change) = changes.lines().next() {
            let words = "is changed and no commit has it; an attestation would name a revision that this is not";
            return Err(format!("`{}` {words}", change.get(3..).unwrap_or(change)).into());
        }
        let tool = self.tool.clone().or_else(workspace::release_binary);
        let tool = tool.ok_or("name the `faasguard` that signs with --tool")?;
        let bill = self.out.join(format!("faasguard-{}.cdx.json", self.version));
        let mut names = index::artifacts(&self.out)?;
        names.push(index::SUMS.to_owned());
        for name in names {
            let path = self.out.join(&name);
            let written = self.out.join(format!("{name}.intoto.json"));
            let mut words: Vec<&Path> = vec![Path::new("package"), Path::new("attest"), &path];
            words.extend([Path::new("--key"), key, Path::new("--output"), &written]);
            if bill.is_file() && path != bill {
                words.extend([Path::new("--sbom"), &bill]);
            }
            if let Some(builder) = builder {
                words.extend([Path::new("--builder"), Path::new(builder)]);
            }
            self.ask(&tool, &words)?;
            println!("{}", written.display());
        }
        Ok(())
    }

    /// What `faasguard` prints. It runs in the root of the workspace, whose revision an attestation names.
    fn ask(&self, tool: &Path, words: &[&Path]) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(tool.canonicalize()?);
        command.args(words).env("SOURCE_DATE_EPOCH", self.time.to_string());
        let output = command.current_dir(workspace::root()).output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{}` ended with {}: {}", tool.display(), output.status, said.trim()).into())
    }
}

/// A path that a user named, whatever folder a program is started in.
fn existing(path: Option<String>) -> Result<Option<PathBuf>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let found = Path::new(&path).canonicalize();
    Ok(Some(found.map_err(|error| format!("cannot read `{path}`: {error}"))?))
}

fn known_kind(name: String) -> Result<String, Failure> {
    if KINDS.iter().any(|kind| kind.name == name) {
        return Ok(name);
    }
    let names = KINDS.map(|kind| kind.name).join(", ");
    Err(format!("there is no archive `{name}`; there are {names}").into())
}

/// Below `repository` of the manifests, where releases of code hosts stand.
fn default_base(version: &str) -> String {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let home = if repository.is_empty() { NO_HOME } else { repository };
    format!("{home}/releases/download/v{version}")
}

/// `SOURCE_DATE_EPOCH`, or the time of the commit.
fn time() -> Result<u64, Failure> {
    if let Ok(text) = env::var("SOURCE_DATE_EPOCH") {
        return text.parse().map_err(|_| {
            format!("SOURCE_DATE_EPOCH is `{text}`, and no number of seconds").into()
        });
    }
    let seconds = git(&["log", "-1", "--format=%ct"])?;
    let unknown = "the time of the commit is not known; set SOURCE_DATE_EPOCH";
    seconds.trim().parse().map_err(|_| unknown.into())
}

/// What git prints about this repository; nothing where there is none.
fn git(words: &[&str]) -> Result<String, Failure> {
    let output = Command::new("git").args(words).current_dir(workspace::root()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes)?;
    println!("{} ({} bytes)", path.display(), bytes.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::Path};

    use flate2::read::GzDecoder;

    use super::{KINDS, Programs, Release, Target, default_base, index, known_kind};
    use crate::workspace::{self, Workspace};

    #[test]
    fn every_program_of_the_workspace_that_is_shipped_has_its_package() {
        let workspace = Workspace::load().unwrap();
        for (package, _) in KINDS.iter().flat_map(|kind| kind.programs) {
            assert!(workspace.packages.iter().any(|it| it.name == *package), "{package}");
        }
        assert!(known_kind("faasguard-lake".to_owned()).is_ok());
        assert!(known_kind("faasgaurd".to_owned()).is_err());
    }

    #[test]
    fn the_address_that_nobody_named_is_one() {
        assert!(index::check_base(&default_base("1.2.3")).is_ok());
    }

    /// Modes by path below the folder of the archive.
    fn modes(archive: &Path) -> BTreeMap<String, u32> {
        let file = fs::File::open(archive).unwrap();
        let mut archive = tar::Archive::new(GzDecoder::new(file));
        let entries = archive.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let (_, inner) = path.split_once('/').unwrap();
            (inner.to_owned(), entry.header().mode().unwrap())
        });
        entries.collect()
    }

    /// The programs in it are two small files; pages and bill are what the `faasguard` of this workspace writes.
    #[test]
    fn a_release_of_the_same_programs_is_the_same_bytes() {
        let tool = workspace::root().join(workspace::target_folder()).join("debug/faasguard");
        if !tool.is_file() {
            eprintln!("skipped: no `faasguard` was built (`cargo build -p cli`)");
            return;
        }
        let (programs, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["faasguard", "faasguard-guard"] {
            fs::write(programs.path().join(name), name).unwrap();
        }
        let release = Release {
            out: out.path().to_path_buf(),
            targets: vec![Target::parse("x86_64-unknown-linux-gnu").unwrap()],
            kinds: vec!["faasguard".to_owned()],
            programs: Programs::Standing(programs.path().to_path_buf()),
            tool: Some(tool),
            version: "1.2.3".to_owned(),
            time: 1_764_000_000,
        };
        let tool = release.make(out.path()).unwrap();
        release.bill(&tool, out.path()).unwrap();
        release.check(&tool).unwrap();
        release.finish("https://example.com/v1.2.3").unwrap();

        let archive = "faasguard-1.2.3-x86_64-unknown-linux-gnu.tar.gz";
        let modes = modes(&out.path().join(archive));
        for (path, mode) in [
            ("faasguard", 0o755),
            ("faasguard-guard", 0o755),
            ("LICENSE", 0o644),
            ("man/faasguard.1", 0o644),
            ("man/faasguard-scan.1", 0o644),
            ("completions/_faasguard", 0o644),
            ("licenses/faasguard-guard.txt", 0o644),
        ] {
            assert_eq!(modes.get(path), Some(&mode), "{path}");
        }
        let sums = fs::read_to_string(out.path().join(index::SUMS)).unwrap();
        let names: Vec<&str> =
            sums.lines().filter_map(|it| it.split_once("  ")).map(|it| it.1).collect();
        assert_eq!(names, [archive, "faasguard-1.2.3.cdx.json", index::FORMULA]);

        // Another program is another archive.
        fs::write(programs.path().join("faasguard"), "other").unwrap();
        assert!(release.check(&tool).unwrap_err().to_string().contains(archive));
    }
}
