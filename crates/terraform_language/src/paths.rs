//! Paths with `/`, without touching any file.

/// `path` as seen from `folder`, without `.` and `..`; `None` when it leads outside the root or is
/// absolute.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\0') {
        return None;
    }
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// `folder` as seen from `from`, both below the root: `.`, `x`, `../x`.
pub(crate) fn relative(from: &str, folder: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|step| !step.is_empty()).collect();
    let to: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.len() - same;
    let mut steps = vec![".."; up];
    steps.extend(to.iter().skip(same));
    if steps.is_empty() { ".".to_owned() } else { steps.join("/") }
}

/// Whether `terraform init` put a folder where it is.
pub(crate) fn is_fetched(folder: &str) -> bool {
    folder.split('/').any(|step| step == ".terraform")
}

#[cfg(test)]
mod tests {
    use super::{join, relative};

    #[test]
    fn paths_stay_below_the_root() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "../.."), None);
        assert_eq!(join("", "/etc/passwd"), None);
        assert_eq!(join("", ".").as_deref(), Some(""));
    }

    #[test]
    fn a_folder_is_seen_from_another() {
        assert_eq!(relative("a", "a"), ".");
        assert_eq!(relative("a", "a/modules/web"), "modules/web");
        assert_eq!(relative("a/b", "a/c"), "../c");
        assert_eq!(relative("", "modules"), "modules");
    }
}
