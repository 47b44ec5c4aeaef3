//! Code that stands in a template.

use app_model::{Application, Code, Function};
use code_ir::Language;
use source_text::{Place, SourceFile};
use taint::Anchor;

use crate::handler::runtime_language;

/// The code of a function that stands in its template.
#[derive(Clone, Debug)]
pub struct Inline<'a> {
    /// The function.
    pub function: &'a Function,
    /// Its language.
    pub language: Language,
    /// Its text; what only the deployment knows stands as it is written (`${Stage}`).
    pub text: &'a str,
    /// Where it stands in the template.
    pub anchor: Anchor,
    /// The value in the template.
    pub place: Place,
}

/// Code in the template of an application, in languages that functions may be written in there.
#[must_use]
pub fn inline_code<'a>(app: &'a Application, template: &SourceFile) -> Vec<Inline<'a>> {
    let lines: Vec<&str> = template.text.lines().collect();
    app.functions
        .iter()
        .filter_map(|function| {
            let Code::Inline(code) = &function.code else { return None };
            let runtime = function.runtime.as_ref()?;
            let language =
                runtime.value.possible().find_map(|(_, text)| runtime_language(text)).filter(
                    |language| matches!(language, Language::Python | Language::JavaScript),
                )?;
            let text = code.value.first().map_or(code.value.display(), |(_, text)| text.as_str());
            // A value of another file (an include) is placed there.
            let is_here = code.place.file == function.place.file;
            let anchor = if is_here { anchor(&lines, code.place, text) } else { None };
            let anchor = anchor.unwrap_or(Anchor::Whole(code.place));
            Some(Inline { function, language, text, anchor, place: code.place })
        })
        .collect()
}

/// Where the lines of a block scalar stand: each line of it is one of the template, indented by the
/// same blanks.
fn anchor(lines: &[&str], place: Place, text: &str) -> Option<Anchor> {
    let first = (place.line as usize).checked_sub(1)?;
    (first..first + 4).find_map(|start| {
        let mut columns = None;
        let mut any = false;
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let there = lines.get(start + at)?;
            let indent = there.len().checked_sub(line.len())?;
            let is_same = there.is_char_boundary(indent)
                && there.get(indent..) == Some(line)
                && there.get(..indent).is_some_and(|before| before.trim().is_empty());
            if !is_same || columns.is_some_and(|columns| columns != indent) {
                return None;
            }
            columns = Some(indent);
            any = true;
        }
        let columns = columns.filter(|_| any)?;
        Some(Anchor::Block {
            lines: u32::try_from(start).ok()?,
            columns: u32::try_from(columns).ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use source_text::Place;
    use taint::Anchor;

    use super::anchor;

    #[test]
    fn a_block_is_found_below_its_key_and_other_forms_are_not() {
        let template =
            ["Code:", "  ZipFile: |", "    import os", "", "    def f(e, c):", "      x()"];
        let place = Place { line: 2, ..Place::default() };
        let block = "import os\n\ndef f(e, c):\n  x()\n";
        let found = anchor(&template, place, block);
        assert_eq!(found, Some(Anchor::Block { lines: 2, columns: 4 }));
        assert_eq!(anchor(&template, place, "import os\ndef f(e, c):\n"), None);
    }
}
