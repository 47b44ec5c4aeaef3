//! `METADATA` and `PKG-INFO`: core metadata in the form of mail headers.

/// What the headers say that we need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) licences: Vec<String>,
    pub(crate) requires: Vec<String>,
}

/// Longest licence that is taken for a name and not for the text itself.
const LONGEST_LICENCE: usize = 120;

pub(crate) fn parse(text: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut plain = None;
    let mut classified = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        // An empty line ends the headers; the description follows.
        if line.trim().is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let mut value = value.trim().to_owned();
        let mut folded = false;
        while let Some(more) = lines.next_if(|next| next.starts_with([' ', '\t'])) {
            folded = true;
            // Only requirements are ever folded in a way that matters.
            if value.len() < 4_096 {
                value.push(' ');
                value.push_str(more.trim());
            }
        }
        match name.to_ascii_lowercase().as_str() {
            "name" => metadata.name = metadata.name.or(Some(value)),
            "version" => metadata.version = metadata.version.or(Some(value)),
            "license-expression" => metadata.licences.push(value),
            "license" if !folded && value.len() <= LONGEST_LICENCE => plain = Some(value),
            "classifier" => classified.extend(licence_of_classifier(&value)),
            "requires-dist" | "requires" => metadata.requires.push(value),
            _ => {}
        }
    }
    if metadata.licences.is_empty() {
        let said =
            |licence: &String| !licence.is_empty() && !licence.eq_ignore_ascii_case("UNKNOWN");
        match plain.filter(said) {
            Some(licence) => metadata.licences.push(licence),
            None => metadata.licences = classified,
        }
    }
    metadata
}

/// `License :: OSI Approved :: MIT License` says `MIT License`.
fn licence_of_classifier(classifier: &str) -> Option<String> {
    let rest = classifier.strip_prefix("License :: ")?;
    let last = rest.rsplit(" :: ").next().unwrap_or(rest);
    (last != "OSI Approved").then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn headers_are_read_up_to_the_description() {
        let text = "Metadata-Version: 2.1\nName: A\nVersion: 1\nLicense: Long\n  text\nClassifier: \
                    License :: OSI Approved :: MIT License\nRequires-Dist: b (>=1)\nRequires-Dist: c;\n \
                    extra == 'x'\n\nName: Z\n";
        let metadata = parse(text);
        assert_eq!(metadata.name.as_deref(), Some("A"));
        assert_eq!(metadata.licences, ["MIT License"]);
        assert_eq!(metadata.requires, ["b (>=1)", "c; extra == 'x'"]);
    }
}
