//! Names that a project of TypeScript gives to its own folders: `paths` and `baseUrl` of a
//! `tsconfig.json`.

use serde_json::Value;

/// One entry of `paths`, or the whole of `baseUrl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alias {
    /// Folder of the file that says so: it holds for what lies below.
    pub(crate) folder: String,
    /// Text before the star.
    before: String,
    /// Text after the star; none when there is no star.
    after: Option<String>,
    /// Where it leads, relative to the root, each perhaps with a star.
    targets: Vec<String>,
}

impl Alias {
    /// Files without their endings that a specifier may mean, when it is one of this alias.
    pub(crate) fn stems<'a>(&'a self, specifier: &'a str) -> impl Iterator<Item = String> + 'a {
        let middle = match &self.after {
            None => (specifier == self.before).then_some(""),
            Some(after) => specifier
                .strip_prefix(self.before.as_str())
                .and_then(|rest| rest.strip_suffix(after.as_str())),
        };
        middle
            .into_iter()
            .flat_map(|middle| self.targets.iter().map(move |it| it.replacen('*', middle, 1)))
    }
}

/// The aliases of the text of a `tsconfig.json` in `folder`; none when it cannot be read.
pub(crate) fn aliases(folder: &str, text: &str) -> Vec<Alias> {
    let Ok(Value::Object(whole)) = serde_json::from_str(&plain_json(text)) else {
        return Vec::new();
    };
    let options = whole.get("compilerOptions");
    let base = options.and_then(|options| options.get("baseUrl")).and_then(Value::as_str);
    let at = |target: &str| {
        let joined = format!("{folder}/{}/{target}", base.unwrap_or("."));
        crate::program::normalize(&joined)
    };
    let mut found = Vec::new();
    let paths = options.and_then(|options| options.get("paths")).and_then(Value::as_object);
    for (name, targets) in paths.into_iter().flatten() {
        let targets = targets.as_array().into_iter().flatten().filter_map(Value::as_str);
        let (before, after) = match name.split_once('*') {
            Some((before, after)) => (before, Some(after.to_owned())),
            None => (name.as_str(), None),
        };
        found.push(Alias {
            folder: folder.to_owned(),
            before: before.to_owned(),
            after,
            targets: targets.filter_map(at).collect(),
        });
    }
    if base.is_some() {
        found.push(Alias {
            folder: folder.to_owned(),
            before: String::new(),
            after: Some(String::new()),
            targets: at("*").into_iter().collect(),
        });
    }
    found
}

/// JSON without the comments and last commas that a `tsconfig.json` may have.
fn plain_json(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let end = end_of_text(rest);
            let (quoted, after) = rest.split_at(end);
            plain.push_str(quoted);
            rest = after;
        } else if rest.starts_with("//") {
            rest = rest.find('\n').and_then(|at| rest.get(at..)).unwrap_or_default();
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").and_then(|at| rest.get(at + 2..)).unwrap_or_default();
        } else {
            if matches!(first, '}' | ']') {
                let kept = plain.trim_end().trim_end_matches(',').len();
                plain.truncate(kept);
            }
            plain.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    plain
}

/// Length of the quoted text that `rest` begins with.
fn end_of_text(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::aliases;

    #[test]
    fn paths_are_read_with_comments_and_stars() {
        let text = "{ // why\n \"compilerOptions\": { \"baseUrl\": \"./src\", /* * */ \
                    \"paths\": { \"@lib/*\": [\"lib/*\", \"../other/*\",], \"@one\": [\"one/index\"], }, }, }";
        let found = aliases("app", text);
        let stems = |specifier: &str| -> Vec<String> {
            found.iter().flat_map(|alias| alias.stems(specifier).collect::<Vec<_>>()).collect()
        };
        assert_eq!(stems("@lib/a"), ["app/src/lib/a", "app/other/a", "app/src/@lib/a"]);
        assert_eq!(stems("@one"), ["app/src/one/index", "app/src/@one"]);
        assert_eq!(stems("lib/a"), ["app/src/lib/a"]);
        assert!(aliases("app", "no json").is_empty());
        assert!(
            aliases("app", "{\"compilerOptions\": {\"paths\": {\"@a/*\": [\"../../../x/*\"]}}}")
                .iter()
                .all(|alias| alias.stems("@a/b").next().is_none())
        );
    }
}
