//! The programs of a release: built so that the folder, the user and the machine leave no trace in them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Failure, workspace};

/// A triple of Rust, and the least glibc that programs shall need where one is asked for:
/// `x86_64-unknown-linux-gnu.2.26`, in the form of `cargo zigbuild`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) triple: String,
    glibc: Option<String>,
}

impl Target {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let (triple, glibc) = match text.split_once('.') {
            Some((triple, glibc)) => (triple, Some(glibc.to_owned())),
            None => (text, None),
        };
        let is_name = |it: &str| {
            !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        let is_version = |it: &String| it.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !is_name(triple) || !glibc.as_ref().is_none_or(is_version) {
            return Err(format!("`{text}` is no target such as `x86_64-unknown-linux-gnu`").into());
        }
        Ok(Self { triple: triple.to_owned(), glibc })
    }

    /// That of the compiler.
    pub(super) fn of_this_machine() -> Result<Self, Failure> {
        let words = rustc(&["-vV"])?;
        let host = words.lines().find_map(|line| line.strip_prefix("host: "));
        Self::parse(host.ok_or("`rustc -vV` names no host")?)
    }

    /// The guard confines with system calls of Linux; elsewhere it is no part of a release.
    pub(super) fn is_linux(&self) -> bool {
        self.triple.contains("-linux-")
    }

    /// Whether Lambda has machines for it.
    pub(super) fn is_of_lambda(&self) -> bool {
        self.is_linux() && ["x86_64-", "aarch64-"].iter().any(|it| self.triple.starts_with(it))
    }

    /// Amazon Linux 2 where the programs were asked to start on it, else Amazon Linux 2023.
    pub(super) fn lambda_system(&self) -> &'static str {
        let least = self.glibc.as_deref().and_then(|it| it.strip_prefix("2."));
        let is_old = least.and_then(|it| it.parse::<u32>().ok()).is_some_and(|minor| minor <= 26);
        if is_old || self.triple.ends_with("-musl") { "al2" } else { "al2023" }
    }

    fn executable(&self, name: &str) -> String {
        if self.triple.contains("-windows-") { format!("{name}.exe") } else { name.to_owned() }
    }
}

/// Where the programs of a target come from.
#[derive(Clone, Debug)]
pub(super) enum Programs {
    /// Built here.
    Built,
    /// They stand in a folder.
    Standing(PathBuf),
}

impl Programs {
    /// Path of the program `name` of `package`. One call a package: of packages that are built
    /// together each gets the features that the others ask for, and the guard would grow.
    pub(super) fn path(
        &self,
        package: &str,
        name: &str,
        target: &Target,
    ) -> Result<PathBuf, Failure> {
        let path = match self {
            Self::Standing(folder) => folder.join(target.executable(name)),
            Self::Built => {
                build(package, target)?;
                let folder = target_folder()?.join(&target.triple).join("release");
                folder.join(target.executable(name))
            }
        };
        if path.is_file() {
            Ok(path)
        } else {
            Err(format!("`{}` is no file", path.display()).into())
        }
    }
}

fn build(package: &str, target: &Target) -> Result<(), Failure> {
    let (verb, asked) = match &target.glibc {
        Some(glibc) => ("zigbuild", format!("{}.{glibc}", target.triple)),
        None => ("build", target.triple.clone()),
    };
    let prefixes = prefixes()?;
    println!("building {package} for {asked} with");
    for (from, to) in &prefixes {
        println!("  {} as {to}", from.display());
    }
    let mut cargo = workspace::cargo();
    cargo.args([verb, "--release", "--locked", "--package", package, "--target", &asked]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(&prefixes)).env_remove("RUSTFLAGS");
    for name in ["CFLAGS", "CXXFLAGS"] {
        cargo.env(name, c_flags(&prefixes)).env("CC_SHELL_ESCAPED_FLAGS", "1");
    }
    let status = cargo.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`cargo {verb}` ended with {status}").into())
    }
}

/// Folders that stand in programs (places of panics, asserts of C), and what stands there instead. Of several
/// that hold a path the last one counts.
fn prefixes() -> Result<Vec<(PathBuf, String)>, Failure> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let home = home.ok_or("neither CARGO_HOME nor a home folder is known")?;
    let library = Path::new(rustc(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    let words = rustc(&["-vV"])?;
    let commit = words.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    Ok(vec![
        (workspace::root(), "/faasguard".to_owned()),
        (home, "/cargo".to_owned()),
        // The standard library, where its sources are installed; else the compiler writes this itself.
        (library, format!("/rustc/{}", commit.unwrap_or("unknown"))),
        (target_folder()?, "/target".to_owned()),
    ])
}

/// Flags, divided as Cargo wants them, so that folders may have blanks in their names.
fn rust_flags(prefixes: &[(PathBuf, String)]) -> String {
    let flags: Vec<String> = prefixes
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect();
    flags.join("\u{1f}")
}

/// The same for C, each flag in quotes, as `cc` divides them at blanks.
fn c_flags(prefixes: &[(PathBuf, String)]) -> String {
    let flags: Vec<String> = prefixes
        .iter()
        .map(|(from, to)| format!("'-ffile-prefix-map={}={to}'", from.display()))
        .collect();
    flags.join(" ")
}

fn target_folder() -> Result<PathBuf, Failure> {
    let folder = workspace::root().join(workspace::target_folder());
    fs::create_dir_all(&folder)?;
    Ok(folder.canonicalize()?)
}

fn rustc(arguments: &[&str]) -> Result<String, Failure> {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).args(arguments).current_dir(workspace::root()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Target, c_flags, rust_flags};

    #[test]
    fn a_target_may_say_the_least_c_library() {
        let target = Target::parse("aarch64-unknown-linux-gnu.2.26").unwrap();
        assert_eq!(target.triple, "aarch64-unknown-linux-gnu");
        assert!(target.is_of_lambda() && target.lambda_system() == "al2");
        let target = Target::parse("x86_64-unknown-linux-gnu").unwrap();
        assert!(target.is_of_lambda() && target.lambda_system() == "al2023");
        assert!(!Target::parse("aarch64-apple-darwin").unwrap().is_linux());
    }

    #[test]
    fn a_target_is_no_flag_and_no_path() {
        for text in ["", "a b", "../x", "x86_64.rm", "x;y"] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn folders_with_blanks_stay_one_flag() {
        let flags = rust_flags(&[
            (PathBuf::from("/my work/it"), "/faasguard".to_owned()),
            (PathBuf::from("/home/me/.cargo"), "/cargo".to_owned()),
        ]);
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(flags.len(), 2);
        assert_eq!(flags[0], "--remap-path-prefix=/my work/it=/faasguard");
        let flags = c_flags(&[(PathBuf::from("/my work/it"), "/faasguard".to_owned())]);
        assert_eq!(flags, "'-ffile-prefix-map=/my work/it=/faasguard'");
    }
}
